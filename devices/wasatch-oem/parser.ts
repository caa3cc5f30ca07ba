import type { FrameParser } from "../engine.ts";
import { decodeFrame, frameLength, headBytes, leastFrameBytes, type OemFrame } from "./frame.ts";

/** What comes on the line: frames, and after an acquisition the pixels' bytes without any frame. */
export type OemReply = OemFrame | { pixels: Uint8Array };

/**
 * Stream of bytes → replies (reference/protocols.md §3.4). Frames are found by length, checked by end and CRC, and on a
 * failed check one byte is dropped. After {@link expectPixels} exactly that many bytes are taken as they come: they have
 * neither frame nor checksum, so that whoever asked must prove by the next frame that there were not more or fewer.
 */
export class OemParser implements FrameParser<OemReply> {
  droppedBytes = 0;
  damagedFrames = 0;
  #held: Uint8Array = new Uint8Array(0);
  #pixelBytes = 0;

  get heldBytes(): number {
    return this.#held.length;
  }

  /** The next bytes are a spectrum of this length; until they came, or {@link reset}. */
  expectPixels(bytes: number): void {
    this.#pixelBytes = bytes;
  }

  push(bytes: Uint8Array): OemReply[] {
    const joined = new Uint8Array(this.#held.length + bytes.length);
    joined.set(this.#held);
    joined.set(bytes, this.#held.length);
    this.#held = joined;
    return this.#take();
  }

  /** A negative answer comes as a frame where pixels were expected; or a false start hides a frame behind it. */
  lineIsQuiet(): OemReply[] {
    const first = this.#pixelBytes > 0 ? 0 : 1;
    for (let at = first; at + leastFrameBytes <= this.#held.length; at++) {
      const length = frameLength(this.#held.subarray(at, at + headBytes));
      if (length === undefined || at + length > this.#held.length) continue;
      // Among pixels only a frame that ends the line is one: anything else may be counts that look like it.
      if (this.#pixelBytes > 0 && at + length !== this.#held.length) continue;
      if (typeof decodeFrame(this.#held.subarray(at, at + length)) === "string") continue;
      this.#pixelBytes = 0;
      this.#drop(at);
      return this.#take();
    }
    return [];
  }

  reset(): void {
    this.#pixelBytes = 0;
    this.#drop(this.#held.length);
  }

  #take(): OemReply[] {
    const replies: OemReply[] = [];
    for (;;) {
      if (this.#pixelBytes > 0) {
        if (this.#held.length < this.#pixelBytes) return replies;
        replies.push({ pixels: this.#held.slice(0, this.#pixelBytes) });
        this.#held = this.#held.subarray(this.#pixelBytes);
        this.#pixelBytes = 0;
        continue;
      }
      const startAt = this.#held.indexOf(0x3c);
      this.#drop(startAt < 0 ? this.#held.length : startAt);
      if (this.#held.length < headBytes) return replies;
      const length = frameLength(this.#held);
      if (length === undefined) {
        this.#drop(1);
        continue;
      }
      if (this.#held.length < length) return replies;
      const frame = decodeFrame(this.#held.subarray(0, length));
      if (typeof frame === "object") {
        replies.push(frame);
        this.#held = this.#held.subarray(length);
      } else {
        if (frame === "damaged") this.damagedFrames++;
        this.#drop(1);
      }
    }
  }

  #drop(count: number): void {
    this.droppedBytes += count;
    this.#held = this.#held.subarray(count);
  }
}
