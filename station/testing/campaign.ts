// A day of several crews for tests, benches and the e2e debrief, made by the product's own parts: the simulated spectrometer counts, calibration,
// model and reasons answer, the journal signs. Only the clock is told, so that a day takes seconds.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MeasurementSource } from "../../contract/journal.ts";
import type { Position } from "../../contract/position.ts";
import type { Reading } from "../../contract/reading.ts";
import type { Spectrum } from "../../contract/spectrum.ts";
import { calibrate } from "../../devices/calibrate.ts";
import { Bench, bench } from "../../devices/simulators/ocean-obp/bench.ts";
import { bandsOf } from "../../devices/simulators/ocean-obp/minerals.ts";
import { Model } from "../../inference/model.ts";
import { openPackage, shippedPackageFolder } from "../../inference/package.ts";
import { loadPack } from "../../mindb/pack.ts";
import { seededRandom } from "../../spectra/random.ts";
import { nodeDisk } from "../journal/disk.ts";
import { Journal } from "../journal/journal.ts";
import { Reasons } from "../reasons.ts";
import { appVersion } from "../version.ts";

/** What lies on the ground: igneous and sedimentary minerals that the simulated probe knows. */
const minerals = ["Forsterite", "Diopside", "Albite", "Quartz", "Calcite", "Gypsum", "Hematite", "Dolomite"] as const;

export interface Tablet {
  readonly crew: string;
  /** The tablet's clock minus true time. */
  readonly skewMs: number;
  /** Whether a satellite receiver gives place and time; else the place is typed in. */
  readonly receiver?: boolean;
}

/** A spot as the geologist of the simulation knows it. */
export interface TrueSpot {
  readonly sessionId: string;
  readonly sampleId: string;
  readonly spotId: string;
  readonly mineral: string;
}

export interface Campaign {
  /** Folder of each tablet, in the order given; its `journal/` holds one session. */
  readonly folders: string[];
  readonly sessionIds: string[];
  /** In each session the line that all crews wrote at the same moment. */
  readonly commonSeq: number;
  readonly spots: TrueSpot[];
}

