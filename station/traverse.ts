import { createHash } from "node:crypto";
import { ulid } from "ulid";
import type { Handlers } from "../contract/channel.ts";
import { LithoscopeError } from "../contract/errors.ts";
import type { Position } from "../contract/position.ts";
import { type EvidenceFile, type EvidenceTarget, Procedure, type traverseRequests } from "../contract/traverse.ts";
import { type HandOver, handOverPlaces } from "./handOver.ts";
import { mapProblem, mediaProblem } from "./mediaFiles.ts";
import { procedureInvalid } from "./procedures.ts";
import type { Recorder } from "./recorder.ts";

type TraverseHandlers = Pick<Handlers, keyof typeof traverseRequests>;

interface Parts {
  readonly recorder: Recorder;
  /** Runs the task while no measurement is under way or being saved; throws measurement-running. */
  readonly betweenMeasurements: <T>(task: () => Promise<T>) => Promise<T>;
  readonly handOver: HandOver;
  /** Where the tablet is, if a receiver says so. */
  readonly position: () => Position | undefined;
}

/** What pages ask about a traverse, its evidence, its checklists and its hand over. */
export function traverseHandlers({ recorder, betweenMeasurements, handOver, position }: Parts): TraverseHandlers {
  const named = (bytes: Uint8Array, type: string): EvidenceFile => ({
    sha256: createHash("sha256").update(bytes).digest("hex"),
    bytes: bytes.length,
    type,
  });
  /** What belongs to nothing that exists could never be found again. */
  const checked = (target: EvidenceTarget): EvidenceTarget => {
    if (target.spotId !== undefined) recorder.spot(target.spotId);
    if (target.sampleId !== undefined) recorder.sample(target.sampleId);
    return target;
  };
  return {
    startTraverse: (plan) => betweenMeasurements(async () => ({ sessionId: await recorder.startTraverse(plan) })),
    pauseTraverse: async () => ({ seq: (await recorder.append({ kind: "traverse-paused" })).seq }),
    resumeTraverse: ({ sessionId }) =>
      betweenMeasurements(async () => {
        await recorder.resumeTraverse(sessionId);
        return { sessionId };
      }),
    makeStop: async ({ name, place }) => {
      const stop = { stopId: ulid(), name: name ?? stopName(recorder.view.stops.size) };
      const here = position();
      await recorder.append({ kind: "stop-made", ...stop, ...(place && { place }), ...(here && { position: here }) });
      return stop;
    },
    renameSample: async ({ sampleId, name }) => {
      recorder.sample(sampleId);
      return { seq: (await recorder.append({ kind: "sample-renamed", sampleId, name })).seq };
    },
    bagSample: async ({ sampleId, bag }) => {
      recorder.sample(sampleId);
      return { seq: (await recorder.append({ kind: "sample-bagged", sampleId, bag })).seq };
    },
    relateSamples: async ({ sampleId, relation, toSampleId }) => {
      recorder.sample(sampleId);
      recorder.sample(toSampleId);
      return { seq: (await recorder.append({ kind: "samples-related", sampleId, relation, toSampleId })).seq };
    },
    addPhoto: async ({ target, bytes, type, sketchOf }) => {
      const problem = mediaProblem("photo", bytes, type);
      if (problem) throw problem;
      const sketched = sketchOf === undefined ? {} : { sketchOf };
      return added(
        recorder,
        { kind: "photo-added", target: checked(target), file: named(bytes, type), ...sketched },
        bytes,
      );
    },
    addVoice: async ({ target, bytes, type, durationMs }) => {
      const problem = mediaProblem("voice", bytes, type);
      if (problem) throw problem;
      return added(
        recorder,
        { kind: "voice-added", target: checked(target), file: named(bytes, type), durationMs },
        bytes,
      );
    },
    addNote: ({ target, text }) => added(recorder, { kind: "note-added", target: checked(target), text }),
    sayMineral: async ({ spotId, measurementId, name }) => {
      const { sampleId } = recorder.spot(spotId);
      const about = { sampleId, spotId, ...(measurementId !== undefined && { measurementId }) };
      return { seq: (await recorder.append({ kind: "mineral-said", ...about, name })).seq };
    },
    evidenceFile: async ({ sessionId, sha256 }) => ({
      bytes: new Uint8Array(await recorder.journal.readFile(sessionId, sha256)),
    }),
    loadProcedure: async ({ name, bytes }) => {
      const procedure = Procedure.safeParse(asJson(bytes));
      if (!procedure.success) throw procedureInvalid(name, procedure.error);
      const procedureId = ulid();
      await recorder.append({ kind: "procedure-loaded", procedureId, procedure: procedure.data });
      return { procedureId };
    },
    tickStep: async ({ procedureId, step, done }) => {
      const steps = recorder.view.procedures.get(procedureId)?.steps.length ?? 0;
      if (step >= steps) throw stepNotFound();
      return { seq: (await recorder.append({ kind: "procedure-ticked", procedureId, step, done })).seq };
    },
    addMap: async ({ name, bytes, type, layer }) => {
      const problem = mapProblem(name, bytes, type, layer);
      if (problem) throw problem;
      const mapId = ulid();
      await recorder.append({ kind: "map-added", mapId, name, file: named(bytes, type), layer }, bytes);
      return { mapId };
    },
    handOverPlaces: () => handOverPlaces(),
    handOver: ({ sessionIds, folder }) => handOver.run(sessionIds, folder),
  };
}

type Evidence =
  | { kind: "photo-added"; target: EvidenceTarget; file: EvidenceFile; sketchOf?: string }
  | { kind: "voice-added"; target: EvidenceTarget; file: EvidenceFile; durationMs: number }
  | { kind: "note-added"; target: EvidenceTarget; text: string };

/** Resolves when file and line are safe on disk. */
async function added(
  recorder: Recorder,
  evidence: Evidence,
  bytes?: Uint8Array,
): Promise<{ evidenceId: string; seq: number }> {
  const evidenceId = ulid();
  const { seq } = await recorder.append({ ...evidence, evidenceId }, bytes);
  return { evidenceId, seq };
}

/** Stops are called A to Z, then 27, 28 … */
const stopName = (made: number): string => (made < 26 ? String.fromCharCode(65 + made) : String(made + 1));

/** undefined where it is no JSON; the schema then says what is expected. */
function asJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function stepNotFound(): LithoscopeError {
  return new LithoscopeError(
    "procedure-invalid",
    "This checklist has no such step; nothing was ticked.",
    "Load the checklist again.",
  );
}
