import { LithoscopeError } from "../../contract/errors.ts";
import { cancelled, within } from "../time.ts";
import { ConnectionEnd, closedHere, closeTimeoutMs, disconnected } from "./transport.ts";
import { usbProblem } from "./usb-problems.ts";
import { loadUsb, type UsbResult, usbPath, type WebUsb, type WebUsbDevice } from "./web-usb.ts";

/** A vendor request to the device as a whole: what every spectrometer here uses (reference/protocols.md §3.1). */
export interface UsbSetup {
  request: number;
  value: number;
  index: number;
}

/** One open USB device, its first interface claimed. Ended once, as a {@link Transport} is; a new one is opened then. */
export interface UsbLink {
  readonly path: string;
  readonly vendorId: number;
  readonly productId: number;
  /** Bytes of a bulk packet: 64 at full speed, 512 at high speed. Models divide their data by it (§2.3). */
  readonly packetBytes: number;
  /** Bytes that nobody waited for and that were thrown away. */
  readonly discardedBytes: number;
  /** Rejects with "device-refused" if the device stalls, "device-timeout" or "device-disconnected". */
  controlIn(setup: UsbSetup, lengthBytes: number): Promise<Uint8Array>;
  controlOut(setup: UsbSetup, data?: Uint8Array): Promise<void>;
  /**
   * One transfer of the device, as long as the device made it: a short one ended early, and more than was asked for is
   * given as well, so that the caller judges the length. Rejects with "cancelled" at once when the signal fires.
   * @param endpoint address with its direction bit, as 0x82.
   */
  bulkIn(endpoint: number, lengthBytes: number, options: BulkOptions): Promise<Uint8Array>;
  bulkOut(endpoint: number, bytes: Uint8Array): Promise<void>;
  /** Throws away what the endpoint holds, until it was silent for `quietMs`; an interrupted device keeps old replies (§1.7). */
  drain(endpoint: number, quietMs: number, signal?: AbortSignal): Promise<void>;
  onClosed(listener: (reason: LithoscopeError) => void): void;
  /** Ends within 1 s whatever the device does; may be called again. */
  close(): Promise<void>;
}

export interface BulkOptions {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** A device answers a control request in milliseconds; the default of the `usb` package and of libusb's users. */
const controlTimeoutMs = 1000;
const openTimeoutMs = 5000;
/**
 * WebUSB cannot cancel a transfer, so that a long wait for the first packet is made of short ones. Nothing is lost between
 * them: each asks for one packet, which arrives whole or stays in the device.
 */
const sliceMs = 250;
/** Once the first packet is there the rest follows at the bus' pace: 8 KiB take 8 ms at full speed. */
const restTimeoutMs = 2000;

/** A pulled cable ends a transfer at once; where there is none, it is noticed when the device is looked for again. */
const presenceEveryMs = 1000;

/** Opens by {@link usbPath}. Rejects with port-not-found, port-busy, port-denied or port-failed. */
export async function openUsb(path: string, load: () => Promise<WebUsb> = loadUsb): Promise<UsbLink> {
  let device: WebUsbDevice | undefined;
  try {
    const usb = await load();
    device = (await usb.getDevices()).find((found) => usbPath(found) === path);
    if (device === undefined) throw usbProblem(path, new Error("device not found"));
    await within(openTimeoutMs, claim(device), () => new Error("it did not open in time"));
    return new OpenUsbLink(path, usb, device);
  } catch (error) {
    await device?.close().catch(() => {});
    throw error instanceof LithoscopeError ? error : usbProblem(path, error);
  }
}

async function claim(device: WebUsbDevice): Promise<void> {
  await device.open();
  if (device.configuration == null) await device.selectConfiguration(1);
  await device.claimInterface(0);
}

class OpenUsbLink implements UsbLink {
  readonly path: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly packetBytes: number;
  discardedBytes = 0;
  readonly #device: WebUsbDevice;
  readonly #end = new ConnectionEnd();
  readonly #presence: ReturnType<typeof setInterval>;
  /** One transfer at a time on each endpoint: the package refuses a second ("a transfer is already pending"). */
  readonly #tails = new Map<number, Promise<unknown>>();

  constructor(path: string, usb: WebUsb, device: WebUsbDevice) {
    this.path = path;
    this.vendorId = device.vendorId;
    this.productId = device.productId;
    this.#device = device;
    const endpoints = device.configuration?.interfaces[0]?.alternate.endpoints ?? [];
    this.packetBytes = Math.max(64, ...endpoints.map(({ packetSize }) => packetSize));
    this.#presence = setInterval(() => void this.#look(usb), presenceEveryMs);
    this.#presence.unref();
  }

  async #look(usb: WebUsb): Promise<void> {
    try {
      const devices = await usb.getDevices();
      if (!devices.some((device) => usbPath(device) === this.path)) this.#fail(disconnected(this.path));
    } catch {
      // The system does not tell now; a transfer will.
    }
  }

