import type { EventValue, Input, Output } from "../../contract/api.ts";
import type { Client } from "../../contract/channel.ts";
import type { Context } from "../../contract/context.ts";
import { LithoscopeError, type Problem, toProblem } from "../../contract/errors.ts";
import type { ReferenceComparison } from "../../contract/reference.ts";
import type { RockAssessment } from "../../contract/rock.ts";
import type { FileAxisUnit, Spectrum, Technique } from "../../contract/spectrum.ts";
import type { traverseRequests } from "../../contract/traverse.ts";
import type { Carried } from "../../contract/why.ts";
import { type CatalogueSource, cacheCatalogue } from "../store/catalogue.ts";
import { applyLines, catchUp, setAside } from "../store/project.ts";
import type { Store } from "../store/schema.ts";
import type { OpenChannel } from "./channels.ts";
import { type InstrumentActions, instrumentActions } from "./instruments.ts";
import { keepConnected } from "./link.ts";
import { calibrated, gone, greeted, type Live, nothingYet, progressed, withInstruments } from "./live.ts";

/** The live trace is redrawn at most ten times a second: faster cannot be read. */
const traceEveryMs = 100;
/** More than any spectrum file; the station has its own, lower limit. */
const mostFileBytes = 64 * 2 ** 20;

/** What is left to say of a step that the station's end cut short, when the station is back. */
const cutShort: Problem = {
  code: "station-gone",
  sentence: "The station stopped in the middle of this step. What was saved is safe; the step is lost.",
  hint: "Repeat it when station and instrument are back.",
};

function problemOf(error: unknown): Problem {
  const problem = toProblem(error);
  return problem.code === "station-gone" ? cutShort : problem;
}

export interface SpotWanted {
  /** Where MEASURE or the file goes; absent parts are made first. */
  readonly sampleId: string | undefined;
  readonly stopId?: string | undefined;
  readonly spotId: string | undefined;
}

/** Requests that save something of a traverse, or ask for it. */
export type Saving = keyof typeof traverseRequests | "createSample";

/** What the screens see of the station, and the only way they act on it. */
export interface Station extends InstrumentActions {
  readonly store: Store;
  now(): Live;
  subscribe(listener: () => void): () => void;
  /** A sample with its first spot; without a name it gets the next id. */
  createSample(name: string | undefined, stopId?: string): Promise<string | undefined>;
  /** Answers when the journal has confirmed it; undefined with `problem` set if it was not saved. */
  save<Name extends Saving>(call: Name, input: Input<Name>): Promise<Output<Name> | undefined>;
  /** Another page is open: what the one before could not save is no word of this one. */
  pageChanged(): void;
  /** As the station answers, without a word on the screen: rejects with what went wrong. */
  ask: Client["request"];
  createSpot(sampleId: string): Promise<string | undefined>;
  /** Both answer with the spot that the measurement went to, also when it was not read. */
  measure(where: SpotWanted): Promise<string | undefined>;
  openFile(where: SpotWanted, file: File): Promise<string | undefined>;
  answerQuestion(answer: { technique?: Technique; unit?: FileAxisUnit } | undefined): Promise<void>;
  cancel(): Promise<void>;
  stop(): Promise<void>;
  /** A person has looked: the light is off although the instrument did not confirm it. */
  lightSeenOff(): void;
  startDemo(): Promise<void>;
  stopDemo(): Promise<void>;
  /** Where the rocks of the next measurements come from. */
  chooseContext(context: Context): Promise<void>;
  /** Tries the graphics processors; answers what runs the model from the next start on, undefined if that failed. */
  tryProviders(): Promise<Output<"tryProviders"> | undefined>;
  /** Teaches the mineral of this measurement; answers whether it was learned. */
  learn(measurementId: string, name: string): Promise<boolean>;
  forget(learnedId: string): Promise<void>;
  spectrumOf(sessionId: string, measurementId: string): Promise<Spectrum>;
  carriedOf(sessionId: string, measurementId: string): Promise<Carried | undefined>;
  /** The model's references of a mineral, and how a measurement fits them. */
  referenceOf(name: string, measured: Input<"mineralReference">["measured"]): Promise<ReferenceComparison>;
  /** Modal mineralogy and rock names from the spots of a sample. */
  rockOf(sampleId: string): Promise<RockAssessment>;
  closeProblem(): void;
  keepBoth(): Promise<void>;
}

