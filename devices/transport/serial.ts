import { SerialPort } from "serialport";
import { LithoscopeError } from "../../contract/errors.ts";
import { within } from "../time.ts";
import { endOnHangup } from "./hangup.ts";
import { portProblem } from "./port-problems.ts";
import {
  ConnectionEnd,
  closedHere,
  closeTimeoutMs,
  disconnected,
  type Transport,
  writeBlocked,
  writeTimeoutMs,
} from "./transport.ts";

/** A USB adapter answers an open in well under a second; beyond this its driver hangs. */
const openTimeoutMs = 5000;

/**
 * Opens a serial port, 8N1 without flow control. Throws port-not-found, port-busy, port-denied, port-not-serial or
 * port-failed. No modem line is touched: pseudo-terminals refuse them (reference/protocols.md §8.2).
 */
export async function openSerial(path: string, baud: number): Promise<Transport> {
  const port = new SerialPort({ path, baudRate: baud, lock: true, autoOpen: false });
  const end = new ConnectionEnd();
  // Without an error listener an unplug during a write ends the process (§8.4, 2). The close that follows tells the end.
  port.on("error", (error) => end.tell(disconnected(path, error)));
  port.on("close", (error: unknown) => end.tell(disconnected(path, error)));
  port.on("end", () => {
    end.tell(disconnected(path));
    void close(port);
  });

  const opening = call((done) => port.open(done));
  // An open that comes back after the limit must not hold the port's lock for ever.
  const tooLate = () => {
    opening.then(() => close(port), ignore);
    return new Error("it did not open in time");
  };
  try {
    await within(openTimeoutMs, opening, tooLate);
  } catch (error) {
    throw portProblem(path, error instanceof Error ? error : new Error(String(error)));
  }
  endOnHangup(port);

  const mustBeOpen = () => {
    if (end.reason) throw end.reason;
    if (!port.isOpen) throw disconnected(path);
  };
  const orEnd = async (work: Promise<void>): Promise<void> => {
    try {
      await within(writeTimeoutMs, work, () => writeBlocked(path));
    } catch (error) {
      end.tell(error instanceof LithoscopeError ? error : disconnected(path, error));
      await close(port);
      throw end.reason;
    }
  };

  return {
    kind: "serial",
    path,
    async write(bytes) {
      mustBeOpen();
      const sent = call((done) => port.write(Buffer.from(bytes), (error) => done(error ?? null)));
      await orEnd(sent.then(() => call((done) => port.drain(done))));
    },
    onData: (listener) => void port.on("data", (bytes: Buffer) => listener(bytes)),
    onClosed: (listener) => end.listen(listener),
    async setBaud(rate) {
      mustBeOpen();
      await orEnd(call((done) => port.update({ baudRate: rate }, done)));
    },
    async close() {
      end.tell(closedHere(path));
      await close(port);
    },
  };
}

function call(start: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
}

/** Closes within the limit; "Port is not open" is what an unplugged port answers (§8.4, 4) and means the same to us. */
async function close(port: SerialPort): Promise<void> {
  await within(
    closeTimeoutMs,
    call((done) => port.close(done)),
    () => new Error("close timed out"),
  ).catch(ignore);
}

const ignore = (): void => {};
