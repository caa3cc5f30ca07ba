import { join } from "node:path";
import { type AnswerKind, answerKind } from "../../contract/identification.ts";
import type { Technique } from "../../contract/spectrum.ts";
import { nodeDisk } from "../journal/disk.ts";
import { eventsFile } from "../journal/recover.ts";
import { scan } from "../journal/scan.ts";

/** What a session holds, counted. */
export interface SessionStats {
  readonly folder: string;
  readonly sessionId: string | undefined;
  readonly title: string | undefined;
  readonly state: "intact" | "torn" | "altered" | "cut";
  readonly lines: number;
  readonly bytes: number;
  readonly firstAt: string | undefined;
  readonly lastAt: string | undefined;
  readonly closed: boolean;
  readonly samples: number;
  readonly spots: number;
  readonly measurements: Partial<Record<Technique, number>>;
  readonly answers: Partial<Record<AnswerKind | "unnamed", number>>;
  /** Events by kind. */
  readonly events: Record<string, number>;
}

/** Counts a session's genuine lines, as a stream; never throws for a damaged one. */
export async function statsOf(folder: string): Promise<SessionStats> {
  const events: Record<string, number> = {};
  const measurements: Partial<Record<Technique, number>> = {};
  const answers: SessionStats["answers"] = {};
  let firstAt: string | undefined;
  let lastAt: string | undefined;
  const { chain, end, verdict } = await scan(nodeDisk, join(folder, eventsFile), {
    visit: ({ at, event }) => {
      firstAt ??= at;
      lastAt = at;
      events[event.kind] = (events[event.kind] ?? 0) + 1;
      if (event.kind !== "measurement" && event.kind !== "reading-unnamed") return;
      measurements[event.technique] = (measurements[event.technique] ?? 0) + 1;
      const kind = event.kind === "measurement" ? answerKind(event.identification) : "unnamed";
      answers[kind] = (answers[kind] ?? 0) + 1;
    },
  });
  const { sessionId, title } = chain.session ?? {};
  return {
    ...{ folder, sessionId, title, state: verdict.state, lines: chain.head.seq, bytes: end, firstAt, lastAt },
    closed: chain.closed,
    samples: events["sample-created"] ?? 0,
    spots: events["spot-created"] ?? 0,
    ...{ measurements, answers, events },
  };
}
