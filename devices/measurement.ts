import { LithoscopeError } from "../contract/errors.ts";
import type { Reading } from "../contract/reading.ts";
import { betterIntegrationUs, type IntegrationLimitsUs } from "./exposure.ts";
import type { ExposureSettings, Spectrometer, Trigger } from "./spectrometer.ts";

export interface MeasurementRequest {
  /** Exposures with the light on. With {@link fixedExposure} they are a burst: one right after the other, all kept. */
  exposures: number;
  /** As many more exposures as fit into this time, counted from the first that has the final settings. */
  budgetMs?: number;
  /** What begins each exposure; the request itself if absent. The dark never waits for a pulse. */
  trigger?: Trigger;
  /** Where automatic exposure begins; the last good one if absent. */
  integrationUs?: number;
  scansToAverage?: number;
  /** Whether the instrument's light is on for the exposures; it is unless this says no (a lamp shines by itself). */
  lightOn?: boolean;
  /** Exposures with the light off; one if absent. */
  darks?: number;
  /** Taken before, of an instrument that has no light to switch: no other is taken then. */
  dark?: Reading;
  /** The operator has covered the instrument: what is measured is a dark, with the settings as they are. */
  covered?: boolean;
  /** The settings stay as they are: no automatic exposure. */
  fixedExposure?: boolean;
  signal?: AbortSignal;
  /** Asked after each exposure: whether these are enough, so that the rest is not taken. */
  isEnough?(readings: readonly Reading[], darks: readonly Reading[]): boolean;
  /** Called before each step; `done` counts finished exposures. */
  onProgress?(progress: { step: "dark" | "exposing"; done: number; remainingMs: number }): void;
  /** Called after each exposure with all so far, for the live trace. */
  onExposure?(readings: readonly Reading[], dark: Reading): void;
}

export interface MeasurementResult {
  dark: Reading;
  /** All darks, the first of them as `dark`. */
  darks: Reading[];
  readings: Reading[];
}

/** Longest automatic exposure; a person holds a probe still for seconds, not minutes. */
const longestAutomaticUs = 10_000_000;
/** More exposures than this do no good within a budget: the noise falls with the root, a rock's own pattern stays. */
const mostWithinBudget = 64;
/** Time of one exposure beyond integration and transfer: commands, temperature, the tablet itself. */
const overheadMs = 60;
/** Bytes of one spectrum with its frame, for the estimate of the time left. */
const spectrumBytes = 2112;

/**
 * One measurement on a spot: light off → dark → light on → exposures. If the first exposure shows that the detector is
 * saturated or nearly empty, it begins again with a better integration time, dark included, so that all readings share
 * the same settings. The light is off before this begins each dark and is the caller's to take off at the end.
 */
export async function measureSpot(
  spectrometer: Spectrometer,
  request: MeasurementRequest,
  start: ExposureSettings,
  signal: AbortSignal,
): Promise<MeasurementResult> {
  const limits: IntegrationLimitsUs = {
    min: spectrometer.integrationLimitsUs.min,
    max: Math.min(longestAutomaticUs, spectrometer.integrationLimitsUs.max),
  };
  const { min, max } = spectrometer.integrationLimitsUs;
  let settings = { ...start, integrationUs: Math.min(max, Math.max(min, start.integrationUs)) };
  let mayRaise = true;
  if (request.trigger?.source === "pulse" && !spectrometer.setTrigger) throw noTriggerInput();
  for (;;) {
    const result = await attempt(spectrometer, request, settings, signal, (reading, dark) =>
      betterIntegrationUs(reading, dark, limits, mayRaise),
    );
    if (typeof result === "object") return result;
    if (result < settings.integrationUs) mayRaise = false;
    settings = { ...settings, integrationUs: result };
  }
}

/** Exposures besides those counted: the dark, and the spectrum begun before each change of the light, which is dropped. */
const besides = 3;

function exposureTimeMs(spectrometer: Spectrometer, { integrationUs, scansToAverage }: ExposureSettings): number {
  return (integrationUs * scansToAverage) / 1000 + (spectrumBytes * 10_000) / spectrometer.baud + overheadMs;
}

/** How long a measurement takes, in ms, if automatic exposure changes nothing. */
export function measurementTimeMs(spectrometer: Spectrometer, settings: ExposureSettings, exposures: number): number {
  return (exposures + besides) * exposureTimeMs(spectrometer, settings);
}

/** Dark and exposures with these settings, or the integration time in µs that would serve better. */
async function attempt(
  spectrometer: Spectrometer,
  request: MeasurementRequest,
  settings: ExposureSettings,
  signal: AbortSignal,
  better: (reading: Reading, dark: Reading) => number | undefined,
): Promise<MeasurementResult | number> {
  const exposureMs = exposureTimeMs(spectrometer, settings);
  const tell: Tell = (step, done, exposuresLeft) =>
    request.onProgress?.({ step, done, remainingMs: exposuresLeft * exposureMs });

  tell("dark", 0, request.exposures + besides);
  await spectrometer.configure(settings, signal);
  const hasLight = spectrometer.lightOn !== undefined;
  if (hasLight) await spectrometer.setLight(false, { signal });
  const darks: [Reading, ...Reading[]] = [request.dark ?? (await spectrometer.acquire(signal))];
  while (!request.dark && darks.length < (request.darks ?? 1)) darks.push(await spectrometer.acquire(signal));
  if (hasLight && !request.covered && (request.lightOn ?? true)) await spectrometer.setLight(true, { signal });

  const { budgetMs, trigger } = request;
  const affordable = budgetMs === undefined ? 0 : Math.min(mostWithinBudget, Math.floor(budgetMs / exposureMs));
  const wanted = Math.max(request.exposures, affordable);
  if (trigger?.source === "pulse") await spectrometer.setTrigger?.(trigger, signal);
  try {
    return await expose(spectrometer, { ...request, exposures: wanted }, darks, signal, better, tell);
  } finally {
    // After a failure the light is off already (Spectrometer.acquire); a connection that ended has no trigger to set.
    if (trigger?.source === "pulse") await spectrometer.setTrigger?.({ source: "request" }).catch(() => {});
  }
}

type Tell = (step: "dark" | "exposing", done: number, exposuresLeft: number) => void;

async function expose(
  spectrometer: Spectrometer,
  request: MeasurementRequest,
  darks: [Reading, ...Reading[]],
  signal: AbortSignal,
  better: (reading: Reading, dark: Reading) => number | undefined,
  tell: Tell,
): Promise<MeasurementResult | number> {
  const [dark] = darks;
  const readings: Reading[] = [];
  while (readings.length < request.exposures) {
    tell("exposing", readings.length, request.exposures - readings.length + (readings.length === 0 ? 1 : 0));
    const reading = await spectrometer.acquire(signal);
    const adjusts = readings.length === 0 && !request.fixedExposure && !request.covered;
    const improved = adjusts ? better(reading, dark) : undefined;
    if (improved !== undefined) return improved;
    readings.push(reading);
    request.onExposure?.([...readings], dark);
    if (request.isEnough?.(readings, darks)) break;
  }
  return { dark, darks, readings };
}

function noTriggerInput(): LithoscopeError {
  return new LithoscopeError(
    "device-refused",
    "This instrument has no trigger input, so it cannot wait for a pulse; nothing was measured.",
    "Measure without the trigger.",
  );
}
