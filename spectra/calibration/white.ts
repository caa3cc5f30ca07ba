import type { CalibrationResult } from "../../contract/calibration.ts";
import { type Curve, valueAt } from "./curve.ts";
import { atLeast, verdictOf, whiteLevel, worstOf } from "./limits.ts";
import { meanOfExposures } from "./lines.ts";
import { netCounts, type Scene, wavelengthAt } from "./scene.ts";

/** Shares of the certified pixels with a value below which a white is refused or warned about. */
const coverage = { pass: 0.98, warn: 0.9 };

/**
 * White reference: counts per second of the tile by pixel, with its certified reflectance (never 1.0) as the divisor.
 * Refused where the tile is too dim or fills the converter; pixels outside the certificate have no value.
 */
export function calibrateWhite(
  scene: Scene & { readonly integrationUs: number; readonly standardSerial?: string | undefined },
  tile: Curve,
): CalibrationResult {
  const { maximumCounts, integrationUs, detectorC } = scene;
  const net = netCounts(scene);
  const countsPerS = net.map((counts) => counts / (integrationUs / 1e6));
  const reflectance = net.map((_, pixel) => valueAt(tile, wavelengthAt(scene, pixel)));
  const raw = meanOfExposures(scene.exposures, undefined, Number.POSITIVE_INFINITY);
  const brightest = raw.reduce((most, counts) => Math.max(most, counts), 0) / maximumCounts;
  const certified = reflectance.filter(Number.isFinite).length;
  const usable = net.filter((counts, i) => counts > 0 && Number.isFinite(reflectance[i])).length;
  const share = certified === 0 ? 0 : usable / certified;
  const level = worstOf([atLeast(brightest, whiteLevel.least), verdictOf(brightest, whiteLevel.most)]);
  const covered = atLeast(share, coverage);
  const verdict = worstOf([level, covered]);
  const percent = Math.round(brightest * 100);
  const sentence =
    certified === 0
      ? "The tile's certificate says nothing in the range of this instrument."
      : verdict === "pass"
        ? `White is good: the brightest pixel is at ${percent} % of full.`
        : brightest > whiteLevel.most.pass
          ? `The white fills the detector to ${percent} %: measure for a shorter time.`
          : brightest < whiteLevel.least.pass
            ? `The white is dim: the brightest pixel is at ${percent} % of full.`
            : `Only ${Math.round(share * 100)} % of the certified pixels have a value.`;
  return {
    kind: "white",
    unit: "%",
    standard: {
      ...{ id: "white-tile", name: "White tile", source: "the tile's certificate, as entered" },
      ...(scene.standardSerial ? { serial: scene.standardSerial } : {}),
    },
    lines: [],
    range: { from: tile.at[0] ?? 0, to: tile.at.at(-1) ?? 0 },
    figures: [
      {
        ...{ id: "level", label: "Brightest pixel", value: brightest * 100, unit: "%", verdict: level },
        limits: { pass: whiteLevel.most.pass * 100, warn: whiteLevel.most.warn * 100 },
      },
      { id: "coverage", label: "Certified pixels with a value", value: share * 100, unit: "%", verdict: covered },
    ],
    asFound: { verdict, worst: brightest * 100, sentence },
    verdict,
    sentence,
    ...(verdict === "fail" ? {} : { correction: { kind: "white" as const, countsPerS, reflectance } }),
    ...(detectorC === undefined ? {} : { detectorC }),
  };
}
