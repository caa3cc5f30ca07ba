/**
 * NMEA 0183 (reference/protocols.md §6): `$` body `*` two hexadecimal digits, the XOR of the body. Own code, since the
 * packages either take a wrong checksum or a missing hemisphere for good, or throw on what receivers really send.
 */

/** The standard says 82 with `$`, checksum and line end; receivers break it. Beyond this it is no sentence. */
const longestBody = 120;

/**
 * Talker and kind of message first: one bit makes a `$` of a comma, and what stands before it may add up to nothing, so
 * that the rest of the line keeps a right checksum.
 */
const whole = /^([A-Z]{2}[A-Z\d]{2,6},[^*]*)\*([\dA-Fa-f]{2})$/;

/**
 * Stream of bytes → bodies with a right checksum. The first line may be cut off, and binary messages may stand between
 * lines: whatever is not printable ends what was begun. Holds never more than one body.
 */
export class SentenceParser {
  /** Bytes that belong to no good sentence. */
  droppedBytes = 0;
  /** Sentences that were whole and failed their checksum, or had none. */
  damagedSentences = 0;
  #body: string | undefined;

  get heldBytes(): number {
    return this.#body === undefined ? 0 : this.#body.length + 1;
  }

  push(bytes: Uint8Array): string[] {
    const bodies: string[] = [];
    for (const byte of bytes) {
      if (byte === 0x24) {
        this.#drop();
        this.#body = "";
      } else if (byte === 0x0d || byte === 0x0a) this.#end(bodies);
      else if (this.#body === undefined) this.droppedBytes++;
      else if (byte < 0x20 || byte > 0x7e || this.#body.length > longestBody) {
        this.#drop();
        this.droppedBytes++;
      } else this.#body += String.fromCharCode(byte);
    }
    return bodies;
  }

  #end(bodies: string[]): void {
    const text = this.#body;
    if (text === undefined) return;
    const [, body, sum] = whole.exec(text) ?? [];
    if (body !== undefined && sum !== undefined && checksum(body) === Number.parseInt(sum, 16)) {
      this.#body = undefined;
      bodies.push(body);
      return;
    }
    this.damagedSentences++;
    this.#drop();
  }

  #drop(): void {
    if (this.#body !== undefined) this.droppedBytes += this.#body.length + 1;
    this.#body = undefined;
  }
}

function checksum(body: string): number {
  let sum = 0;
  for (let i = 0; i < body.length; i++) sum ^= body.charCodeAt(i);
  return sum;
}

/** A whole line with its checksum, as a receiver sends it. */
export function sentence(body: string): string {
  return `$${body}*${checksum(body).toString(16).toUpperCase().padStart(2, "0")}\r\n`;
}
