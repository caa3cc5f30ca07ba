import { command, slot, slotReplyBytes, statusBytes } from "../../ocean-legacy-usb/commands.ts";
import { type LegacyModel, legacyModels } from "../../ocean-legacy-usb/models.ts";
import { encodeSpectrum } from "../../ocean-legacy-usb/spectrum.ts";
import { SimulatedDetector } from "../detector.ts";
import { SimulatedUsbDevice, type UsbFault, type UsbFirmware } from "./device.ts";

export interface SimulatedLegacyUsbOptions {
  productId?: number;
  serialNumber?: string;
  packetBytes?: 64 | 512;
  faults?: readonly UsbFault[];
  /** Slots that differ from a good instrument's. */
  slots?: Record<number, string>;
  /** Acknowledges settings and keeps its own. */
  ignoresSettings?: boolean;
  /** Its status tells the integration time in the unit of the command. */
  statusInUnit?: boolean;
}

const coefficients = ["3.39E+02", "3.70E-01", "-1.5E-05", "-2.0E-09"];
const saturation = 60_000;

/** The firmware of an Ocean legacy model on USB (reference/protocols.md §2.2, §2.3). It knows no command that is not there. */
export class SimulatedLegacyUsb implements UsbFirmware {
  readonly device: SimulatedUsbDevice;
  lampOn = true; // as a crashed program left it
  readonly #options: SimulatedLegacyUsbOptions;
  readonly #model: LegacyModel;
  readonly #detector: SimulatedDetector;
  #integration = 100_000;
  #triggerMode = 0;
  #exposing: ReturnType<typeof setTimeout> | undefined;
  #asked = false;

  constructor(options: SimulatedLegacyUsbOptions = {}) {
    const { productId = 0x101e, packetBytes, faults } = options;
    const model = legacyModels.get(productId);
    if (model === undefined) throw new Error(`no legacy model has the product id ${productId}`);
    this.#options = options;
    this.#model = model;
    this.#detector = new SimulatedDetector({
      pixels: model.pixels,
      maximumCounts: Math.min(4095, model.maximumCounts),
    });
    const { out, replyIn, spectrumIn, firstIn } = model.endpoints;
    this.device = new SimulatedUsbDevice({
      vendorId: 0x2457,
      productId,
      endpoints: [out, replyIn, spectrumIn, ...(firstIn === undefined ? [] : [firstIn])],
      ...(packetBytes && { packetBytes }),
      ...(faults && { faults }),
    });
    this.device.firmware = this;
  }

  bulkOut(_endpoint: number, bytes: Uint8Array): boolean {
    const [what = 0] = bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const { integration } = this.#model;
    switch (what) {
      case command.initialise:
        return true;
      case command.setIntegration:
        if (bytes.length !== 1 + integration.bytes) return false;
        if (!this.#options.ignoresSettings) {
          this.#integration = integration.bytes === 2 ? view.getUint16(1, true) : view.getUint32(1, true);
        }
        return true;
      case command.setLamp:
        this.lampOn = view.getUint16(1, true) === 1;
        return true;
      case command.querySlot:
        this.#reply(this.#slot(bytes[1] ?? 0));
        return true;
      case command.requestSpectrum:
        this.#asked = true;
        if (this.#triggerMode === 0) this.#expose();
        return true;
      case command.setTriggerMode:
        this.#triggerMode = view.getUint16(1, true);
        return true;
      case command.temperature:
        if (!this.#model.hasCooler) return false;
        this.#reply(new Uint8Array(Int16Array.of(-105).buffer));
        return true;
      case command.status:
        this.#reply(this.#status());
        return true;
      default:
        return false;
    }
  }

  unplugged(): void {
    clearTimeout(this.#exposing);
  }

  /** A pulse at the trigger input. */
  pulse(): void {
    if (this.#asked && this.#triggerMode !== 0) this.#expose();
  }

  get #integrationUs(): number {
    return this.#model.integration.unit === "ms" ? this.#integration * 1000 : this.#integration;
  }

  #reply(bytes: Uint8Array): void {
    this.device.send(this.#model.endpoints.replyIn, bytes);
  }

  #slot(number: number): Uint8Array {
    const { serialNumber = "SIM00001", slots = {} } = this.#options;
    const bytes = new Uint8Array(slotReplyBytes);
    bytes.set([command.querySlot, number]);
    const { saturation: place } = this.#model;
    if (number === slot.saturation && place !== undefined) {
      const view = new DataView(bytes.buffer);
      if (place.bytes === 2) view.setUint16(place.at, saturation, true);
      else view.setUint32(place.at, saturation, true);
      return bytes;
    }
    const text = slots[number] ?? (number === slot.serialNumber ? serialNumber : (coefficients[number - 1] ?? "0"));
    bytes.set(Buffer.from(text, "ascii").subarray(0, slotReplyBytes - 2), 2);
    return bytes;
  }

  #status(): Uint8Array {
    const bytes = new Uint8Array(statusBytes);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, this.#model.pixels, true);
    view.setUint32(2, this.#options.statusInUnit ? this.#integration : this.#integrationUs, true);
    view.setUint8(6, this.lampOn ? 1 : 0);
    view.setUint8(7, this.#triggerMode);
    view.setUint8(14, this.device.packetBytes === 512 ? 0x80 : 0);
    return bytes;
  }

  #expose(): void {
    this.#asked = false;
    clearTimeout(this.#exposing);
    const integrationMs = this.#integrationUs / 1000;
    this.#exposing = setTimeout(() => {
      const spectrum = encodeSpectrum(this.#detector.expose(integrationMs, this.lampOn), this.#model);
      const { spectrumIn, firstIn } = this.#model.endpoints;
      const divided = this.#model.pixels === 3840 && this.device.packetBytes === 512 && firstIn !== undefined;
      if (divided) this.device.send(firstIn, spectrum.subarray(0, 2048));
      this.device.send(spectrumIn, divided ? spectrum.subarray(2048) : spectrum);
    }, integrationMs);
  }
}
