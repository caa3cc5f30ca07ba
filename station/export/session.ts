import { join } from "node:path";
import { ExportedMeasurement } from "../../contract/exported.ts";
import { answerKind } from "../../contract/identification.ts";
import type { JournalEventOf, JournalLine, MeasurementSource } from "../../contract/journal.ts";
import type { Position } from "../../contract/position.ts";
import type { Spectrum } from "../../contract/spectrum.ts";
import type { Truth } from "../../contract/truth.ts";
import { calibrate } from "../../devices/calibrate.ts";
import { CalibrationLog } from "../calibration/log.ts";
import { type Disk, readAll } from "../journal/disk.ts";
import { evidencePath } from "../journal/evidence.ts";
import { linesAgain } from "../journal/lines.ts";
import { journalAltered } from "../journal/problems.ts";
import { eventsFile } from "../journal/recover.ts";
import { scan } from "../journal/scan.ts";
import { fingerprint } from "../keys/ed25519.ts";
import { emptyView, project } from "../projection.ts";
import { SpectrumSource } from "../spectra.ts";

/** What is known of a session beside its own journal. */
export interface SessionContext {
  readonly campaign: string;
  /** The trainer's name for who carried the tablet. */
  readonly crew?: string | undefined;
  /** Added to the tablet's clock. */
  readonly offsetMs?: number | undefined;
  readonly truthOf?: ((spot: { sampleId: string; spotId: string }) => Truth | undefined) | undefined;
}

type Measured = JournalEventOf<"measurement"> | JournalEventOf<"reading-unnamed">;

/**
 * The measurements of the session in this folder, oldest first, spectra computed again from what was counted or given. Reads as a stream.
 * Throws journal-altered if the chain does not hold; check evidence first (verifySession).
 */
export async function* measurementsOfSession(
  disk: Disk,
  folder: string,
  context: SessionContext,
): AsyncGenerator<ExportedMeasurement> {
  const path = join(folder, eventsFile);
  const good = await scan(disk, path);
  const { chain, verdict } = good;
  if (verdict.state === "altered") throw journalAltered(verdict.line, verdict.reason);
  const { session } = chain;
  if (session === undefined) return;
  const view = emptyView();
  let appVersion = "";
  const calibrations = new CalibrationLog();
  const spectra = new SpectrumSource(
    (sha256) => readAll(disk, join(folder, evidencePath(sha256))),
    (corrections) => calibrations.named(corrections),
  );
  for await (const line of linesAgain(disk, path, good)) {
    project(view, line);
    calibrations.see(session.sessionId, line);
    const { event } = line;
    if (event.kind === "session-opened") appVersion = event.station.version;
    if (event.kind !== "measurement" && event.kind !== "reading-unnamed") continue;
    view.measurements.clear(); // only names are needed of what came before
    yield ExportedMeasurement.parse({
      campaign: context.campaign,
      session_id: session.sessionId,
      session_title: session.title,
      crew: context.crew ?? session.title,
      app_version: appVersion,
      tablet_key: fingerprint(session.publicKey),
      ...lineFields(line, context.offsetMs ?? 0),
      sample_id: event.sampleId,
      sample_name: view.samples.get(event.sampleId) ?? "",
      spot_id: event.spotId,
      spot_number: view.spots.get(event.spotId)?.number ?? 0,
      measurement_id: event.measurementId,
      ...placeFields(event.position),
      technique: event.technique,
      ...sourceFields(event.source),
      ...spectrumFields(await spectrumOf(spectra, event)),
      ...answerFields(event),
      ...truthFields(context.truthOf?.(event)),
    });
  }
}

function lineFields({ seq, hash, at, monotonicMs }: JournalLine, offsetMs: number) {
  const savedMs = Date.parse(at);
  return {
    line_number: seq,
    line_hash: hash,
    saved_at_utc: new Date(savedMs).toISOString(),
    clock_offset_ms: offsetMs,
    aligned_at_utc: new Date(savedMs + offsetMs).toISOString(),
    monotonic_ms: monotonicMs,
  };
}