export function openStation(store: Store, open: OpenChannel): Station {
  let live = nothingYet;
  let client: Client | undefined;
  const listeners = new Set<() => void>();
  const set = (change: Partial<Live> | ((live: Live) => Live)): void => {
    live = typeof change === "function" ? change(live) : { ...live, ...change };
    for (const listener of listeners) listener();
  };
  const here = (): Client => {
    if (client) return client;
    throw new LithoscopeError("station-gone", "The station is not running.", "Wait: it is being started again.");
  };

  // One projection at a time: an event must not overtake the page of lines before it.
  let projecting: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const done = projecting.then(task);
    projecting = done.catch(() => undefined);
    return done;
  };
  const follow = (from: Client, sessionId: string): Promise<void> =>
    inTurn(async () => {
      const eventsSince = (id: string, afterSeq: number) => from.request("eventsSince", { sessionId: id, afterSeq });
      set({ alarm: await catchUp(store, sessionId, eventsSince) });
    });
  const onJournal = async (from: Client, { sessionId, line }: EventValue<"journal">): Promise<void> => {
    if (line.event.kind.startsWith("calibration-")) {
      set((now) => ({ ...now, calibrationsTold: now.calibrationsTold + 1 }));
    }
    if (live.alarm) return; // what was seen stays as it was until a person has decided
    const fit = await inTurn(() => applyLines(store, sessionId, [line]));
    if (fit !== "ok") await follow(from, sessionId);
  };

  const onUp = async (next: Client): Promise<void> => {
    let traceMs = 0;
    next.on("instruments", (instruments) => set((now) => withInstruments(now, instruments)));
    next.on("position", (position) => set({ position }));
    next.on("found", (found) => set({ found }));
    next.on("calibration", (run) => set((now) => calibrated(now, run)));
    next.on("calibrationLive", (calibrationLive) => set({ calibrationLive }));
    next.on("progress", (progress) => set((now) => progressed(now, progress, Date.now())));
    next.on("live", (trace) => {
      if (Date.now() - traceMs < traceEveryMs) return;
      traceMs = Date.now();
      set({ trace });
    });
    next.on("drift", (drift) => set({ drift }));
    next.on("problem", (problem) => set({ problem }));
    next.on("context", ({ context }) => set((now) => (now.hello ? { ...now, hello: { ...now.hello, context } } : now)));
    next.on("learned", (learned) => set({ learned }));
    next.on("storage", (storage) => set({ storage }));
    next.on("pages", ({ count }) => set({ pages: count }));
    next.on("handOver", (handOver) => set({ handOver }));
    next.on("session", (session) => {
      void follow(next, session.sessionId)
        .then(() => store.meta.put({ key: "lastSession", value: session.sessionId }))
        .then(() => set((now) => (now.hello ? { ...now, hello: { ...now.hello, session } } : now)))
        .catch(inBackground);
    });
    next.on("journal", (told) => void onJournal(next, told).catch(inBackground));
    const hello = await next.request("hello", {});
    const instruments = await next.request("instruments", {});
    const found = await next.request("findInstruments", { ask: false });
    const position = await next.request("position", {});
    const { run } = await next.request("calibrationRun", {});
    const learned = await next.request("learnedMinerals", {});
    await follow(next, hello.session.sessionId);
    await store.meta.put({ key: "lastSession", value: hello.session.sessionId });
    client = next;
    set((now) => calibrated({ ...greeted(now, hello), instruments, found, position, learned }, run));
    const catalogue: CatalogueSource = {
      page: (from) => next.request("catalogue", { from }),
      tables: () => next.request("catalogueTables", {}),
    };
    const onProgress = (have: number, count: number) => set({ catalogue: have < count ? { have, count } : undefined });
    void cacheCatalogue(store, hello.catalogue, catalogue, onProgress).catch(inBackground);
  };
  const onGone = (): void => {
    client = undefined;
    set((now) => gone(now, new Date().toISOString()));
  };
  const inBackground = (error: unknown): void => {
    const problem = toProblem(error);
    if (problem.code !== "station-gone") set({ problem }); // its end has its own notice
  };
  const trying = async <T>(busy: Live["busy"], task: () => Promise<T>): Promise<T | undefined> => {
    set({ busy, problem: undefined });
    try {
      return await task();
    } catch (error) {
      set({ problem: problemOf(error) });
      return undefined;
    } finally {
      set({ busy: undefined });
    }
  };
  const spotFor = async ({ sampleId, spotId, stopId }: SpotWanted): Promise<string> => {
    if (spotId) return spotId;
    const at = sampleId ?? (await here().request("createSample", stopId ? { stopId } : {})).sampleId;
    return (await here().request("createSpot", { sampleId: at })).spotId;
  };

  const sendFile = async (
    spotId: string,
    file: File,
    answers: { technique?: Technique; unit?: FileAxisUnit },
  ): Promise<void> => {
    if (file.size > mostFileBytes) {
      throw new LithoscopeError(
        "file-too-large",
        `${file.name} is larger than any spectrum file. It was not read, and nothing was saved.`,
        "Choose the spectrum file itself.",
      );
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    try {
      await here().request("openFile", { spotId, name: file.name, bytes, ...answers });
      set({ question: undefined });
    } catch (error) {
      const { code, sentence } = toProblem(error);
      if (code !== "technique-unknown" && code !== "unit-unknown") {
        set({ question: undefined });
        throw error;
      }
      const asks = code === "technique-unknown" ? "technique" : "unit";
      set({ question: { spotId, file, asks, technique: answers.technique, sentence } });
    }
  };

  const station: Station = {
    ...instrumentActions(
      (name, input) => here().request(name, input),
      (task) => trying(undefined, task),
    ),
    store,
    now: () => live,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    createSample: (name, stopId) =>
      trying(undefined, async () => {
        const { sampleId } = await here().request("createSample", { ...(name && { name }), ...(stopId && { stopId }) });
        await here().request("createSpot", { sampleId });
        return sampleId;
      }),
    async save(call, input) {
      set({ notSaved: undefined });
      const saved = await trying(call === "handOver" ? "handOver" : "save", () => here().request(call, input));
      // What failed stands in the notices too: the page that asked may be gone by now.
      set((now) => ({ ...now, handOver: undefined, notSaved: saved ? undefined : now.problem }));
      return saved;
    },
    pageChanged: () => set({ notSaved: undefined }),
    ask: (call, input) => here().request(call, input),
    createSpot: (sampleId) => trying(undefined, async () => (await here().request("createSpot", { sampleId })).spotId),
    async measure(where) {
      set({ busy: "measure", notRead: undefined, problem: undefined });
      let spotId: string | undefined;
      try {
        spotId = await spotFor(where);
        await here().request("measure", { spotId });
      } catch (error) {
        set({ notRead: problemOf(error) });
      } finally {
        set({ busy: undefined });
      }
      return spotId;
    },
    openFile: (where, file) =>
      trying("file", async () => {
        const spotId = await spotFor(where);
        await sendFile(spotId, file, {});
        return spotId;
      }),
    async answerQuestion(answer) {
      const { question } = live;
      if (!question) return;
      if (!answer) return set({ question: undefined });
      const technique = answer.technique ?? question.technique;
      await trying("file", () =>
        sendFile(question.spotId, question.file, { ...answer, ...(technique && { technique }) }),
      );
    },
    cancel: async () => void (await trying("cancel", () => here().request("cancelMeasurement", {}))),
    async stop() {
      set({ stop: { state: "asked" } });
      try {
        const { at } = await here().request("stopLight", {});
        set({ stop: { state: "confirmed", at } });
      } catch {
        // Whatever the reason, nobody has confirmed that the light is off; that is what a person must know.
        set({ stop: { state: "not-confirmed", at: new Date().toISOString() } });
      }
    },
    lightSeenOff: () => set({ stop: { state: "none" } }),
    startDemo: async () => void (await trying("demo", () => here().request("startDemo", {}))),
    chooseContext: async (context) =>
      void (await trying(undefined, () => here().request("chooseContext", { context }))),
    tryProviders: () => trying(undefined, () => here().request("tryProviders", {})),
    stopDemo: async () => void (await trying("demo", () => here().request("stopDemo", {}))),
    learn: async (measurementId, name) =>
      (await trying("teach", () => here().request("learnMineral", { measurementId, name }))) !== undefined,
    forget: async (learnedId) => void (await trying("teach", () => here().request("forgetMineral", { learnedId }))),
    spectrumOf: (sessionId, measurementId) => here().request("spectrumOf", { sessionId, measurementId }),
    carriedOf: async (sessionId, measurementId) =>
      (await here().request("carriedOf", { sessionId, measurementId })).carried,
    referenceOf: async (name, measured) => here().request("mineralReference", { name, ...(measured && { measured }) }),
    rockOf: async (sampleId) => here().request("sampleRock", { sampleId }),
    closeProblem: () => set({ problem: undefined, notRead: undefined, notSaved: undefined }),
    async keepBoth() {
      const { alarm } = live;
      if (!alarm || !client) return;
      await inTurn(() => setAside(store, alarm.sessionId));
      await follow(client, alarm.sessionId);
    },
  };

  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  void keepConnected(open, { onUp, onGone }, pause);
  return station;
}
