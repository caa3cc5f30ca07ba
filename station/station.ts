import { ulid } from "ulid";
import { type Channel, type Handlers, serve } from "../contract/channel.ts";
import type { Problem } from "../contract/errors.ts";
import { Model } from "../inference/model.ts";
import { openPackage, shippedPackageFolder } from "../inference/package.ts";
import { loadPack } from "../mindb/pack.ts";
import { Audience } from "./audience.ts";
import type { StationConfig } from "./config.ts";
import { Instruments } from "./instruments.ts";
import { Measuring } from "./measure.ts";
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
  const model = await Model.load(
    await openPackage(config.modelFolder ?? shippedPackageFolder, { allowUnsigned: false }),
  );
  const pack = loadPack();
  const audience = new Audience();
  const { recorder, problems } = await Recorder.open(config.dataFolder, config.host, audience);
  const spectra = new SpectrumSource((sha256) => recorder.journal.readFile(recorder.sessionId, sha256));
  const measuring = new Measuring({ model, recorder, spectra, audience });
  const instruments = new Instruments(audience, recorder);
  for (const { port, profile } of config.instruments) instruments.add(port, profile);
  const instanceId = ulid();

  const handlers: Handlers = {
    hello: async () => ({
      version: appVersion,
      instanceId,
      host: config.host,
      session: await recorder.summary(),
      model: model.summary(),
      catalogue: { version: pack.version, count: pack.entries.length },
      credits: pack.credits,
      demoAvailable: true,
    }),
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
    spectrumOf: async ({ sessionId, measurementId }) => {
      const measurement = sessionId === recorder.sessionId ? recorder.view.measurements.get(measurementId) : undefined;
      if (measurement === undefined) throw measurementNotFound();
      return spectra.of(measurement);
    },
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
      for (const problem of problems) peer.tell("problem", leftAlone(problem));
    },
    async close() {
      await measuring.close();
      try {
        await instruments.close();
      } finally {
        await recorder.close();
        await model.close();
      }
    },
  };
}

/** An older session that could not be resumed: measuring goes on in a new one. */
function leftAlone(problem: Problem): Problem {
  return {
    ...problem,
    sentence: `An earlier session was left alone: ${problem.sentence}`,
    hint: "It stays as it is; new measurements go to another session. Show it to the trainer.",
  };
}
