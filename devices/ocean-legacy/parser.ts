import type { FrameParser } from "../engine.ts";
import { ack, nak } from "./letters.ts";
import { beginsScan, decodeScan, etx, type Scan, type ScanAsked, scanBytes, scanHeaderBytes, stx } from "./scan.ts";

/** What the request under way will be answered with: the protocol's answers do not say what they are. */
export type Expected =
  /** ACK alone. */
  | { is: "ack" }
  /** ACK and so many bytes. */
  | { is: "value"; bytes: number }
  /** A scan; `pixels` is undefined until one has told how many there are. */
  | { is: "scan"; asked: ScanAsked; pixels: number | undefined };

export type LetterFrame =
  | { is: "ack" }
  | { is: "nak" }
  | { is: "value"; data: Uint8Array }
  | { is: "scan"; scan: Scan }
  /** ETX: there is no scan. */
  | { is: "no-scan" }
  /** Bytes came and the line is quiet again, and they are no answer to the request. */
  | { is: "noise" };

/** More pixels than any model has, and the fewest (§2.1). */
const mostPixels = 4096;
const leastPixels = 256;

/**
 * Stream of bytes → answers. The short answers have neither length nor checksum, so one counts only if it is all that
 * came before the line fell quiet; a scan is found by all that is known of its header, its length and its end. Never
 * holds more than one longest scan.
 */
export class LetterParser implements FrameParser<LetterFrame> {
  droppedBytes = 0;
  damagedFrames = 0;
  #held: Uint8Array = new Uint8Array(0);
  #expected: Expected | undefined;
  /** Dropped since the answer is expected. */
  #noiseBytes = 0;

  get heldBytes(): number {
    return this.#held.length;
  }

  /** Tells what comes next; to be called before the request is sent. */
  expect(expected: Expected): void {
    this.#expected = expected;
    this.#noiseBytes = 0;
  }

  push(bytes: Uint8Array): LetterFrame[] {
    const joined = new Uint8Array(this.#held.length + bytes.length);
    joined.set(this.#held);
    joined.set(bytes, this.#held.length);
    this.#held = joined;
    const expected = this.#expected;
    if (expected?.is === "scan") return this.#scans(expected);
    this.#dropAllBut(longestShort);
    return [];
  }

  lineIsQuiet(): LetterFrame[] {
    const expected = this.#expected;
    if (expected === undefined) {
      this.reset();
      return [];
    }
    return expected.is === "scan" ? this.#quietScan(expected) : this.#quietShort(expected);
  }

  reset(): void {
    this.#drop(this.#held.length);
  }

  #quietShort(expected: Exclude<Expected, { is: "scan" }>): LetterFrame[] {
    const [first] = this.#held;
    const bytes = expected.is === "value" ? 1 + expected.bytes : 1;
    if (first === nak && this.#held.length === 1) return [this.#take({ is: "nak" })];
    if (first === ack && this.#held.length < bytes) return []; // it pauses in the middle
    if (first === ack && this.#held.length === bytes) {
      return [this.#take(expected.is === "value" ? { is: "value", data: this.#held.slice(1) } : { is: "ack" })];
    }
    this.reset();
    return [{ is: "noise" }];
  }

  #quietScan({ asked, pixels }: Extract<Expected, { is: "scan" }>): LetterFrame[] {
    const [first] = this.#held;
    const isWhole = (at: number) => this.#noiseBytes === 0 && this.#held.length === at + 1;
    if (first === nak && isWhole(0)) return [this.#take({ is: "nak" })];
    // Whether a scan is acknowledged before it comes is not documented (§2.4): the ACK is passed over.
    const at = first === ack ? 1 : 0;
    if (this.#held[at] === etx && isWhole(at)) return [this.#take({ is: "no-scan" })];
    if (pixels === undefined && beginsScan(this.#held, asked)) {
      const scan = decodeScan(this.#held, asked);
      if (scan) return [this.#take({ is: "scan", scan })];
    }
    // So many bytes without a scan in them were the scan, damaged: there is nothing more to wait for.
    if (this.#noiseBytes < scanBytes(asked, pixels ?? leastPixels) / 2) return [];
    this.reset();
    return [{ is: "noise" }];
  }

  #scans({ asked, pixels }: Extract<Expected, { is: "scan" }>): LetterFrame[] {
    const frames: LetterFrame[] = [];
    for (;;) {
      const at = this.#scanStart(asked);
      if (at < 0 && this.#held.length <= 2) return frames; // a lone ACK, NAK or ETX: the quiet line decides
      if (at === 1 && this.#held[0] === ack) this.#held = this.#held.subarray(1);
      else this.#drop(at < 0 ? this.#held.length - 2 : at); // what is kept lets the quiet line be heard
      if (at < 0) return frames;
      const length = scanBytes(asked, pixels ?? mostPixels);
      if (this.#held.length < length) return frames;
      const scan = decodeScan(this.#held.subarray(0, length), asked);
      if (scan) {
        this.#held = this.#held.subarray(length);
        frames.push({ is: "scan", scan });
      } else {
        this.damagedFrames++;
        this.#drop(1);
      }
    }
  }

  /** Where a scan begins, or may begin with the last bytes; −1 if nowhere. */
  #scanStart(asked: ScanAsked): number {
    let at = this.#held.indexOf(stx);
    while (at >= 0 && !beginsScan(this.#held.subarray(at, at + scanHeaderBytes), asked)) {
      at = this.#held.indexOf(stx, at + 1);
    }
    return at;
  }

  #take(frame: LetterFrame): LetterFrame {
    this.#held = new Uint8Array(0);
    return frame;
  }

  #dropAllBut(count: number): void {
    if (this.#held.length > count) this.#drop(this.#held.length - count);
  }

  #drop(count: number): void {
    this.droppedBytes += count;
    this.#noiseBytes += count;
    this.#held = this.#held.subarray(count);
  }
}

/** Longer than any short answer, so that what was cut down to it is still seen to be too long. */
const longestShort = 64;
