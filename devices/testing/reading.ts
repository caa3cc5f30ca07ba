import type { Reading } from "../../contract/reading.ts";

/** A reading of 1024 pixels that all hold `fill`, but for a rectangular peak. */
export function reading(options: {
  fill: number;
  peak?: { from: number; pixels: number; count: number };
  integrationUs?: number;
  lightOn?: boolean;
  id?: string;
}): Reading {
  const { fill, peak, integrationUs = 200_000, lightOn = false, id = "01K00000000000000000000000" } = options;
  const counts = new Uint16Array(1024).fill(fill);
  if (peak) counts.fill(peak.count, peak.from, peak.from + peak.pixels);
  return {
    id,
    at: "2026-11-21T12:00:00.000Z",
    monotonicMs: 0,
    instrument: { serialNumber: "S1", model: "STS", driver: "ocean-obp/serial", simulated: true },
    settings: { integrationUs, scansToAverage: 1, lightOn },
    counts,
    maximumCounts: 16383,
    wavelengthCoefficients: [790, 0.142, -1e-5, -1e-9],
  };
}
