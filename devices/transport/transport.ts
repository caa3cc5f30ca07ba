import { LithoscopeError } from "../../contract/errors.ts";

/**
 * An open byte stream to an instrument. One object is one connection: after it ended, a new one is opened, because a
 * reused serial port object first sends what was queued before the unplug (reference/protocols.md §8.4, 3).
 */
export interface Transport {
  readonly kind: "serial" | "tcp" | "usb";
  readonly path: string;
  /**
   * Resolves when the system has sent the bytes. Rejects with "device-disconnected", or with "port-failed" after its own
   * time limit, since a write's callback may never come (§8.4, 3 and 5). A write that failed ends the connection: what it
   * left in the queue would otherwise come out in front of the next request.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Takes the one listener; bytes that arrive before it is set are dropped. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Each listener is called once, however the connection ends; at once if it has ended already. */
  onClosed(listener: (reason: LithoscopeError) => void): void;
  /** Bits per second, 8N1; the system drops what it holds in both directions. Nothing on a transport without a rate. */
  setBaud(baud: number): Promise<void>;
  /** Ends within 1 s whatever the peer does; may be called again. */
  close(): Promise<void>;
}

/** `path` is a serial port (/dev/ttyUSB0, COM3) or, for a simulator without pseudo-terminals, tcp://127.0.0.1:PORT. */
export type OpenTransport = (path: string, baud: number) => Promise<Transport>;

/** Design limit of {@link Transport.close}; closing must never hold up an application that quits (§7.2, case 15). */
export const closeTimeoutMs = 1000;

/**
 * A request of 64 bytes takes 67 ms at 9600 baud (§1.6); a port that has not sent it after two seconds is blocked.
 */
export const writeTimeoutMs = 2000;

/** The end of a connection, told once: serialport gives an error and two closes for one unplug (§8.4, 2). */
export class ConnectionEnd {
  #reason: LithoscopeError | undefined;
  readonly #listeners: ((reason: LithoscopeError) => void)[] = [];

  get reason(): LithoscopeError | undefined {
    return this.#reason;
  }

  listen(listener: (reason: LithoscopeError) => void): void {
    if (this.#reason) listener(this.#reason);
    else this.#listeners.push(listener);
  }

  tell(reason: LithoscopeError): void {
    if (this.#reason) return;
    this.#reason = reason;
    for (const listener of this.#listeners) listener(reason);
  }
}

export function disconnected(path: string, cause?: unknown): LithoscopeError {
  return new LithoscopeError(
    "device-disconnected",
    `The connection to the instrument on ${path} ended; a reading under way is lost.`,
    "Check cable and power. Lithoscope connects again by itself.",
    { cause },
  );
}

export function closedHere(path: string): LithoscopeError {
  return new LithoscopeError(
    "device-disconnected",
    `Lithoscope closed the connection to the instrument on ${path}.`,
    "Connect the instrument again to go on measuring.",
  );
}

export function writeBlocked(path: string): LithoscopeError {
  return new LithoscopeError(
    "port-failed",
    `The port ${path} does not take data: the instrument or its adapter hangs. No reading was made.`,
    "Unplug the instrument, wait five seconds and plug it in again.",
  );
}