  async controlIn({ request, value, index }: UsbSetup, lengthBytes: number): Promise<Uint8Array> {
    const setup = { requestType: "vendor", recipient: "device", request, value, index } as const;
    const answer = this.#transfer(() => this.#device.controlTransferIn(setup, lengthBytes, controlTimeoutMs));
    return bytesOf(await this.#settled(answer, controlTimeoutMs));
  }

  async controlOut({ request, value, index }: UsbSetup, data = new Uint8Array(0)): Promise<void> {
    const setup = { requestType: "vendor", recipient: "device", request, value, index } as const;
    const answer = this.#transfer(() => this.#device.controlTransferOut(setup, data, controlTimeoutMs));
    await this.#settled(answer, controlTimeoutMs);
  }

  async bulkOut(endpoint: number, bytes: Uint8Array): Promise<void> {
    await this.#inTurn(endpoint, async () => {
      const sent = this.#transfer(() => this.#device.transferOut(endpoint, bytes, controlTimeoutMs));
      await this.#settled(sent, controlTimeoutMs);
    });
  }

  bulkIn(endpoint: number, lengthBytes: number, { timeoutMs, signal }: BulkOptions): Promise<Uint8Array> {
    const number = endpoint & 0x0f;
    const deadlineMs = performance.now() + timeoutMs;
    const read = this.#inTurn(endpoint, async () => {
      const first = await this.#firstPacket(number, deadlineMs, signal);
      const missing = lengthBytes - first.length;
      if (first.length < this.packetBytes || missing <= 0) return first;
      // Whole packets: a buffer that ends within one is an overflow on the bus.
      const wanted = Math.ceil(missing / this.packetBytes) * this.packetBytes;
      const limitMs = Math.max(1, Math.min(restTimeoutMs, deadlineMs - performance.now()));
      const rest = bytesOf(await this.#transfer(() => this.#device.transferIn(number, wanted, Math.ceil(limitMs))));
      const whole = new Uint8Array(first.length + rest.length);
      whole.set(first);
      whole.set(rest, first.length);
      return whole;
    });
    return this.#orCancelled(read, signal);
  }

  async #firstPacket(number: number, deadlineMs: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    for (;;) {
      if (signal?.aborted) throw cancelled();
      const limitMs = Math.min(sliceMs, deadlineMs - performance.now());
      if (limitMs <= 0) throw usbProblem(this.path, new Error("transfer was cancelled"));
      try {
        return bytesOf(
          await this.#transfer(() => this.#device.transferIn(number, this.packetBytes, Math.ceil(limitMs))),
        );
      } catch (error) {
        if (!(error instanceof LithoscopeError && error.code === "device-timeout")) throw error;
      }
    }
  }

  async drain(endpoint: number, quietMs: number, signal?: AbortSignal): Promise<void> {
    try {
      for (;;) {
        const bytes = await this.bulkIn(endpoint, this.packetBytes, { timeoutMs: quietMs, signal });
        this.discardedBytes += bytes.length;
      }
    } catch (error) {
      if (!(error instanceof LithoscopeError && error.code === "device-timeout")) throw error;
    }
  }

  onClosed(listener: (reason: LithoscopeError) => void): void {
    this.#end.listen(listener);
  }

  async close(): Promise<void> {
    this.#fail(closedHere(this.path));
    await within(closeTimeoutMs, this.#device.close(), () => new Error("close timed out")).catch(() => {});
  }

  /** One transfer with the package's errors as problems; a stall is cleared, so that the next transfer can pass. */
  async #transfer(start: () => Promise<UsbResult>): Promise<UsbResult> {
    if (this.#end.reason) throw this.#end.reason;
    try {
      const result = await start();
      if (result.status === "ok") return result;
    } catch (error) {
      const problem = usbProblem(this.path, error);
      if (problem.code === "device-disconnected") this.#fail(problem);
      throw this.#end.reason ?? problem;
    }
    throw usbProblem(this.path, new Error("endpoint stalled"));
  }

  /** The package's own time limit and ours behind it: a transfer that never comes back must not hang a driver. */
  #settled(transfer: Promise<UsbResult>, timeoutMs: number): Promise<UsbResult> {
    const late = () => usbProblem(this.path, new Error("transfer was cancelled"));
    return this.#orEnded(within(2 * timeoutMs, transfer, late));
  }

  #inTurn<Value>(endpoint: number, work: () => Promise<Value>): Promise<Value> {
    const before = this.#tails.get(endpoint) ?? Promise.resolve();
    const turn = before.then(async () => {
      try {
        return await work();
      } catch (error) {
        const stalled = error instanceof LithoscopeError && error.code === "device-refused";
        if (stalled) await this.#device.clearHalt(endpoint & 0x80 ? "in" : "out", endpoint & 0x0f).catch(() => {});
        throw error;
      }
    });
    this.#tails.set(
      endpoint,
      turn.catch(() => {}),
    );
    return this.#orEnded(turn);
  }

  /** A waiter hears the end of the connection at once, even if its transfer never returns. */
  async #orEnded<Value>(work: Promise<Value>): Promise<Value> {
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {});
    this.#waiting.add(reject);
    try {
      return await Promise.race([work, promise]);
    } finally {
      this.#waiting.delete(reject);
    }
  }

  readonly #waiting = new Set<(reason: LithoscopeError) => void>();

  async #orCancelled(read: Promise<Uint8Array>, signal: AbortSignal | undefined): Promise<Uint8Array> {
    if (signal === undefined) return read;
    const { promise, reject } = Promise.withResolvers<never>();
    let abandoned = false;
    const abort = () => {
      abandoned = true;
      reject(cancelled());
    };
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    read.then(
      (bytes) => {
        if (abandoned) this.discardedBytes += bytes.length;
      },
      () => {},
    );
    try {
      return await Promise.race([promise, read]);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  #fail(reason: LithoscopeError): void {
    clearInterval(this.#presence);
    this.#end.tell(reason);
    for (const reject of this.#waiting) reject(this.#end.reason ?? reason);
  }
}

function bytesOf({ data }: UsbResult): Uint8Array {
  return data === undefined ? new Uint8Array(0) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
