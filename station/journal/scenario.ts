import type { JournalLine, Measurement } from "../../contract/journal.ts";
import type { Disk } from "./disk.ts";
import { Journal, type JournalOptions } from "./journal.ts";
import { sha256 } from "./line.ts";
import type { AppendableEvent, Clock, Session } from "./session.ts";

/** For tests: a field session's events, and a clock that a test can repeat. */

/** Ids in the order of their numbers. */
export const id = (number: number): string => `01HZZZZZZZZZZZZZZZZZZZ${String(number).padStart(4, "0")}`;

export function steppingClock(): Clock {
  let ms = 0;
  return {
    now: () => new Date(Date.UTC(2031, 5, 1) + ++ms).toISOString(),
    monotonicMs: () => ++ms,
  };
}

export const folders = { root: "/data/journal", keyFolder: "/data/keys" } as const;

export const openJournal = (disk: Disk, onLine?: JournalOptions["onLine"]): Promise<Journal> =>
  Journal.open({ ...folders, disk, clock: steppingClock(), ...(onLine && { onLine }) });

export const opening = (number: number) => ({
  sessionId: id(number),
  title: `Traverse ${number}`,
  station: { version: "0.1.0", host: "test" },
});

export const sample = (number: number): AppendableEvent => ({
  kind: "sample-created",
  sampleId: id(number),
  name: `Sample ${number}`,
});

/** What may fill any line. Non-ASCII text: bytes and characters differ. */
export const note = (text: string): AppendableEvent => ({
  kind: "problem",
  problem: { code: "cancelled", sentence: `${text}: the lamp was switched off at 12 µm.`, hint: "Measure again." },
});

const instrument = { serialNumber: "SIM-1", model: "Simulated", driver: "test", simulated: true };

function reading(number: number, lightOn: boolean) {
  return {
    id: id(number),
    at: "2031-06-01T00:00:00.000Z",
    monotonicMs: number,
    instrument,
    settings: { integrationUs: 100_000, scansToAverage: 1, lightOn },
    counts: Uint16Array.from({ length: 12 }, (_, i) => 1000 + number * i),
    maximumCounts: 65_535,
    wavelengthCoefficients: [530, 0.1],
  };
}

const identified: Pick<Measurement, "corrections" | "identification"> = {
  corrections: [{ kind: "average", exposures: 1 }],
  identification: {
    minerals: [{ name: "Quartz", probability: 0.9 }],
    unknown: 0.1,
    set: { coverage: 0.9, names: ["Quartz"] },
    quality: {},
    model: { id: "matcher", version: "1", sha256: "0".repeat(64), provider: "cpu" },
  },
};

export const measured = (number: number): AppendableEvent => ({
  kind: "measurement",
  ...{ measurementId: id(number), sampleId: id(1), spotId: id(2), technique: "raman", evidence: [id(number)] },
  source: {
    kind: "instrument",
    profile: { technique: "raman", excitationNm: 532 },
    readings: [reading(number, true)],
    dark: reading(number + 1, false),
  },
  ...identified,
});

export const measuredFrom = (number: number, bytes: Uint8Array): AppendableEvent => ({
  kind: "measurement",
  ...{ measurementId: id(number), sampleId: id(1), spotId: id(2), technique: "raman", evidence: [id(number)] },
  source: {
    ...{ kind: "file", name: "quartz.txt", format: "two columns", technique: "raman" },
    ...{ sha256: sha256(bytes), bytes: bytes.length },
  },
  ...identified,
});

export const spectrumFile: Uint8Array = Buffer.from("464 1.0\n465 0.8\n");

/** A traverse: samples, evidence, arrays, two signatures, an end; and a second one that is put away for later. */
export async function traverse(journal: Journal, stored?: (session: Session, name: string) => void): Promise<void> {
  const first = await journal.create(opening(101));
  await first.append(sample(1));
  await first.append({ kind: "spot-created", spotId: id(2), sampleId: id(1), number: 1 });
  const name = await first.storeFile(spectrumFile);
  stored?.(first, name);
  await first.append(measuredFrom(3, spectrumFile));
  await first.append(measured(4));
  // Several at once, as when an instrument is lost during a measurement: the eighth line calls for a signature.
  await Promise.all([note("a"), note("b"), note("c"), note("d")].map((event) => first.append(event)));
  await first.append(measured(6));
  await first.close();
  const second = await journal.create(opening(102));
  await second.append(sample(8));
  await journal.release();
}

/** All lines of a session, through the journal's own reading. */
export async function allLines(journal: Journal, sessionId: string): Promise<JournalLine[]> {
  const { lines, headSeq } = await journal.readLines(sessionId, 0, 1000);
  if (lines.length !== headSeq) throw new Error(`${lines.length} of ${headSeq} lines read`);
  return lines;
}
