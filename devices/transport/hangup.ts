import { read } from "node:fs";
import { promisify } from "node:util";
import type { SerialPort } from "serialport";

/** What serialport's ports of Linux and macOS are made of (bindings-cpp 13, dist/linux.js and dist/darwin.js). */
interface UnixPort {
  readonly isOpen: boolean;
  readonly fd: number | null;
  readonly poller: { once(event: "readable", listener: (error: Error | null) => void): unknown };
  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }>;
}

const readSome = promisify(read);
const asksAgain: ReadonlySet<unknown> = new Set(["EAGAIN", "EWOULDBLOCK", "EINTR"]);
/** The device is gone (bindings-cpp, dist/unix-read.js); EIO is what a line without its other end may give. */
const meansGone: ReadonlySet<unknown> = new Set(["EBADF", "ENXIO", "EIO", "UNKNOWN"]);

/**
 * Makes the end of a line end the connection. Where the other end hangs up while bytes come, Linux answers each read with
 * no bytes at all (tty_hung_up_p in the kernel's tty_io.c), and serialport's own read asks again at once, for ever: the
 * unplug is never told and a processor core is kept busy. To be called once the port is open; Windows has no such port.
 */
export function endOnHangup({ port }: Pick<SerialPort, "port">): void {
  if (!isUnixPort(port)) return;
  const binding = port;
  binding.read = async (buffer, offset, length) => {
    for (;;) {
      if (!binding.isOpen || binding.fd === null) throw closed();
      try {
        // No bytes from a line that is read without waiting (vmin 1) mean its end; the stream above closes then.
        return await readSome(binding.fd, buffer, offset, length, null);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (!binding.isOpen) throw closed();
        if (!asksAgain.has(code))
          throw meansGone.has(code) ? Object.assign(error as Error, { disconnect: true }) : error;
      }
      await new Promise<void>((resolve, reject) =>
        binding.poller.once("readable", (error) => (error ? reject(error) : resolve())),
      );
    }
  };
}

function isUnixPort(port: unknown): port is UnixPort {
  return typeof port === "object" && port !== null && "poller" in port && "fd" in port && "read" in port;
}

/** As bindings-cpp says it; the stream does not take it for an unplug. */
const closed = (): Error => Object.assign(new Error("Port is not open"), { canceled: true });
