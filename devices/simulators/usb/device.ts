import type { ControlSetup, UsbResult, WebUsb, WebUsbDevice } from "../../transport/web-usb.ts";

/** What the simulated firmware does with a request. Bytes for the host go out through the {@link UsbPipes}. */
export interface UsbFirmware {
  /** The data stage of a request to the host; undefined is a stall: the firmware does not know the request. */
  controlIn?(setup: ControlSetup, lengthBytes: number): Uint8Array | undefined;
  /** false is a stall. */
  controlOut?(setup: ControlSetup, data: Uint8Array): boolean;
  /** false is a stall. */
  bulkOut?(endpoint: number, bytes: Uint8Array): boolean;
  /** The cable was pulled: firmware that still works on something stops. */
  unplugged?(): void;
}

/** The device's side of its IN endpoints. */
export interface UsbPipes {
  /** One transfer, cut into packets as the bus does; it ends with a short packet unless its length is a multiple of one. */
  send(endpoint: number, bytes: Uint8Array): void;
  /** Empties the endpoints' FIFOs. */
  flush(): void;
}

export type UsbFaultAction =
  | { kind: "stall" }
  /** The device does not answer at all. */
  | { kind: "silent" }
  | { kind: "delay"; ms: number }
  /** Only the first bytes of the data, ended by a short packet. */
  | { kind: "short"; bytes: number }
  /** Bytes more than there should be. */
  | { kind: "long"; bytes: number }
  | { kind: "flip"; bit: number }
  /** The last transfer of this endpoint once more in front: an old reply. */
  | { kind: "repeat" }
  | { kind: "unplug"; afterBytes: number };

/** An action on the transfers `from` … `from + count − 1` of one kind. */
export interface UsbFault {
  on: "controlIn" | "controlOut" | "bulkIn" | "bulkOut";
  /** Only this request (control) or endpoint (bulk). */
  which?: number;
  from?: number;
  count?: number;
  action: UsbFaultAction;
}

export interface SimulatedUsbOptions {
  vendorId: number;
  productId: number;
  serialNumber?: string;
  /** With direction bit. */
  endpoints: readonly number[];
  packetBytes?: 64 | 512;
  socket?: string;
  faults?: readonly UsbFault[];
}

/** Messages of the `usb` package, as it words them. */
const says = {
  state: "invalid state",
  endpoint: "endpoint not found",
  pending: "a transfer is already pending",
  timeout: "transfer was cancelled",
  gone: "device disconnected",
  overflow: "hardware fault or protocol violation",
  busy: "failed to claim interface: interface is busy",
} as const;

interface Pipe {
  packets: Uint8Array[];
  last: Uint8Array | undefined;
  waiting: (() => void) | undefined;
  busy: boolean;
  halted: boolean;
}

/**
 * A USB device without a bus, transfer for transfer: it refuses what a real one refuses. Transfers need an open device and
 * a claimed interface; an endpoint has one transfer at a time, answers NAK (nothing) until it has data, ends a transfer with
 * a short packet, overflows a buffer that ends within a packet, and stays halted after a stall until the halt is cleared.
 */
export class SimulatedUsbDevice implements WebUsbDevice, UsbPipes {
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber: string | null;
  readonly bus = "1";
  readonly ports: readonly number[];
  readonly packetBytes: number;
  /** Set by whoever builds the device; it needs the pipes. */
  firmware: UsbFirmware = {};
  /** Held by another program. */
  heldElsewhere = false;
  /** What the host sent on control requests, for tests of order. */
  readonly requests: number[] = [];
  /** Transfers that the device made on its IN endpoints. */
  sent = 0;
  readonly #pipes = new Map<number, Pipe>();
  readonly #outs: ReadonlySet<number>;
  readonly #faults: readonly UsbFault[];
  readonly #seen = new Map<UsbFault, number>();
  readonly #gone: (() => void)[] = [];
  #opened = false;
  #claimed = false;
  #configured = false;
  #plugged = true;
  onUnplug: () => void = () => {};

