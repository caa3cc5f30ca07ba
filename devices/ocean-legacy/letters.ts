/**
 * The letter protocol of Ocean's older spectrometers on RS-232, binary mode (reference/protocols.md §2.4): one letter,
 * then parameters, big-endian. What would write to the instrument's memory is left out on purpose: what is not in this
 * file cannot be sent.
 */

/** First byte of every answer to a command or query. */
export const ack = 0x06;
export const nak = 0x15;

const ascii = (text: string) => Uint8Array.from(Buffer.from(text, "ascii"));

/** Letters with one 16-bit parameter. */
export type WordLetter = "A" | "G" | "I" | "J" | "K" | "P";

/** A command with a 16-bit parameter. */
export function word(letter: WordLetter, value: number): Uint8Array {
  return Uint8Array.of(letter.charCodeAt(0), value >> 8, value & 0xff);
}

/** Integration time in µs, of the newer firmware: a parameter of 32 bits. */
export function integrationUs(us: number): Uint8Array {
  return Uint8Array.of(0x69, us >>> 24, (us >> 16) & 0xff, (us >> 8) & 0xff, us & 0xff);
}

/** Start of a scan. */
export const scan = ascii("S");
/** Firmware version, 1000 for 1.00.0. */
export const version = ascii("v");
/** To binary mode: the manual's spelling, and the one of programs that are seen to work. Without line end in both. */
export const toBinary = [ascii("bB"), ascii("Bb")] as const;

/** The value of a letter, as its command would set it. */
export function query(letter: "A" | "I" | "J" | "i"): Uint8Array {
  return ascii(`?${letter}`);
}

/**
 * One slot of the calibration memory. Slots are those of the USB form (§2.2); that the letter x reads them is inferred from
 * the rule for queries, and an instrument that refuses it is described by its operator instead.
 */
export function querySlot(slot: number): Uint8Array {
  return Uint8Array.of(...ascii("?x"), slot >> 8, slot & 0xff);
}
/** ASCII in a slot, padded with NUL (§2.2). */
export const slotBytes = 15;
export const slot: { serialNumber: number; wavelengthCoefficients: readonly number[]; configuration: number } = {
  serialNumber: 0,
  wavelengthCoefficients: [1, 2, 3, 4],
  configuration: 16,
};

/** Parameter of K for a rate (SAD500 table; that newer models have the same is not sure). */
export const baudCodes: ReadonlyMap<number, number> = new Map([
  [2400, 0],
  [4800, 1],
  [9600, 2],
  [19_200, 3],
  [38_400, 4],
  [57_600, 5],
  [115_200, 6],
]);

/** An unsigned number of the given bytes, most significant first. */
export function unsigned(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}
