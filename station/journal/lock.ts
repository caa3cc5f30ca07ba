import { createHash } from "node:crypto";
import { realpath, unlink } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * One holder for a directory on this machine, by a name that the kernel owns: an abstract socket on Linux, a named pipe
 * on Windows, a socket file elsewhere. The kernel lets go of it when the process dies, however it dies, so there is no
 * stale lock to judge. (A file with a process id is wrong after a reboot: another process may have the number by then,
 * and the crew could not go on with its session.) Two machines on one network share are not kept apart.
 */
export async function lockByName(path: string): Promise<(() => Promise<void>) | undefined> {
  const address = addressOf(await realpath(path));
  const server = (await listen(address)) ?? ((await isLeftBehind(address)) ? await listen(address) : undefined);
  return server && (() => new Promise((resolve) => server.close(() => resolve())));
}

function addressOf(path: string): string {
  const name = `lithoscope-${createHash("sha256").update(path).digest("hex").slice(0, 32)}`;
  if (process.platform === "linux") return `\0${name}`;
  return process.platform === "win32" ? `\\\\.\\pipe\\${name}` : join(tmpdir(), name);
}

function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy()).unref();
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" || error.code === "EACCES" ? resolve(undefined) : reject(error),
    );
    // `exclusive`: a Node cluster would otherwise share the name among its workers.
    server.listen({ path: address, exclusive: true }, () => resolve(server));
  });
}

/** A socket file outlives its process; nobody answers there any more. */
async function isLeftBehind(address: string): Promise<boolean> {
  if (process.platform === "linux" || process.platform === "win32") return false;
  const refused = await new Promise<boolean>((resolve) => {
    const socket = connect(address, () => {
      socket.destroy();
      resolve(false);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED"));
  });
  if (refused) await unlink(address);
  return refused;
}
