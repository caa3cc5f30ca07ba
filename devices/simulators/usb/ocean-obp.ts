import { encodeFrame, flag, type ObpFrame } from "../../ocean-obp/frame.ts";
import { obp, u8, u16, u32 } from "../../ocean-obp/messages.ts";
import { type ObpModel, obpUsbModels, oceanVendorId } from "../../ocean-obp/models.ts";
import { ObpParser } from "../../ocean-obp/parser.ts";
import { SimulatedDetector } from "../detector.ts";
import { SimulatedUsbDevice, type UsbFault, type UsbFirmware } from "./device.ts";

export interface SimulatedObpUsbOptions {
  productId?: number;
  serialNumber?: string;
  lamp?: boolean;
  packetBytes?: 64 | 512;
  faults?: readonly UsbFault[];
}

const wavelengthCoefficients = [340, 0.4, -1e-5, 0];
/** What a QE Pro sends in front of its pixels and nobody decodes (reference/protocols.md §1.4). */
const metadataBytes = 32;

/** The firmware of an Ocean OBP model on USB: the same frames as on a serial line, spectra as the model has them. */
export class SimulatedObpUsb implements UsbFirmware {
  readonly device: SimulatedUsbDevice;
  lampOn = false;
  /** Spectra that the buffer of a buffering model holds from before. */
  readonly buffered: Uint8Array[] = [];
  readonly #options: SimulatedObpUsbOptions;
  readonly #model: ObpModel;
  readonly #in: number;
  readonly #detector: SimulatedDetector;
  readonly #parser = new ObpParser();
  #integrationUs = 0;
  #scans = 1;
  #md5 = false;
  #triggerMode = 0;
  #exposing: ReturnType<typeof setTimeout> | undefined;
  #waiting: (() => void) | undefined;

  constructor(options: SimulatedObpUsbOptions = {}) {
    const { productId = 0x4000, serialNumber = "QEP00001", packetBytes, faults } = options;
    const known = obpUsbModels.get(productId);
    if (known === undefined) throw new Error(`no OBP model has the product id ${productId}`);
    this.#options = options;
    this.#model = known.model;
    this.#in = known.in;
    this.#detector = new SimulatedDetector(known.model);
    this.device = new SimulatedUsbDevice({
      vendorId: oceanVendorId,
      productId,
      serialNumber,
      endpoints: [known.out, known.in],
      ...(packetBytes && { packetBytes }),
      ...(faults && { faults }),
    });
    this.device.firmware = this;
  }

  bulkOut(_endpoint: number, bytes: Uint8Array): boolean {
    for (const request of this.#parser.push(bytes)) this.#serve(request);
    return true;
  }

  unplugged(): void {
    clearTimeout(this.#exposing);
  }

  /** A pulse at the trigger input. */
  pulse(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }

  /** The spectrum's payload as the model sends it. */
  spectrum(): Uint8Array {
    const { maximumCounts, pixelBytes, spectrum } = this.#model;
    const counts = this.#detector.expose((this.#integrationUs / 1000) * this.#scans, this.lampOn);
    const wide = pixelBytes === 4 ? Uint32Array.from(counts) : Uint16Array.from(counts);
    if (maximumCounts < Math.max(...counts)) throw new Error("the simulated detector is larger than its converter");
    const pixels = new Uint8Array(wide.buffer);
    return spectrum === "buffered" ? Uint8Array.from([...new Uint8Array(metadataBytes).fill(0xee), ...pixels]) : pixels;
  }

  #serve(request: ObpFrame): void {
    const { type } = request;
    const asked = { raw: obp.rawSpectrum, corrected: obp.correctedSpectrum, buffered: obp.bufferedSpectrum };
    if (type === asked[this.#model.spectrum].type) {
      const old = this.buffered.shift();
      if (old !== undefined) {
        this.#reply(request, { data: old });
        return;
      }
      const expose = () => {
        const ms = (this.#integrationUs * this.#scans) / 1000;
        this.#exposing = setTimeout(() => this.#reply(request, { data: this.spectrum() }), ms);
      };
      if (this.#triggerMode === 0) expose();
      else this.#waiting = expose;
      return;
    }
    this.#reply(request, this.#answer(request));
  }

  #reply(request: ObpFrame, reply: { data: Uint8Array } | "ack" | { error: number }): void {
    if (reply === "ack" && !(request.flags & flag.wantsAck)) return;
    const refused = typeof reply === "object" && "error" in reply;
    const frame = encodeFrame({
      flags: flag.response | (refused ? flag.nack : 0) | (reply === "ack" ? flag.ack : 0),
      error: refused ? reply.error : 0,
      type: request.type,
      regarding: request.regarding,
      md5: this.#md5,
      data: typeof reply === "object" && "data" in reply ? reply.data : new Uint8Array(0),
    });
    this.device.send(this.#in, frame);
  }

  #answer({ type, data }: ObpFrame): { data: Uint8Array } | "ack" | { error: number } {
    const value = data.reduceRight((sum, byte) => sum * 256 + byte, 0);
    switch (type) {
      case obp.serialNumber.type:
        return { data: Buffer.from(this.#options.serialNumber ?? "QEP00001", "ascii") };
      case obp.deviceString.type:
        return { data: Buffer.from(`${this.#model.name} (simulated)`, "ascii") };
      case obp.firmware.type:
        return { data: u16(0x0200) };
      case obp.setChecksumMd5.type:
        this.#md5 = value === 1;
        return "ack";
      case obp.abortAcquisition.type:
        clearTimeout(this.#exposing);
        this.#waiting = undefined;
        return "ack";
      case obp.clearBuffer.type:
        if (this.#model.spectrum !== "buffered") return { error: 2 };
        this.buffered.length = 0;
        return "ack";
      case obp.setIntegrationUs.type:
        if (value < this.#model.minimumIntegrationUs || value > this.#model.maximumIntegrationUs) return { error: 6 };
        this.#integrationUs = value;
        return "ack";
      case obp.integrationUs.type:
        return { data: u32(this.#integrationUs) };
      case obp.setScansToAverage.type:
        this.#scans = value;
        return "ack";
      case obp.scansToAverage.type:
        return { data: u16(this.#scans) };
      case obp.setTriggerMode.type:
        this.#triggerMode = value;
        return "ack";
      case obp.triggerMode.type:
        return { data: u8(this.#triggerMode) };
      case obp.lampEnabled.type:
        return this.#options.lamp ? { data: u8(this.lampOn ? 1 : 0) } : { error: 2 };
      case obp.setLampEnabled.type:
        if (!this.#options.lamp) return { error: 2 };
        this.lampOn = value === 1;
        return "ack";
      case obp.wavelengthCoefficientCount.type:
        return { data: u8(wavelengthCoefficients.length) };
      case obp.wavelengthCoefficient.type: {
        const coefficient = wavelengthCoefficients[value];
        return coefficient === undefined ? { error: 6 } : { data: new Uint8Array(Float32Array.of(coefficient).buffer) };
      }
      default:
        return { error: 2 };
    }
  }
}
