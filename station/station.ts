import { setImmediate } from "node:timers/promises";
import { ulid } from "ulid";
import { type Channel, type Handlers, serve } from "../contract/channel.ts";
import type { Problem } from "../contract/errors.ts";
import type { Measurement } from "../contract/journal.ts";
import type { MineralEntry } from "../contract/mindb.ts";
import { assessRock } from "../inference/rocks/assess.ts";
import { loadPack } from "../mindb/pack.ts";
import { Audience } from "./audience.ts";
import type { StationConfig } from "./config.ts";
import { DriftWatch } from "./driftWatch.ts";
import { Instruments } from "./instruments.ts";
import { Learning } from "./learned/learning.ts";
import { Measuring } from "./measure.ts";
import { loadActive } from "./models/active.ts";
import { ModelLoader, tryProviders } from "./models/provider.ts";
import { answersOf } from "./projection.ts";
import { Reasons } from "./reasons.ts";
import { Recorder } from "./recorder.ts";
import { measurementNotFound, SpectrumSource } from "./spectra.ts";
import { appVersion } from "./version.ts";

/** Catalogue entries and journal lines in one reply: some hundred kB, which no page notices. */
const entriesPerReply = 250;
const linesPerReply = 200;

/** The process that owns hardware, model and journal. */
export interface Station {
  /** Serves the API to one page. */
  attach(channel: Channel): void;
  /** Light off on every instrument, ports closed, journal signed. */
  close(): Promise<void>;
}

/** Starts the station. Throws what a person must know before anything can be measured: no model, no journal. */
export async function openStation(config: StationConfig): Promise<Station> {
  const loader = new ModelLoader(config.dataFolder);
  const { model, fallback } = await loadActive(config.dataFolder, (modelPackage) => loader.load(modelPackage));
  const pack = loadPack();
  const audience = new Audience();
  const { recorder, problems: sessionProblems } = await Recorder.open(config.dataFolder, config.host, audience);
  const problems = [...sessionProblems.map(leftAlone), ...(fallback === undefined ? [] : [fallback])];
  // In the journal too: whoever reads the answers later must know that another model was wanted.
  if (fallback !== undefined) await recorder.append({ kind: "problem", problem: fallback });
  const spectra = new SpectrumSource((sha256) => recorder.journal.readFile(recorder.sessionId, sha256));
  const learning = new Learning({ model, recorder, spectra, audience });
  const notRecalled = await learning.recall();
  const reasons = new Reasons(model.package.folder, pack);
  const bands = ramanBands(pack.entries);
  const drift = new DriftWatch({
    model: model.package,
    measurements: recorder.view.measurements,
    spectrumOf: (measurement) => spectra.of(measurement),
    bandsOf: (mineral) => bands.get(mineral) ?? [],
    audience,
  });
  const measuring = new Measuring({ model, reasons, recorder, spectra, audience, drift });
  const instruments = new Instruments(audience, recorder);
  for (const { port, profile } of config.instruments) instruments.add(port, profile);
  const instanceId = ulid();

  const measurementOf = (sessionId: string, measurementId: string): Measurement => {
    const measurement = sessionId === recorder.sessionId ? recorder.view.measurements.get(measurementId) : undefined;
    if (measurement === undefined) throw measurementNotFound();
    return measurement;
  };

  const handlers: Handlers = {
    hello: async () => ({
      version: appVersion,
      instanceId,
      host: config.host,
      session: await recorder.summary(),
      model: { ...model.summary(), providerReason: loader.reason },
      ...(fallback && { modelFallback: fallback }),
      drift: drift.now(),
      catalogue: { version: pack.version, count: pack.entries.length },
      credits: pack.credits,
      demoAvailable: true,
      context: reasons.context,
    }),
    chooseContext: async ({ context }) => {
      reasons.context = context;
      audience.tell("context", { context });
      return {};
    },
    listSessions: () => recorder.journal.sessions(),
    eventsSince: ({ sessionId, afterSeq }) => recorder.journal.readLines(sessionId, afterSeq, linesPerReply),
    createSample: async ({ name }) => ({ sampleId: await recorder.createSample(name) }),
    createSpot: ({ sampleId }) => recorder.createSpot(sampleId),
    measure: ({ spotId }) => measuring.measure(spotId, () => instruments.ready()),
    cancelMeasurement: async () => {
      measuring.cancel();
      return {};
    },
    stopLight: async () => {
      measuring.cancel();
      await instruments.stopLight();
      return { at: new Date().toISOString() };
    },
    openFile: ({ spotId, name, bytes, technique, unit }) =>
      measuring.openFile(spotId, name, bytes, { ...(technique && { technique }), ...(unit && { unit }) }),
    spectrumOf: async ({ sessionId, measurementId }) => spectra.of(measurementOf(sessionId, measurementId)),
    carriedOf: async ({ sessionId, measurementId }) => {
      const { evidence, identification } = measurementOf(sessionId, measurementId);
      const [first, second] = identification.minerals;
      if (first === undefined || second === undefined) return {};
      const all = await Promise.all(evidence.map((id) => spectra.of(measurementOf(sessionId, id))));
      const carried = await model.carried(all, first.name, second.name);
      return carried === undefined ? {} : { carried };
    },
    learnMineral: ({ measurementId, name }) => learning.learn(measurementId, name),
    forgetMineral: async ({ learnedId }) => {
      await learning.forget(learnedId);
      return {};
    },
    learnedMinerals: async () => learning.list(),
    sampleRock: async ({ sampleId, observations, looks }) => {
      recorder.sample(sampleId);
      const answers = [...answersOf(recorder.view, sampleId)];
      const spots = answers.map(([spotId, identification]) => ({ identification, look: looks?.[spotId] }));
      return { sampleId, ...(await assessRock(spots, observations, () => setImmediate())) }; // STOP must not wait for it
    },
    tryProviders: () => tryProviders(config.dataFolder, model.package),
    instruments: async () => instruments.statuses(),
    startDemo: async ({ mineral }) => {
      await instruments.startDemo(mineral ?? "Quartz");
      return {};
    },
    stopDemo: async () => {
      await instruments.stopDemo();
      return {};
    },
    catalogue: async ({ from }) => ({
      version: pack.version,
      count: pack.entries.length,
      entries: pack.entries.slice(from, from + entriesPerReply),
    }),
  };

  return {
    attach(channel) {
      const peer = serve(channel, handlers, () => audience.leave(peer));
      audience.join(peer);
      for (const problem of [...problems, ...notRecalled]) peer.tell("problem", problem);
    },
    async close() {
      await measuring.close();
      await drift.settled();
      try {
        await instruments.close();
      } finally {
        await recorder.close();
        await model.close();
        await loader.ended();
      }
    },
  };
}

/** Positions of each mineral's Raman bands, cm⁻¹. */
const ramanBands = (entries: readonly MineralEntry[]): Map<string, number[]> =>
  new Map(
    entries.map(({ name, features }) => [
      name,
      features.filter(({ technique }) => technique === "raman").map(({ position }) => position),
    ]),
  );

/** An older session that could not be resumed: measuring goes on in a new one. */
function leftAlone(problem: Problem): Problem {
  return {
    ...problem,
    sentence: `An earlier session was left alone: ${problem.sentence}`,
    hint: "It stays as it is; new measurements go to another session. Show it to the trainer.",
  };
}
