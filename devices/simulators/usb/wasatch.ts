import { eepromPages, pageBytes } from "../../wasatch-usb/eeprom.ts";
import { bigEndian, littleEndian, op, tier2 } from "../../wasatch-usb/requests.ts";
import { SimulatedDetector } from "../detector.ts";
import { SimulatedUsbDevice, type UsbFault, type UsbFirmware } from "./device.ts";

export interface SimulatedWasatchOptions {
  productId?: number;
  serialNumber?: string;
  pixels?: number;
  hasLaser?: boolean;
  /** Older firmware has neither watchdog nor interlock to ask. */
  hasWatchdog?: boolean;
  hasInterlock?: boolean;
  /** Whether the enable command, sent again, feeds the watchdog; the sources do not say. */
  watchdogIsFed?: boolean;
  packetBytes?: 64 | 512;
  faults?: readonly UsbFault[];
  /** Pages that replace those of a good instrument. */
  pages?: Record<number, Uint8Array<ArrayBuffer>>;
}

/** λ in nm and what the sensor of the detector's temperature needs. Choices, as of an 830 nm instrument. */
const wavelengthCoefficients = [840, 0.2, -1e-5, 0];
const adcToCelsius = [-20, 0.05, 0];
const rawTemperature = 0x0200;

/** The EEPROM of an instrument (reference/protocols.md §3.3). */
export function wasatchEeprom(options: SimulatedWasatchOptions = {}): Uint8Array<ArrayBuffer>[] {
  const pages = Array.from({ length: eepromPages }, () => new Uint8Array(pageBytes));
  const view = (page: number) => new DataView(pages[page]?.buffer ?? new ArrayBuffer(pageBytes));
  const text = (page: number, at: number, value: string) => pages[page]?.set(Buffer.from(value, "ascii"), at);
  text(0, 0, "WP-830 simulated");
  text(0, 16, options.serialNumber ?? "WP-00001");
  view(0).setUint8(36, 1);
  view(0).setUint8(38, (options.hasLaser ?? true) ? 1 : 0);
  view(0).setUint8(63, 15);
  for (const [i, c] of wavelengthCoefficients.entries()) view(1).setFloat32(4 * i, c, true);
  for (const [i, c] of adcToCelsius.entries()) view(1).setFloat32(32 + 4 * i, c, true);
  text(2, 0, "S16010-1006");
  view(2).setUint16(16, options.pixels ?? 1024, true);
  view(3).setFloat32(28, 450, true);
  view(3).setFloat32(36, 830, true);
  view(3).setUint32(40, 3, true);
  view(3).setUint32(44, 60_000, true);
  for (let i = 0; i < 15; i++) view(5).setInt16(2 * i, i === 0 ? 77 : -1, true);
  for (const [page, bytes] of Object.entries(options.pages ?? {})) pages[Number(page)] = bytes;
  return pages;
}

