import type { FrameParser } from "../engine.ts";
import { decodeFrame, frameLength, headerBytes, leastFrameBytes, type ObpFrame } from "./frame.ts";

/** Above the longest reply of any model (7,328 bytes of a 3,648 pixel one, reference/protocols.md §1.5). */
const defaultMaximumPayloadBytes = 8192;

/**
 * Stream of bytes → frames, after reference/protocols.md §1.9. On a failed check one byte is dropped, not the buffer:
 * pixels may contain C1 C0, and a cut frame may be followed by a good one. Never holds more than one longest frame
 * between two calls.
 */
export class ObpParser implements FrameParser<ObpFrame> {
  droppedBytes = 0;
  damagedFrames = 0;
  /**
   * Once a device protects its answers, one without a digest is damaged: a single wrong bit in the checksum type would
   * else make a frame that nothing protects.
   */
  protectedOnly = false;
  /** Whether the last frame had a digest. */
  lastWasProtected = false;
  #held: Uint8Array = new Uint8Array(0);
  readonly #maximumPayloadBytes: number;

  constructor(maximumPayloadBytes = defaultMaximumPayloadBytes) {
    this.#maximumPayloadBytes = maximumPayloadBytes;
  }

  get heldBytes(): number {
    return this.#held.length;
  }

  push(bytes: Uint8Array): ObpFrame[] {
    const joined = new Uint8Array(this.#held.length + bytes.length);
    joined.set(this.#held);
    joined.set(bytes, this.#held.length);
    this.#held = joined;
    return this.#take();
  }

  /** A false start that claims a long frame hides the real reply: looks for a complete valid frame behind it. */
  lineIsQuiet(): ObpFrame[] {
    for (let at = 1; at + leastFrameBytes <= this.#held.length; at++) {
      const length = this.#lengthAt(at);
      if (length === undefined || at + length > this.#held.length) continue;
      if (typeof this.#decode(at, length) === "string") continue;
      this.#drop(at);
      return this.#take();
    }
    return [];
  }

  reset(): void {
    this.#drop(this.#held.length);
  }

  #take(): ObpFrame[] {
    const frames: ObpFrame[] = [];
    for (;;) {
      this.#drop(startIn(this.#held));
      if (this.#held.length < headerBytes) return frames;
      const length = this.#lengthAt(0);
      if (length === undefined) {
        this.#drop(1);
        continue;
      }
      if (this.#held.length < length) return frames;
      const frame = this.#decode(0, length);
      if (typeof frame === "object") {
        frames.push(frame);
        this.lastWasProtected = frame.md5;
        this.#held = this.#held.subarray(length);
      } else {
        if (frame === "damaged") this.damagedFrames++;
        this.#drop(1);
      }
    }
  }

  #decode(at: number, length: number): ReturnType<typeof decodeFrame> {
    const frame = decodeFrame(this.#held.subarray(at, at + length));
    return this.protectedOnly && typeof frame === "object" && !frame.md5 ? "damaged" : frame;
  }

  #lengthAt(at: number): number | undefined {
    return frameLength(this.#held.subarray(at, at + headerBytes), this.#maximumPayloadBytes);
  }

  #drop(count: number): void {
    this.droppedBytes += count;
    this.#held = this.#held.subarray(count);
  }
}

/** Where `C1 C0` begins, or may begin with the last byte; the length if nowhere. */
function startIn(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(0xc1); at >= 0; at = bytes.indexOf(0xc1, at + 1)) {
    if (at + 1 === bytes.length || bytes[at + 1] === 0xc0) return at;
  }
  return bytes.length;
}
