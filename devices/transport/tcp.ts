import { connect } from "node:net";
import { LithoscopeError } from "../../contract/errors.ts";
import { within } from "../time.ts";
import {
  ConnectionEnd,
  closedHere,
  closeTimeoutMs,
  disconnected,
  type Transport,
  writeBlocked,
  writeTimeoutMs,
} from "./transport.ts";

/** Loopback connects in microseconds; two seconds allow for a machine that swaps. */
const connectTimeoutMs = 2000;

/**
 * The same bytes over a loopback socket, for simulators on systems without pseudo-terminals. Only this machine can be
 * reached: the application opens no network connection. Throws port-not-found when nothing listens.
 */
export async function openTcp(path: string): Promise<Transport> {
  const port = /^tcp:\/\/127\.0\.0\.1:(\d{1,5})$/.exec(path)?.[1];
  if (port === undefined) {
    throw new LithoscopeError(
      "port-not-found",
      `${path} is not a simulator's address on this machine.`,
      "Simulators are at tcp://127.0.0.1:PORT; real instruments are on serial ports.",
    );
  }
  const socket = connect({ host: "127.0.0.1", port: Number(port), noDelay: true });
  const end = new ConnectionEnd();
  try {
    await within(
      connectTimeoutMs,
      new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject)),
      () => new Error("no answer"),
    );
  } catch (error) {
    socket.destroy();
    throw new LithoscopeError(
      "port-not-found",
      `No simulator answers at ${path}.`,
      "Start it again with: lithoscope simulate",
      { cause: error },
    );
  }
  socket.on("error", (error) => end.tell(disconnected(path, error)));
  socket.on("close", () => end.tell(disconnected(path)));

  return {
    kind: "tcp",
    path,
    async write(bytes) {
      if (end.reason) throw end.reason;
      const sent = new Promise<void>((resolve, reject) =>
        socket.write(bytes, (error) => (error ? reject(error) : resolve())),
      );
      try {
        await within(writeTimeoutMs, sent, () => writeBlocked(path));
      } catch (error) {
        end.tell(error instanceof LithoscopeError ? error : disconnected(path, error));
        socket.destroy();
        throw end.reason;
      }
    },
    onData: (listener) => void socket.on("data", (bytes: Buffer) => listener(bytes)),
    onClosed: (listener) => end.listen(listener),
    setBaud: async () => {},
    async close() {
      end.tell(closedHere(path));
      if (socket.destroyed) return;
      const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      socket.destroy();
      await within(closeTimeoutMs, closed, () => new Error("close timed out")).catch(() => {});
    },
  };
}