/** The firmware of a Wasatch Raman spectrometer: requests of §3.1, spectra of §3.2, a laser behind interlock and watchdog. */
export class SimulatedWasatch implements UsbFirmware {
  readonly device: SimulatedUsbDevice;
  interlockClosed = true;
  laserEnabled = false;
  /** Times at which the laser went on or off, for tests of order. */
  readonly laserLog: boolean[] = [];
  readonly #options: SimulatedWasatchOptions;
  readonly #detector: SimulatedDetector;
  readonly #pages: Uint8Array[];
  readonly #isArm: boolean;
  #integrationMs = 100;
  #watchdogS = 0;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #modulated = false;
  #periodUs = 0;
  #widthUs = 0;
  #external = false;
  #exposing: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SimulatedWasatchOptions = {}) {
    this.#options = options;
    this.#pages = wasatchEeprom(options);
    const pixels = options.pixels ?? 1024;
    this.#detector = new SimulatedDetector({ pixels, maximumCounts: 65_535 });
    const productId = options.productId ?? 0x1000;
    this.#isArm = productId === 0x4000;
    this.device = new SimulatedUsbDevice({
      vendorId: 0x24aa,
      productId,
      serialNumber: options.serialNumber ?? "WP-00001",
      endpoints: [0x82, 0x86],
      ...(options.packetBytes && { packetBytes: options.packetBytes }),
      ...(options.faults && { faults: options.faults }),
    });
    this.device.firmware = this;
  }

  get firing(): boolean {
    return this.laserEnabled && (this.interlockClosed || this.#options.hasInterlock === false);
  }

  /** A pulse at the trigger input. */
  pulse(): void {
    if (this.#external) this.#expose();
  }

  controlIn({ request, value, index }: { request: number; value: number; index: number }): Uint8Array | undefined {
    switch (request) {
      case op.integrationMs:
        return bytes(this.#integrationMs, 3);
      case op.laserEnabled:
        return Uint8Array.of(this.laserEnabled ? 1 : 0);
      case op.modulation:
        return Uint8Array.of(this.#modulated ? 1 : 0);
      case op.modulationPeriodUs:
        return bytes(this.#periodUs, 5);
      case op.pulseWidthUs:
        return bytes(this.#widthUs, 5);
      case op.mayFire:
        return this.#options.hasInterlock === false ? undefined : Uint8Array.of(this.interlockClosed ? 1 : 0);
      case op.triggerSource:
        return this.#isArm ? undefined : Uint8Array.of(this.#external ? 1 : 0);
      case op.detectorTemperature:
        return bytes(rawTemperature, 2).reverse();
      case op.firmware:
        return Uint8Array.of(4, 3, 2, 10);
      case op.fpga:
        return Uint8Array.from(Buffer.from("02.1.23"));
      case op.secondTier:
        return this.#second(value, index);
      default:
        return undefined;
    }
  }

  #second(value: number, index: number): Uint8Array | undefined {
    switch (value) {
      case tier2.eepromPage:
        return this.#pages[index];
      case tier2.firing:
        return this.#options.hasInterlock === false ? undefined : Uint8Array.of(this.firing ? 1 : 0);
      case tier2.watchdogS:
        return this.#options.hasWatchdog === false ? undefined : bytes(this.#watchdogS, 2).reverse();
      default:
        return undefined;
    }
  }

  controlOut({ request, value, index }: { request: number; value: number; index: number }, data: Uint8Array): boolean {
    // The ARM wants eight bytes with every setter, the FX2 none but for the wide ones (§3.1).
    const wide = request === op.setModulationPeriodUs || request === op.setPulseWidthUs;
    if (data.length !== (this.#isArm || wide ? 8 : 0)) return false;
    const wideUs = value + index * 2 ** 16 + littleEndian(data.subarray(0, 1)) * 2 ** 32;
    switch (request) {
      case op.acquire:
        this.#expose();
        return true;
      case op.setIntegrationMs:
        this.#integrationMs = value + (index << 16);
        return true;
      case op.setLaserEnabled:
        if (this.#options.hasLaser === false) return false;
        this.#laser(value === 1);
        return true;
      case op.setModulation:
        this.#modulated = value === 1;
        return true;
      case op.setModulationPeriodUs:
        this.#periodUs = wideUs;
        return true;
      case op.setPulseWidthUs:
        this.#widthUs = wideUs;
        return true;
      case op.setTriggerSource:
        if (this.#isArm) return false;
        this.#external = value === 1;
        return true;
      case op.secondTier:
        if (value !== tier2.setWatchdogS || this.#options.hasWatchdog === false) return false;
        this.#watchdogS = bigEndian(bytes(index, 2).reverse());
        return true;
      default:
        return false;
    }
  }

  /** The cable carries power too, but for a laser head with its own supply the watchdog is what ends the light. */
  unplugged(): void {
    clearTimeout(this.#exposing);
  }

  #laser(on: boolean): void {
    const again = on && this.laserEnabled;
    if (this.laserEnabled !== on) this.laserLog.push(on);
    this.laserEnabled = on;
    if (again && this.#options.watchdogIsFed === false) return;
    clearTimeout(this.#watchdog);
    if (!on || this.#watchdogS === 0) return;
    this.#watchdog = setTimeout(() => this.#laser(false), this.#watchdogS * 1000);
    this.#watchdog.unref();
  }

  #expose(): void {
    const integrationMs = this.#integrationMs;
    clearTimeout(this.#exposing);
    this.#exposing = setTimeout(() => {
      const counts = this.#detector.expose(integrationMs, this.firing);
      const spectrum = new Uint8Array(Uint16Array.from(counts).buffer);
      if (this.#isArm || counts.length <= 1024) return this.device.send(0x82, spectrum);
      this.device.send(0x82, spectrum.subarray(0, 2048));
      this.device.send(0x86, spectrum.subarray(2048));
    }, integrationMs);
  }
}

function bytes(value: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Math.floor(value / 256 ** i) & 0xff);
}
