import { basename } from "node:path";
import { setImmediate } from "node:timers/promises";
import { ulid } from "ulid";
import { type Channel, type Handlers, serve } from "../contract/channel.ts";
import type { Problem } from "../contract/errors.ts";
import type { Measurement } from "../contract/journal.ts";
import type { MineralEntry } from "../contract/mindb.ts";
import { usbPorts } from "../devices/ports/usb.ts";
import { specimensFor } from "../devices/simulators/ocean-obp/specimens.ts";
import { assessRock } from "../inference/rocks/assess.ts";
import { surveyedRamanBands } from "../mindb/bands.ts";
import { Audience } from "./audience.ts";
import { Calibrating } from "./calibration/calibrating.ts";
import { calibrationHandlers } from "./calibration/handlers.ts";
import { loadCatalogue } from "./catalogue/installed.ts";
import type { StationConfig } from "./config.ts";
import { DriftWatch } from "./driftWatch.ts";
import { HandOver } from "./handOver.ts";
import { Memory } from "./instruments/memory.ts";
import { recordedFrom } from "./instruments/recorded.ts";
import { Instruments } from "./instruments.ts";
import { nodeDisk } from "./journal/disk.ts";
import { Learning } from "./learned/learning.ts";
import { Measuring } from "./measure.ts";
import { loadActive } from "./models/active.ts";
import { ModelLoader, tryProviders } from "./models/provider.ts";
import { answersOf, wasMeasured } from "./projection.ts";
import { Reasons } from "./reasons.ts";
import { Recorder } from "./recorder.ts";
import { ReferenceDesk } from "./reference.ts";
import { Review } from "./review/review.ts";
import { measurementNotFound, SpectrumSource } from "./spectra.ts";
import { storageOf, watchStorage } from "./storage.ts";
import { traverseHandlers } from "./traverse.ts";
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
  const { pack, problem: catalogueProblem } = await loadCatalogue(config.dataFolder);
  const audience = new Audience();
  const { recorder, problems: sessionProblems } = await Recorder.open(config.dataFolder, config.host, audience);
  const problems = [
    ...sessionProblems.map(leftAlone),
    ...[fallback, catalogueProblem].filter((problem) => problem !== undefined),
  ];
  // In the journal too: whoever reads the answers later must know that another model was wanted.
  if (fallback !== undefined) await recorder.append({ kind: "problem", problem: fallback });
  const { calibrations } = recorder;
  const spectra = new SpectrumSource(
    (sha256) => recorder.journal.readFile(recorder.sessionId, sha256),
    (corrections) => calibrations.named(corrections),
  );
  const learning = new Learning({ model, recorder, spectra, audience });
  const notRecalled = await learning.recall();
  const reasons = new Reasons(model.package.folder, pack);
  const desk = new ReferenceDesk(model.package, reasons.bands);
  const bands = ramanBands(pack.entries);
  const drift = new DriftWatch({
    model: model.package,
    get measurements() {
      return recorder.view.measurements; // of the session that is open now
    },
    spectrumOf: (measurement) => spectra.of(measurement),
    bandsOf: (mineral) => bands.get(mineral) ?? [],
    audience,
  });
  const { memory, problem: memoryProblem } = await Memory.open(nodeDisk, config.dataFolder);
  if (memoryProblem !== undefined) problems.push(memoryProblem);
  const instruments: Instruments = new Instruments({
    audience,
    recorder,
    memory,
    extra: { paths: config.instruments.map(({ port }) => port), folders: config.portFolders ?? [] },
    listUsb: usbPorts,
    onFile: (file): Promise<void> => measuring.takeFile(recorder.currentSpot(), file),
    wasMeasured: (sha256) => wasMeasured(recorder.view, sha256),
    recorded: (from) => recordedFrom(recorder.journal, from),
  });
  const position = () => instruments.positions.now();
  const measuring = new Measuring({ model, reasons, recorder, spectra, audience, drift, position });
  await instruments.start(config.instruments);
  const calibrating = new Calibrating(recorder, audience);
  const instanceId = ulid();
  const handOver = new HandOver({
    journal: recorder.journal,
    dataFolder: config.dataFolder,
    onProgress: (progress) => audience.tell("handOver", progress),
    onDone: async ({ folder, sessions, files, bytes }) => {
      await recorder.append({ kind: "handed-over", place: basename(folder), sessions, files, bytes });
    },
  });
  const endStorageWatch = watchStorage(config.dataFolder, (storage) => audience.tell("storage", storage));

  const measurementOf = (sessionId: string, measurementId: string): Measurement => {
    const measurement = sessionId === recorder.sessionId ? recorder.view.measurements.get(measurementId) : undefined;
    if (measurement === undefined) throw measurementNotFound();
    return measurement;
  };

  const review = new Review(config.dataFolder);
  const handlers: Handlers = {
    ...review.handlers,
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
    createSample: async ({ name, stopId }) => {
      const sampleId = await recorder.createSample(name, stopId);
      return { sampleId, name: recorder.sample(sampleId) };
    },
    createSpot: ({ sampleId }) => recorder.createSpot(sampleId),
    measure: ({ spotId }) => measuring.measure(spotId, () => instruments.chosen()),
    cancelMeasurement: async () => {
      measuring.cancel();
      calibrating.cancel();
      return {};
    },
    stopLight: async () => {
      measuring.cancel();
      calibrating.cancel();
      await instruments.stopLight();
      return { at: new Date().toISOString() };
    },
    openFile: ({ spotId, name, bytes, technique, unit }) =>
      measuring.openFile(spotId, name, bytes, { ...(technique && { technique }), ...(unit && { unit }) }),
    spectrumOf: async ({ sessionId, measurementId, recorrectionId }) => {
      const measurement = measurementOf(sessionId, measurementId);
      if (recorrectionId === undefined) return spectra.of(measurement);
      const recorrections = recorder.view.recorrections.get(measurementId);
      const recorrection = recorrections?.find((r) => r.recorrectionId === recorrectionId);
      if (recorrection === undefined) throw measurementNotFound();
      return spectra.of(measurement, recorrection);
    },
    carriedOf: async ({ sessionId, measurementId }) => {
      const { evidence, identification } = measurementOf(sessionId, measurementId);
      const [first, second] = identification.minerals;
      if (first === undefined || second === undefined) return {};
      const all = await Promise.all(evidence.map((id) => spectra.of(measurementOf(sessionId, id))));
      const carried = await model.carried(all, first.name, second.name);
      return carried === undefined ? {} : { carried };
    },
    ...calibrationHandlers({ calibrating, instruments, measuring, recorder }),
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
    armLaser: async ({ id }) => {
      await instruments.armLaser(id);
      return {};
    },
    findInstruments: ({ ask }) => (ask ? instruments.find() : Promise.resolve(instruments.found())),
    connectInstrument: (connection) => instruments.connect(connection),
    disconnectInstrument: async ({ id }) => {
      await instruments.disconnect(id);
      return {};
    },
    retryInstrument: async ({ id }) => {
      instruments.retry(id);
      return {};
    },
    describeInstrument: async ({ id, name, profile }) => {
      await instruments.describe(id, { name, profile });
      return {};
    },
    forgetInstrument: async ({ id }) => {
      await instruments.forget(id);
      return {};
    },
    chooseInstruments: async ({ ids }) => {
      await instruments.choose(ids);
      return {};
    },
    position: async () => instruments.positions.status(),
    startDemo: async ({ mineral }) => {
      await instruments.startDemo(mineral ?? "Quartz");
      return {};
    },
    stopDemo: async () => {
      await instruments.stopDemo();
      return {};
    },
    demoSpecimens: async () => specimensFor("raman"),
    placeUnderDemo: async ({ specimen }) => {
      await instruments.placeUnderDemo(specimen);
      return {};
    },
    catalogue: async ({ from }) => ({
      version: pack.version,
      count: pack.entries.length,
      entries: pack.entries.slice(from, from + entriesPerReply),
    }),
    catalogueTables: async () => ({ version: pack.version, tables: pack.tables }),
    mineralReference: async ({ name, measured }) =>
      desk.compare(name, measured && (await spectra.of(measurementOf(measured.sessionId, measured.measurementId)))),
    ...traverseHandlers({ recorder, handOver, position, betweenMeasurements: (task) => measuring.between(task) }),
  };

  return {
    attach(channel) {
      const peer = serve(channel, handlers, () => audience.leave(peer));
      audience.join(peer);
      for (const problem of [...problems, ...notRecalled]) peer.tell("problem", problem);
      void storageOf(config.dataFolder).then((storage) => storage && peer.tell("storage", storage));
    },
    async close() {
      endStorageWatch();
      await calibrating.close();
      await measuring.close();
      await drift.settled();
      try {
        await instruments.close();
      } finally {
        await review.close();
        await recorder.close();
        await model.close();
        await loader.ended();
      }
    },
  };
}

/** Positions of each mineral's Raman bands, cm⁻¹. */
const ramanBands = (entries: readonly MineralEntry[]): Map<string, number[]> =>
  new Map(entries.map((entry) => [entry.name, surveyedRamanBands(entry).map(({ position }) => position)]));

/** An older session that could not be resumed: measuring goes on in a new one. */
function leftAlone(problem: Problem): Problem {
  return {
    ...problem,
    sentence: `An earlier session was left alone: ${problem.sentence}`,
    hint: "It stays as it is; new measurements go to another session. Show it to the trainer.",
  };
}
