import { execFile } from "node:child_process";
import { constants, openSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { ReadStream } from "node:tty";

// The package exports open(), its declarations leave it out.
declare module "@lydell/node-pty" {
  export function open(options: { encoding: null }): { ptsName: string; master: ReadStream; slave: ReadStream };
}

/** The instrument's end of a line. */
export interface ByteStream {
  write(bytes: Uint8Array): void;
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Rate that the host has set on its end, where the system tells; undefined elsewhere. */
  hostBaud(): Promise<number | undefined>;
  /** Ends the connection in the middle of whatever it does, as a pulled cable. */
  die(): void;
}

/** A port that a simulator serves: `path` is what the application opens. */
export interface SimulatedPort {
  kind: "pty" | "tcp";
  path: string;
  stream: ByteStream;
  close(): void;
}

/** A pseudo-terminal where the system has them, else (Windows) a loopback socket; `kind` says which. */
export function openSimulatedPort(
  kind: "pty" | "tcp" = process.platform === "win32" ? "tcp" : "pty",
): Promise<SimulatedPort> {
  return kind === "tcp" ? openTcpPort() : openPty();
}

/**
 * The application's end stays open here as well, because a pseudo-terminal whose last user left gives its other end an
 * error; it is set raw, because a fresh one echoes; and it is never read, so that no byte is taken from the application.
 */
async function openPty(): Promise<SimulatedPort> {
  const { open } = await import("@lydell/node-pty"); // has no binary for some systems, which then use the socket
  const terminal = open({ encoding: null });
  const path = terminal.ptsName;
  const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  const holder = new ReadStream(fd);
  holder.setRawMode(true);
  terminal.slave.destroy(); // the library reads it
  const { master } = terminal;
  const close = () => {
    master.destroy();
    holder.destroy();
  };
  master.on("error", close);
  return {
    kind: "pty",
    path,
    stream: {
      write: (bytes) => void master.write(bytes),
      onData: (listener) => void master.on("data", (bytes: Buffer) => listener(bytes)),
      hostBaud: () => sttySpeed(path),
      // The kernel takes the line away with the process, as a cable does; closing it from here would end in order.
      die: () => process.kill(process.pid, "SIGKILL"),
    },
    close,
  };
}

/** POSIX stty reads the rate of a line that another program holds, locked or not (reference/protocols.md §8.2). */
function sttySpeed(path: string): Promise<number | undefined> {
  const option = process.platform === "linux" ? "-F" : "-f";
  return new Promise((resolve) => {
    execFile("stty", [option, path, "speed"], (error, stdout) => {
      const baud = Number.parseInt(stdout, 10);
      resolve(error || !Number.isFinite(baud) ? undefined : baud);
    });
  });
}

async function openTcpPort(): Promise<SimulatedPort> {
  const listeners: ((bytes: Uint8Array) => void)[] = [];
  let host: Socket | undefined;
  const server = createServer((socket) => {
    host?.destroy(); // one line, one host
    host = socket;
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => {
      for (const listener of listeners) listener(bytes);
    });
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return {
    kind: "tcp",
    path: `tcp://127.0.0.1:${address.port}`,
    stream: {
      write: (bytes) => void host?.write(bytes),
      onData: (listener) => void listeners.push(listener),
      hostBaud: async () => undefined,
      die: () => process.kill(process.pid, "SIGKILL"),
    },
    close: () => {
      host?.destroy();
      server.close();
    },
  };
}