const placeFields = (position: Position | undefined) =>
  position && {
    latitude_deg: position.latitudeDeg,
    longitude_deg: position.longitudeDeg,
    elevation_m: position.altitudeM,
    fix_quality: position.quality,
    hdop: position.hdop,
  };

function sourceFields(source: MeasurementSource) {
  if (source.kind === "file") {
    const { name, sha256, format, instrument } = source;
    return {
      source: "file",
      simulated: instrument?.simulated ?? false,
      ...(instrument && {
        instrument_serial: instrument.serialNumber,
        instrument_model: instrument.model,
        driver: instrument.driver,
      }),
      ...{ file_name: name, file_sha256: sha256, file_format: format },
    } as const;
  }
  const [first] = source.readings;
  if (first === undefined) throw new Error("a measurement without readings");
  const { instrument, settings, detectorC, wavelengthCoefficients } = first;
  return {
    source: "instrument",
    simulated: instrument.simulated,
    instrument_serial: instrument.serialNumber,
    instrument_model: instrument.model,
    driver: instrument.driver,
    integration_us: settings.integrationUs,
    scans_to_average: settings.scansToAverage,
    exposures: source.readings.length,
    ...(detectorC !== undefined && { detector_c: detectorC }),
    ...(source.profile.excitationNm !== undefined && { excitation_nm: source.profile.excitationNm }),
    counts: source.readings.flatMap(({ counts }) => Array.from(counts)),
    dark_counts: Array.from(source.dark.counts),
    wavelength_coefficients: wavelengthCoefficients,
  } as const;
}

/** A reading kept without a name may be one that cannot be corrected either: its counts are exported all the same. */
async function spectrumOf(spectra: SpectrumSource, event: Measured): Promise<Spectrum | undefined> {
  if (event.kind === "measurement") return spectra.of(event);
  const { source } = event;
  if (source.kind !== "instrument") return undefined;
  try {
    return calibrate(source.readings, source.dark, source.profile);
  } catch {
    return undefined;
  }
}

function spectrumFields(spectrum: Spectrum | undefined) {
  if (spectrum === undefined) return { intensity_unit: "counts", points: 0, intensity: [], corrections: [] };
  const { axis, intensity, intensityUnit, excitationNm, corrections } = spectrum;
  return {
    ...(axis.quantity === "ramanShift"
      ? { raman_shift_cm1: Array.from(axis.values) }
      : { wavelength_nm: Array.from(axis.values), axis_medium: axis.medium }),
    ...(excitationNm !== undefined && { excitation_nm: excitationNm }),
    intensity_unit: intensityUnit,
    points: intensity.length,
    intensity: Array.from(intensity, (value) => (Number.isFinite(value) ? value : null)),
    corrections,
  };
}

function answerFields(event: Measured) {
  const none = { names: [], probabilities: [], set_names: [], mixture_names: [], mixture_fractions: [] };
  if (event.kind === "reading-unnamed") return { answer: "unnamed", evidence_ids: [], ...none };
  const { identification, evidence } = event;
  const { minerals, unknown, set, mixture = [], model } = identification;
  const quality = identification.quality[event.technique];
  const [top] = minerals;
  return {
    answer: answerKind(identification),
    ...(top && { name: top.name, probability: top.probability }),
    unknown_probability: unknown,
    set_coverage: set.coverage,
    ...(quality && { quality: quality.verdict, signal_to_noise: quality.signalToNoise }),
    model_id: model.id,
    model_version: model.version,
    model_sha256: model.sha256,
    model_provider: model.provider,
    names: minerals.map(({ name }) => name),
    probabilities: minerals.map(({ probability }) => probability),
    set_names: set.names,
    mixture_names: mixture.map(({ name }) => name),
    mixture_fractions: mixture.map(({ fraction }) => fraction),
    evidence_ids: evidence,
    identification,
  };
}

const truthFields = (truth: Truth | undefined) =>
  truth && { truth_kind: truth.kind, truth_name: truth.names.join(" + "), truth_certain: truth.certain };
