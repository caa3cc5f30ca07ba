import type { Identification } from "../../contract/identification.ts";
import type { JournalEvent, JournalLine } from "../../contract/journal.ts";

const digit = (n: number, length: number): string => n.toString(16).padStart(length, "0");
/** A hash that names its line; real hashes are the journal's business. */
export const hashOf = (seq: number): string => digit(seq, 64);
/** A ULID-shaped id. */
export const idOf = (n: number): string => `01J${digit(n, 23).toUpperCase()}`;

/** Events as consecutive journal lines. */
export const linesOf = (events: readonly JournalEvent[], from = 1): JournalLine[] =>
  events.map((event, i) => {
    const seq = from + i;
    const at = `2026-11-21T10:24:${String(seq % 60).padStart(2, "0")}.000Z`;
    return { seq, prev: hashOf(seq - 1), at, monotonicMs: seq * 1000, event, hash: hashOf(seq) };
  });

/** An identification with these names and probabilities; the whole rest is "not in the library" unless told. */
export function identified(
  minerals: Record<string, number>,
  { unknown, set = [], poor = false }: { unknown?: number; set?: string[]; poor?: boolean } = {},
): Identification {
  const named = Object.values(minerals).reduce((sum, p) => sum + p, 0);
  return {
    minerals: Object.entries(minerals).map(([name, probability]) => ({ name, probability })),
    unknown: unknown ?? Math.max(0, 1 - named),
    set: { coverage: 0.9, names: set },
    quality: {
      raman: { verdict: poor ? "poor" : "good", weight: poor ? 0 : 1, signalToNoise: poor ? 2 : 40, checks: [] },
    },
    model: { id: "matcher", version: "1", sha256: hashOf(0), provider: "cpu" },
  };
}

/** A spectrum read from a file onto a spot. */
export const fileMeasurement = (
  measurementId: string,
  { sampleId, spotId, identification }: { sampleId: string; spotId: string; identification: Identification },
): JournalEvent => ({
  kind: "measurement",
  ...{ measurementId, sampleId, spotId, identification },
  technique: "raman",
  source: { kind: "file", name: "a.txt", sha256: hashOf(9), bytes: 10, format: "two-column", technique: "raman" },
  corrections: [],
  evidence: [measurementId],
});
