/** A model of Ocean's legacy protocol (reference/protocols.md §2.1 to §2.3). */
export interface LegacyModel {
  name: string;
  pixels: number;
  /** Of the converter. */
  maximumCounts: number;
  integration: { minUs: number; maxUs: number; unit: "ms" | "us"; bytes: 2 | 4 };
  endpoints: { out: number; replyIn: number; spectrumIn: number; firstIn?: number };
  /** "packed": pairs of 64-byte packets, low bytes then high; "words": u16. */
  layout: "packed" | "words";
  /** A last byte that proves that nothing was lost; the Jaz has none. */
  hasSync: boolean;
  /** Bit that the model sends inverted. */
  flipped: number;
  /** Where the reply to slot 17 holds the counts at which the detector is full. */
  saturation?: { at: number; bytes: 2 | 4 };
  /** A cooled detector that tells its temperature. */
  hasCooler: boolean;
  /** Status of 16 bytes, which tells the settings in force; the older 12 bit models' differs and is not documented. */
  hasStatus: boolean;
}

const fx2 = { out: 0x02, replyIn: 0x87, spectrumIn: 0x82 } as const;
const newer = { out: 0x01, replyIn: 0x81, spectrumIn: 0x82, firstIn: 0x86 } as const;
const longest = 655_350_000;

const older: LegacyModel = {
  name: "",
  pixels: 2048,
  maximumCounts: 4095,
  integration: { minUs: 3000, maxUs: longest, unit: "ms", bytes: 4 },
  endpoints: fx2,
  layout: "packed",
  hasSync: true,
  flipped: 0,
  hasCooler: false,
  hasStatus: false,
};

const modern: LegacyModel = {
  name: "",
  pixels: 2048,
  maximumCounts: 65_535,
  integration: { minUs: 1000, maxUs: longest, unit: "us", bytes: 4 },
  endpoints: newer,
  layout: "words",
  hasSync: true,
  flipped: 0,
  hasCooler: false,
  hasStatus: true,
};

const us = (minUs: number, maxUs: number) => ({ minUs, maxUs, unit: "us", bytes: 4 }) as const;
const ms = (minUs: number, maxUs: number) => ({ minUs, maxUs, unit: "ms", bytes: 4 }) as const;
const usb2000Saturation = { at: 6, bytes: 2 } as const;
const mayaSaturation = { at: 2, bytes: 2 } as const;
const nirQuest: LegacyModel = {
  ...modern,
  integration: ms(1000, 1_600_000_000),
  flipped: 0x8000,
  saturation: { at: 6, bytes: 4 },
  hasCooler: true,
};
const maya: LegacyModel = { ...modern, pixels: 2304, saturation: mayaSaturation };

/**
 * By product id. The source gives no integration limits for Torus and Apex: those of their relatives, Flame and Maya2000,
 * bound what is asked of them, and the status is read back.
 */
export const legacyModels: ReadonlyMap<number, LegacyModel> = new Map<number, LegacyModel>([
  [0x1002, { ...older, name: "Ocean Optics USB2000" }],
  [
    0x1004,
    {
      ...older,
      name: "Ocean Optics ADC1000-USB",
      maximumCounts: 65_535,
      integration: { minUs: 5000, maxUs: 65_535_000, unit: "ms", bytes: 2 },
      layout: "words",
    },
  ],
  [0x100a, { ...older, name: "Ocean Optics HR2000" }],
  [
    0x1012,
    {
      ...modern,
      name: "Ocean Optics HR4000",
      pixels: 3840,
      maximumCounts: 16_383,
      integration: us(10, longest),
      flipped: 0x2000,
    },
  ],
  [0x1014, { ...older, name: "Ocean Optics USB650" }],
  [0x1016, { ...modern, name: "Ocean Optics HR2000+", maximumCounts: 16_383, flipped: 0x2000 }],
  [
    0x1018,
    {
      ...modern,
      name: "Ocean Optics QE65000",
      pixels: 1280,
      integration: ms(8000, 1_600_000_000),
      flipped: 0x8000,
      hasCooler: true,
    },
  ],
  [0x101e, { ...modern, name: "Ocean Optics USB2000+ or Flame-S", saturation: usb2000Saturation }],
  [
    0x1022,
    {
      ...modern,
      name: "Ocean Optics USB4000 or Flame-T",
      pixels: 3840,
      integration: us(10, 65_535_000),
      saturation: usb2000Saturation,
    },
  ],
  [0x1026, { ...nirQuest, name: "Ocean Optics NIRQuest512", pixels: 512 }],
  [0x1028, { ...nirQuest, name: "Ocean Optics NIRQuest256", pixels: 256 }],
  [0x102a, { ...maya, name: "Ocean Optics Maya2000 Pro", maximumCounts: 64_000, integration: us(7200, 65_000_000) }],
  [0x102c, { ...maya, name: "Ocean Optics Maya2000", integration: us(15_000, 1_600_000_000) }],
  [
    0x1046,
    {
      ...maya,
      name: "Ocean Optics MayaLSL",
      maximumCounts: 64_000,
      integration: us(7200, 65_000_000),
      hasCooler: true,
    },
  ],
  [0x1040, { ...modern, name: "Ocean Optics Torus" }],
  [
    0x1044,
    { ...modern, name: "Ocean Optics Apex", pixels: 2304, maximumCounts: 64_000, integration: us(15_000, longest) },
  ],
  [
    0x2000,
    {
      ...modern,
      name: "Ocean Optics Jaz",
      endpoints: { out: 0x01, replyIn: 0x81, spectrumIn: 0x82 },
      hasSync: false,
    },
  ],
]);

/** Length of a spectrum on the bus. */
export function spectrumBytes({ pixels, hasSync }: LegacyModel): number {
  return 2 * pixels + (hasSync ? 1 : 0);
}
