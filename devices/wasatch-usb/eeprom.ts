/** 8 pages of 64 bytes (reference/protocols.md §3.3). */
export const eepromPages = 8;
export const pageBytes = 64;

/** What the drivers need of the EEPROM; what is implausible is undefined. */
export interface WasatchEeprom {
  format: number;
  model: string;
  serialNumber: string;
  detector: string;
  hasCooling: boolean;
  hasLaser: boolean;
  excitationNm: number | undefined;
  activePixels: number;
  /** λ(p) = Σ cᵢ·pⁱ in nm. */
  wavelengthCoefficients: number[];
  /** °C = Σ cᵢ·rawⁱ; undefined if not programmed. */
  adcToCelsius: number[] | undefined;
  minimumIntegrationMs: number;
  maximumIntegrationMs: number;
  /** 0 if the maker left it off. */
  watchdogS: number;
  maximumLaserMw: number | undefined;
  badPixels: number[];
}

/** Format from which c4 stands where older ones have integration limits (§3.3, page 2). */
const formatWithC4 = 8;
/** 24 bits of ms (§3.1); the least that any detector of theirs takes is 1 ms. Used where the EEPROM says nothing sensible. */
const integrationMs = { least: 1, most: 0xffffff };
/** The largest detector listed in §3 has 2048; the double bounds a damaged number. */
const mostPixels = 4096;

/**
 * Reads the pages. Throws RangeError with the reason if the EEPROM cannot be of a working spectrometer: not programmed, no
 * serial number, no pixels, coefficients that are no numbers or give no light's wavelengths.
 */
export function parseEeprom(pages: readonly Uint8Array[]): WasatchEeprom {
  if (pages.length < eepromPages || pages.some(({ length }) => length !== pageBytes))
    throw new RangeError("pages missing");
  const view = (page: number) => {
    const bytes = pages[page] ?? new Uint8Array(pageBytes);
    return new DataView(bytes.buffer, bytes.byteOffset, pageBytes);
  };
  const u8 = (page: number, at: number) => view(page).getUint8(at);
  const u16 = (page: number, at: number) => view(page).getUint16(at, true);
  const i16 = (page: number, at: number) => view(page).getInt16(at, true);
  const u32 = (page: number, at: number) => view(page).getUint32(at, true);
  const f32 = (page: number, at: number) => view(page).getFloat32(at, true);
  const text = (page: number, at: number, length: number) => printable(pages[page]?.subarray(at, at + length));

  if ([0, 1, 2].some((page) => pages[page]?.every((byte) => byte === 0xff))) throw new RangeError("not programmed");
  const format = u8(0, 63);
  const serialNumber = text(0, 16, 16);
  if (serialNumber === "") throw new RangeError("no serial number");
  const activePixels = u16(2, 16);
  if (activePixels < 1 || activePixels > mostPixels) throw new RangeError(`${activePixels} pixels`);

  const wavelengthCoefficients = [f32(1, 0), f32(1, 4), f32(1, 8), f32(1, 12)];
  const c4 = f32(2, 21);
  if (format >= formatWithC4 && Number.isFinite(c4) && c4 !== 0) wavelengthCoefficients.push(c4);
  const ends = [0, activePixels - 1].map((pixel) => polynomial(wavelengthCoefficients, pixel));
  if (!ends.every((nm) => nm > 100 && nm < 5000) || ends[0] === ends[1]) {
    throw new RangeError(`wavelengths from ${ends.join(" to ")} nm`);
  }

  const adcToCelsius = [f32(1, 32), f32(1, 36), f32(1, 40)];
  const minimum = u32(3, 40);
  const maximum = u32(3, 44);
  const plausible = minimum >= integrationMs.least && maximum > minimum && maximum <= integrationMs.most;
  return {
    format,
    model: text(0, 0, 16),
    serialNumber,
    detector: text(2, 0, 16),
    hasCooling: u8(0, 36) === 1,
    hasLaser: u8(0, 38) === 1,
    excitationNm: between(f32(3, 36), 200, 2000) ?? between(u16(0, 39), 200, 2000),
    activePixels,
    wavelengthCoefficients,
    adcToCelsius: adcToCelsius.every(Number.isFinite) && adcToCelsius.some((c) => c !== 0) ? adcToCelsius : undefined,
    minimumIntegrationMs: plausible ? minimum : integrationMs.least,
    maximumIntegrationMs: plausible ? maximum : integrationMs.most,
    watchdogS: u16(3, 52) === 0xffff ? 0 : u16(3, 52),
    maximumLaserMw: between(f32(3, 28), 0.1, 10_000),
    badPixels: [...new Set(Array.from({ length: 15 }, (_, i) => i16(5, 2 * i)))]
      .filter((pixel) => pixel >= 0 && pixel < activePixels)
      .toSorted((a, b) => a - b),
  };
}

export function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

function between(value: number, least: number, most: number): number | undefined {
  return value >= least && value <= most ? value : undefined;
}

/** Up to the first byte that is no printable ASCII: NUL ends a text, 0xFF is memory that was never written. */
function printable(bytes: Uint8Array | undefined): string {
  const text = String.fromCharCode(...(bytes ?? []));
  return (/^[\x20-\x7e]*/.exec(text)?.[0] ?? "").trim();
}