const startMs = Date.UTC(2031, 5, 1, 9);
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Ids that the same seed gives again: a time and eighty random bits (ULID). */
function idMaker(seed: number): (atMs: number) => string {
  const random = seededRandom(seed);
  return (atMs) => {
    let time = "";
    for (let rest = atMs, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = alphabet.charAt(rest % 32) + time;
    return time + Array.from({ length: 16 }, () => alphabet.charAt(Math.floor(random() * 32))).join("");
  };
}

/**
 * Lets each tablet measure `spots` spots, five a sample, within two hours and a half. Keys differ from run to run, all else follows from the seed.
 * `exposures`: fewer make smaller journals.
 */
export async function recordCampaign(
  root: string,
  tablets: readonly Tablet[],
  spots: number,
  { seed = 1, exposures = 2 }: { seed?: number; exposures?: number } = {},
): Promise<Campaign> {
  const model = await Model.load(await openPackage(shippedPackageFolder, { allowUnsigned: false }));
  const reasons = new Reasons(model.package.folder, loadPack());
  const campaign: Campaign = { folders: [], sessionIds: [], commonSeq: 2, spots: [] };
  for (const [index, tablet] of tablets.entries()) {
    const random = seededRandom(seed * 100 + index);
    const newId = idMaker(seed * 100 + index);
    const folder = join(root, tablet.crew);
    const time = { trueMs: startMs };
    const journal = await Journal.open({
      ...{ root: join(folder, "journal"), keyFolder: join(folder, "keys"), disk: nodeDisk },
      clock: {
        now: () => new Date(time.trueMs + tablet.skewMs).toISOString(),
        monotonicMs: () => time.trueMs - startMs,
      },
    });
    const sessionId = newId(startMs);
    const session = await journal.create({
      sessionId,
      title: `${tablet.crew}, traverse 4`,
      station: { version: appVersion, host: "test" },
    });
    campaign.folders.push(folder);
    campaign.sessionIds.push(sessionId);
    const createSample = async (name: string) => {
      const sampleId = newId(time.trueMs);
      await session.append({ kind: "sample-created", sampleId, name });
      return sampleId;
    };
    await createSample("All crews, radio check"); // line 2: the common event
    const place = { latitudeDeg: 29.0135, longitudeDeg: -13.7235 }; // Tinguatón, Lanzarote
    const headingRad = (index * Math.PI) / 3;
    const position = (): Position => {
      const fixedMs = Math.floor(time.trueMs / 1000) * 1000; // receivers tell whole seconds
      const quality = tablet.receiver === true ? "gps" : "manual";
      return {
        ...place,
        fixedAt: new Date(fixedMs).toISOString(),
        ageMs: time.trueMs - fixedMs,
        quality,
        simulated: false,
      };
    };
    let sampleId = "";
    let rock: readonly string[] = [];
    for (let i = 0; i < spots; i++) {
      if (i % 5 === 0) {
        time.trueMs += 150_000 + Math.floor(60_000 * random());
        const turned = headingRad + 1.2 * (random() - 0.5);
        place.latitudeDeg += (60 * Math.cos(turned)) / 111_000;
        place.longitudeDeg += (60 * Math.sin(turned)) / 97_000;
        sampleId = await createSample(`${tablet.crew.slice(0, 2).toUpperCase()}-${String(i / 5 + 1).padStart(2, "0")}`);
        const first = Math.floor(random() * minerals.length);
        rock = [0, 1, 2].map((step) => minerals[(first + step) % minerals.length] ?? "Quartz");
      }
      time.trueMs += 40_000 + Math.floor(80_000 * random());
      const mineral = rock[Math.floor(random() * rock.length)] ?? "Quartz";
      const spotId = newId(time.trueMs);
      await session.append({ kind: "spot-created", spotId, sampleId, number: (i % 5) + 1 });
      campaign.spots.push({ sessionId, sampleId, spotId, mineral });
      // One spot in twelve is read too short to say anything.
      const integrationUs = random() < 1 / 12 ? 2_000 : 250_000;
      const at = new Date(time.trueMs + tablet.skewMs).toISOString();
      const source = expose(mineral, seed * 1e6 + index * 1e4 + i, integrationUs, exposures, at, () =>
        newId(time.trueMs),
      );
      const measuredAt = position();
      const spectrum: Spectrum = calibrate(source.readings, source.dark, source.profile);
      const identification = reasons.added(await model.identify([spectrum]), [spectrum]);
      const measurementId = newId(time.trueMs);
      time.trueMs += 9_000;
      await session.append({
        kind: "measurement",
        ...{ measurementId, sampleId, spotId, technique: "raman", source, identification },
        ...{ corrections: spectrum.corrections, evidence: [measurementId], position: measuredAt },
      });
    }
    await journal.release();
  }
  await model.close();
  return campaign;
}

function expose(
  mineral: string,
  seed: number,
  integrationUs: number,
  exposures: number,
  at: string,
  newId: () => string,
): Extract<MeasurementSource, { kind: "instrument" }> {
  const simulated = new Bench("raman", { bands: bandsOf(mineral) }, seed);
  const reading = (lightOn: boolean): Reading => ({
    id: newId(),
    ...{ at, monotonicMs: 0 },
    instrument: { serialNumber: `SIM-${seed}`, model: "Simulated STS", driver: "simulator", simulated: true },
    settings: { integrationUs, scansToAverage: 1, lightOn },
    counts: Uint16Array.from(simulated.expose(integrationUs, 1, lightOn)),
    maximumCounts: bench.maximumCounts,
    wavelengthCoefficients: [...bench.wavelengthCoefficients],
  });
  return {
    kind: "instrument",
    profile: { technique: "raman", excitationNm: bench.excitationNm },
    readings: Array.from({ length: exposures }, () => reading(true)),
    dark: reading(false),
  };
}

const eventsOf = (folder: string, sessionId: string): string => join(folder, "journal", sessionId, "events.jsonl");

/** A power cut during the next write: half a line stands at the journal's end. */
export function tear(folder: string, sessionId: string): void {
  const path = eventsOf(folder, sessionId);
  const lines = readFileSync(path, "utf8").split("\n");
  const last = lines.at(-2) ?? "";
  appendFileSync(path, last.slice(0, Math.floor(last.length / 2)));
}

/** Somebody changes one bit of a line, from 1. */
export function alter(folder: string, sessionId: string, line: number): void {
  const path = eventsOf(folder, sessionId);
  const bytes = readFileSync(path);
  let at = 0;
  for (let n = 1; n < line; n++) at = bytes.indexOf(10, at) + 1;
  const middle = (at + bytes.indexOf(10, at)) >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
