import type { WriteStream } from "node:tty";

const everyMs = 1000;

/** Progress of long work on a stream: rewritten in place on a terminal, a line every ten updates elsewhere. */
export function progressOn(stream: NodeJS.WriteStream | WriteStream, things: string) {
  let lastMs = performance.now();
  let quiet = 0;
  let shown = false;
  return {
    update(done: number, total: number): void {
      const now = performance.now();
      if (now - lastMs < everyMs) return;
      lastMs = now;
      if (stream.isTTY) stream.write(`\r${done} of ${total} ${things}`);
      else if (quiet++ % 10 === 0) stream.write(`${done} of ${total} ${things}\n`);
      shown = true;
    },
    end(): void {
      if (shown && stream.isTTY) stream.write("\n");
    },
  };
}
