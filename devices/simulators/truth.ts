import { seededRandom } from "../../spectra/random.ts";

/**
 * Where a simulated spectrum came from, written into its own counts: a test that reads it back knows whether the reading
 * is of this simulator, of this acquisition, with these settings, and whole.
 */
export interface Truth {
  /** Number of the simulator, 0 to 1023, so that another device's spectrum is recognised. */
  session: number;
  /** Counts the acquisitions of a simulator from 1, up to 2²⁰. */
  acquisition: number;
  integrationUs: number;
  scansToAverage: number;
  lightOn: boolean;
}

/** Every pixel holds ten bits, which the poorest converter of any instrument here can carry. */
const bits = 10;
const mask = 2 ** bits - 1;
const headPixels = 9;

/** Counts of `pixels` pixels, each at most 1023, that carry the truth; every pixel behind the head is checked by it. */
export function truthCounts(truth: Truth, pixels: number): Uint16Array<ArrayBuffer> {
  const { session, acquisition, integrationUs, scansToAverage, lightOn } = truth;
  const head = [
    session,
    acquisition & mask,
    (acquisition >> bits) & mask,
    integrationUs & mask,
    (integrationUs >>> bits) & mask,
    (integrationUs >>> (2 * bits)) & mask,
    integrationUs >>> (3 * bits),
    scansToAverage & mask,
    lightOn ? 1 : 0,
  ];
  const random = seededRandom(head.reduce((seed, word) => (Math.imul(seed, 31) + word) | 0, 7));
  return Uint16Array.from({ length: pixels }, (_, i) => head[i] ?? Math.floor(random() * (mask + 1)));
}

/** A whole spectrum as a simulator's previous session would have sent it: no reading of this one. */
export function staleTruthCounts(session: number, pixels: number): Uint16Array<ArrayBuffer> {
  const before = (session + 1) & mask;
  return truthCounts(
    { session: before, acquisition: 1, integrationUs: 1000, scansToAverage: 1, lightOn: false },
    pixels,
  );
}

/** The truth that the counts carry; undefined if any pixel is not what it says, so that the reading is wrong. */
export function truthOf(counts: ArrayLike<number>): Truth | undefined {
  const word = (i: number) => counts[i] ?? 0;
  if (counts.length < headPixels) return undefined;
  const truth: Truth = {
    session: word(0),
    acquisition: word(1) + word(2) * 2 ** bits,
    integrationUs: word(3) + word(4) * 2 ** bits + word(5) * 2 ** (2 * bits) + word(6) * 2 ** (3 * bits),
    scansToAverage: word(7),
    lightOn: word(8) === 1,
  };
  const expected = truthCounts(truth, counts.length);
  return expected.every((count, i) => count === counts[i]) ? truth : undefined;
}
