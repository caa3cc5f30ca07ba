import type { Reading } from "../contract/reading.ts";
import { betterIntegrationUs, type IntegrationLimitsUs } from "./exposure.ts";
import type { ExposureSettings, Spectrometer } from "./spectrometer.ts";

export interface MeasurementRequest {
  /** Exposures with the light on. */
  exposures: number;
  /** Where automatic exposure begins; the last good one if absent. */
  integrationUs?: number;
  scansToAverage?: number;
  signal?: AbortSignal;
  /** Called before each step; `done` counts finished exposures. */
  onProgress?(progress: { step: "dark" | "exposing"; done: number; remainingMs: number }): void;
  /** Called after each exposure with all so far, for the live trace. */
  onExposure?(readings: readonly Reading[], dark: Reading): void;
}

export interface MeasurementResult {
  dark: Reading;
  readings: Reading[];
}

/** Longest automatic exposure; a person holds a probe still for seconds, not minutes. */
const longestAutomaticUs = 10_000_000;
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
  let settings = start;
  let mayRaise = true;
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
  const tell = (step: "dark" | "exposing", done: number, exposuresLeft: number) =>
    request.onProgress?.({ step, done, remainingMs: exposuresLeft * exposureMs });

  tell("dark", 0, request.exposures + besides);
  await spectrometer.configure(settings, signal);
  await spectrometer.setLight(false, { signal });
  const dark = await spectrometer.acquire(signal);
  await spectrometer.setLight(true, { signal });

  const readings: Reading[] = [];
  while (readings.length < request.exposures) {
    tell("exposing", readings.length, request.exposures - readings.length + (readings.length === 0 ? 1 : 0));
    const reading = await spectrometer.acquire(signal);
    const improved = readings.length === 0 ? better(reading, dark) : undefined;
    if (improved !== undefined) return improved;
    readings.push(reading);
    request.onExposure?.([...readings], dark);
  }
  return { dark, readings };
}