  constructor(options: SimulatedUsbOptions) {
    const { vendorId, productId, serialNumber, endpoints, packetBytes = 512, socket = "1", faults = [] } = options;
    this.vendorId = vendorId;
    this.productId = productId;
    this.serialNumber = serialNumber ?? null;
    this.ports = socket.split(".").map(Number);
    this.packetBytes = packetBytes;
    this.#faults = faults;
    this.#outs = new Set(endpoints.filter((endpoint) => endpoint < 0x80));
    for (const endpoint of endpoints.filter((address) => address >= 0x80)) {
      this.#pipes.set(endpoint & 0x0f, {
        packets: [],
        last: undefined,
        waiting: undefined,
        busy: false,
        halted: false,
      });
    }
  }

  get configuration() {
    if (!this.#configured) return null;
    const packetSize = this.packetBytes;
    const endpoints = [...this.#outs, ...this.#pipes.keys()].map(() => ({ packetSize }));
    return { interfaces: [{ alternate: { endpoints } }] };
  }

  get plugged(): boolean {
    return this.#plugged;
  }

  get opened(): boolean {
    return this.#opened;
  }

  async open(): Promise<void> {
    this.#mustBePlugged("open");
    this.#opened = true;
  }

  async close(): Promise<void> {
    this.#opened = false;
    this.#claimed = false;
    for (const pipe of this.#pipes.values()) pipe.waiting?.();
  }

  async selectConfiguration(value: number): Promise<void> {
    this.#mustBeOpen("selectConfiguration");
    if (value !== 1) throw new Error("selectConfiguration error: configuration not found");
    this.#configured = true;
  }

  async claimInterface(number: number): Promise<void> {
    this.#mustBeOpen("claimInterface");
    if (number !== 0) throw new Error("claimInterface error: interface not found");
    if (this.heldElsewhere) throw new Error(`claimInterface error: ${says.busy}`);
    this.#claimed = true;
  }

  async controlTransferIn(setup: ControlSetup, lengthBytes: number, timeoutMs: number): Promise<UsbResult> {
    this.#mustBeOpen("controlTransferIn");
    this.requests.push(setup.request);
    const action = this.#nextFault("controlIn", setup.request);
    if (!(await this.#allowed("controlTransferIn", action, timeoutMs))) return { status: "stall" };
    const answer = this.firmware.controlIn?.(setup, lengthBytes);
    if (answer === undefined) return { status: "stall" };
    return result(changed(answer, action).subarray(0, lengthBytes));
  }

  async controlTransferOut(setup: ControlSetup, data: Uint8Array, timeoutMs: number): Promise<UsbResult> {
    this.#mustBeOpen("controlTransferOut");
    this.requests.push(setup.request);
    const action = this.#nextFault("controlOut", setup.request);
    if (!(await this.#allowed("controlTransferOut", action, timeoutMs))) return { status: "stall" };
    return { status: this.firmware.controlOut?.(setup, data) ? "ok" : "stall" };
  }

  async transferOut(endpoint: number, data: Uint8Array, timeoutMs: number): Promise<UsbResult> {
    this.#mustBeClaimed("transferOut");
    if (!this.#outs.has(endpoint)) throw new Error(`transferOut error: ${says.endpoint}`);
    const action = this.#nextFault("bulkOut", endpoint);
    if (!(await this.#allowed("transferOut", action, timeoutMs))) return { status: "stall" };
    return { status: this.firmware.bulkOut?.(endpoint, data) ? "ok" : "stall" };
  }

  async transferIn(endpoint: number, lengthBytes: number, timeoutMs: number): Promise<UsbResult> {
    this.#mustBeClaimed("transferIn");
    const pipe = this.#pipes.get(endpoint);
    if (pipe === undefined) throw new Error(`transferIn error: ${says.endpoint}`);
    if (pipe.busy) throw new Error(`transferIn error: ${says.pending}`);
    if (pipe.halted) return { status: "stall" };
    pipe.busy = true;
    const deadlineMs = performance.now() + timeoutMs;
    const taken: Uint8Array[] = [];
    let length = 0;
    try {
      while (length < lengthBytes) {
        const packet = pipe.packets.shift() ?? (await this.#packet(pipe, deadlineMs));
        if (pipe.halted) return { status: "stall" };
        if (packet.length > lengthBytes - length) throw new Error(`transferIn error: ${says.overflow}`);
        taken.push(packet);
        length += packet.length;
        if (packet.length < this.packetBytes) break;
      }
    } finally {
      pipe.busy = false;
    }
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const packet of taken) {
      bytes.set(packet, at);
      at += packet.length;
    }
    return result(bytes);
  }

  async clearHalt(direction: "in" | "out", endpoint: number): Promise<void> {
    this.#mustBeClaimed("clearHalt");
    const pipe = this.#pipes.get(endpoint);
    if (direction === "in" && pipe) pipe.halted = false;
  }

  send(endpoint: number, bytes: Uint8Array): void {
    const pipe = this.#pipes.get(endpoint & 0x0f);
    if (pipe === undefined) throw new Error(`the simulated device has no endpoint ${endpoint}`);
    if (!this.#plugged) return;
    this.sent++;
    const action = this.#nextFault("bulkIn", endpoint);
    switch (action?.kind) {
      case "stall":
        pipe.halted = true;
        pipe.waiting?.();
        return;
      case "silent":
        return;
      case "delay":
        setTimeout(() => this.#queue(pipe, bytes), action.ms);
        return;
      case "repeat":
        if (pipe.last) this.#queue(pipe, pipe.last);
        this.#queue(pipe, bytes);
        return;
      case "unplug":
        this.#queue(pipe, bytes.subarray(0, action.afterBytes - (action.afterBytes % this.packetBytes)));
        this.unplug();
        return;
      default:
        this.#queue(pipe, changed(bytes, action));
    }
  }

  flush(): void {
    for (const pipe of this.#pipes.values()) pipe.packets = [];
  }

  /** Pulls the cable. */
  unplug(): void {
    if (!this.#plugged) return;
    this.#plugged = false;
    this.#opened = false;
    this.#claimed = false;
    this.firmware.unplugged?.();
    for (const tell of this.#gone.splice(0)) tell();
    for (const pipe of this.#pipes.values()) pipe.waiting?.();
    this.onUnplug();
  }

  #queue(pipe: Pipe, bytes: Uint8Array): void {
    pipe.last = Uint8Array.from(bytes);
    for (let at = 0; at < bytes.length; at += this.packetBytes) {
      pipe.packets.push(Uint8Array.from(bytes.subarray(at, at + this.packetBytes)));
    }
    pipe.waiting?.();
  }

  async #packet(pipe: Pipe, deadlineMs: number): Promise<Uint8Array> {
    for (;;) {
      if (!this.#plugged) throw new Error(`transferIn error: ${says.gone}`);
      if (!this.#claimed) throw new Error(`transferIn error: ${says.timeout}`);
      if (pipe.halted) return new Uint8Array(0);
      const packet = pipe.packets.shift();
      if (packet !== undefined) return packet;
      const remainingMs = deadlineMs - performance.now();
      if (remainingMs <= 0) throw new Error(`transferIn error: ${says.timeout}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.ceil(remainingMs));
        pipe.waiting = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      pipe.waiting = undefined;
    }
  }

  /** Whether the transfer may go on; false is a stall. Silence and an unplug end it as the package does. */
  async #allowed(what: string, action: UsbFaultAction | undefined, timeoutMs: number): Promise<boolean> {
    if (action?.kind === "unplug") this.unplug();
    const waitMs = action?.kind === "silent" ? timeoutMs : action?.kind === "delay" ? action.ms : 0;
    if (waitMs > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(waitMs, timeoutMs));
        this.#gone.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    } else await Promise.resolve();
    if (!this.#plugged) throw new Error(`${what} error: ${says.gone}`);
    if (waitMs >= timeoutMs && waitMs > 0) throw new Error(`${what} error: ${says.timeout}`);
    return action?.kind !== "stall";
  }

  #nextFault(on: UsbFault["on"], which: number): UsbFaultAction | undefined {
    let action: UsbFaultAction | undefined;
    for (const fault of this.#faults) {
      if (fault.on !== on || (fault.which !== undefined && fault.which !== which)) continue;
      const count = (this.#seen.get(fault) ?? 0) + 1;
      this.#seen.set(fault, count);
      const { from = 1, count: times = 1 } = fault;
      if (count >= from && count < from + times) action ??= fault.action;
    }
    return action;
  }

  #mustBePlugged(what: string): void {
    if (!this.#plugged) throw new Error(`${what} error: ${says.gone}`);
  }

  #mustBeOpen(what: string): void {
    this.#mustBePlugged(what);
    if (!this.#opened) throw new Error(`${what} error: ${says.state}`);
  }

  #mustBeClaimed(what: string): void {
    this.#mustBePlugged(what);
    if (!this.#claimed) throw new Error(`${what} error: ${says.endpoint}`);
  }
}

/** A bus with sockets for simulated devices. */
export class SimulatedUsbBus implements WebUsb {
  readonly #devices = new Set<SimulatedUsbDevice>();

  plugIn(device: SimulatedUsbDevice): void {
    this.#devices.add(device);
    device.onUnplug = () => void this.#devices.delete(device);
  }

  async getDevices(): Promise<WebUsbDevice[]> {
    return [...this.#devices];
  }
}

function changed(bytes: Uint8Array, action: UsbFaultAction | undefined): Uint8Array {
  if (action?.kind === "short") return bytes.subarray(0, action.bytes);
  if (action?.kind === "long") return Uint8Array.from([...bytes, ...new Uint8Array(action.bytes)]);
  if (action?.kind !== "flip") return bytes;
  return bytes.map((byte, i) => (i === action.bit >> 3 ? byte ^ (1 << (action.bit & 7)) : byte));
}

function result(bytes: Uint8Array): UsbResult {
  const copy = Uint8Array.from(bytes);
  return { status: "ok", data: new DataView(copy.buffer) };
}
