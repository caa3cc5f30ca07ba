import type { FrameParser } from "../engine.ts";
import { type Line, longestLineBytes, parseLine } from "./lines.ts";

/**
 * Stream of bytes → lines that mean something. A sketch that runs freely is always met in mid-line: with `fromMidLine`
 * everything up to the first line end after a {@link reset} is dropped, so that a spectrum is one that was begun after it.
 */
export class LineParser implements FrameParser<Line> {
  droppedBytes = 0;
  damagedFrames = 0;
  #held = "";
  #skips: boolean;
  readonly #fromMidLine: boolean;

  constructor(options: { fromMidLine: boolean }) {
    this.#fromMidLine = options.fromMidLine;
    this.#skips = options.fromMidLine;
  }

  get heldBytes(): number {
    return this.#held.length;
  }

  push(bytes: Uint8Array): Line[] {
    const lines: Line[] = [];
    const parts = (this.#held + Buffer.from(bytes).toString("latin1")).split("\n");
    this.#held = parts.pop() ?? "";
    for (const part of parts) {
      if (this.#skips) {
        this.#skips = false;
        this.droppedBytes += part.length + 1;
        continue;
      }
      const line = parseLine(part.replace(/\r$/, ""));
      if (line.is === "nothing") this.droppedBytes += part.length + 1;
      else lines.push(line);
    }
    // What is longer than any line is none: its rest is dropped up to the next line end.
    if (this.#held.length > longestLineBytes) {
      this.droppedBytes += this.#held.length;
      this.#held = "";
      this.#skips = true;
    }
    return lines;
  }

  /** A line without its end is none, however long it rests. */
  lineIsQuiet(): Line[] {
    return [];
  }

  reset(): void {
    this.droppedBytes += this.#held.length;
    this.#held = "";
    this.#skips = this.#fromMidLine;
  }
}
