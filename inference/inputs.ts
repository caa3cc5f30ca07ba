import { LithoscopeError } from "../contract/errors.ts";
import type { Grid, ModelManifest } from "../contract/model.ts";
import { type Spectrum, type Technique, techniqueName, techniques } from "../contract/spectrum.ts";
import { combineReplicates, type Gridded, resampleToGrid } from "../spectra/resample.ts";

/** Fewer covered cells than this carry no evidence worth a name. */
const leastCells = 10;

/** One spot on the model's grids: what is measured, by technique. */
export type SpotInput = Partial<Record<Technique, Gridded>>;

/**
 * Puts the spectra of one spot on the grids of the package; several spectra of one technique are replicates, pooled by
 * `weights` (one for each spectrum), equally without.
 * Throws spot-empty without a spectrum, technique-mismatch if an axis has the wrong unit, no-overlap if a technique's
 * spectra lie outside the grid.
 */
export function toInput(
  spectra: readonly Spectrum[],
  manifest: ModelManifest,
  weights?: ReadonlyMap<Spectrum, number>,
): SpotInput {
  if (spectra.length === 0) {
    throw new LithoscopeError(
      "spot-empty",
      "This spot has no spectrum, so there is nothing to recognise.",
      "Measure it, or give a Raman, VNIR or LIBS file.",
    );
  }
  const input: SpotInput = {};
  for (const technique of techniques) {
    const own = spectra.filter((s) => s.technique === technique);
    if (own.length === 0) continue;
    const { grid } = manifest.techniques[technique];
    const gridded = combineReplicates(
      technique,
      own.map((s) => onGrid(s, grid)),
      weights && own.map((s) => weights.get(s) ?? 0),
    );
    if (gridded.covered < leastCells) throw noOverlap(technique, own, grid);
    input[technique] = gridded;
  }
  return input;
}

function onGrid(spectrum: Spectrum, grid: Grid): Gridded {
  if (spectrum.axis.unit !== grid.unit) {
    throw new LithoscopeError(
      "technique-mismatch",
      `A ${techniqueName[spectrum.technique]} spectrum needs an axis in ${unitName(grid.unit)}; this one is in ${unitName(spectrum.axis.unit)}.`,
      "Give the file under the technique that it was measured with.",
    );
  }
  return resampleToGrid(spectrum.axis.values, spectrum.intensity, grid);
}

function noOverlap(technique: Technique, spectra: readonly Spectrum[], grid: Grid): LithoscopeError {
  const first = Math.min(...spectra.map((s) => s.axis.values[0] ?? Number.NaN));
  const last = Math.max(...spectra.map((s) => s.axis.values.at(-1) ?? Number.NaN));
  const unit = unitName(grid.unit);
  const end = grid.start + grid.step * (grid.count - 1);
  return new LithoscopeError(
    "no-overlap",
    `The ${techniqueName[technique]} spectrum (${first.toFixed(0)} to ${last.toFixed(0)} ${unit}) has too little in the range that the model knows (${grid.start} to ${end} ${unit}).`,
    "Check the unit of the file's axis, or measure the range that the model knows.",
  );
}

function unitName(unit: "cm-1" | "nm"): string {
  return unit === "cm-1" ? "cm⁻¹" : "nm";
}
