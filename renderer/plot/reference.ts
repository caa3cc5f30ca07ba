import type { Spectrum, Technique } from "../../contract/spectrum.ts";
import { aboveBackground } from "../../spectra/background.ts";

/** A trace scaled to its box: x in the axis' unit, y from 0 (bottom) to 1 (top). */
export interface Scaled {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/**
 * A spectrum made ready to lie on another one: Raman and LIBS above their background and over their highest value, reflectance
 * from its lowest to its highest, all within `range` and thinned to at most `cells` points (the extreme of each cell, so
 * that no line is lost). Points without a value are left out.
 */
export function scaled(
  { axis, intensity, technique }: Spectrum,
  range: readonly [number, number],
  cells: number,
): Scaled {
  const height = technique === "vnir" ? intensity : aboveBackground(intensity);
  const inside = [...axis.values.keys()].filter((i) => {
    const at = axis.values[i] ?? Number.NaN;
    return at >= range[0] && at <= range[1] && Number.isFinite(height[i]);
  });
  const low = technique === "vnir" ? Math.min(...inside.map((i) => height[i] ?? 0)) : 0;
  const high = Math.max(...inside.map((i) => height[i] ?? 0));
  const each = (range[1] - range[0]) / cells;
  const best = new Map<number, number>();
  for (const i of inside) {
    const cell = Math.floor(((axis.values[i] ?? 0) - range[0]) / each);
    const other = best.get(cell);
    if (other === undefined || (height[i] ?? 0) > (height[other] ?? 0)) best.set(cell, i);
  }
  const kept = [...best.values()];
  return {
    x: kept.map((i) => axis.values[i] ?? 0),
    y: kept.map((i) => Math.max(0, ((height[i] ?? 0) - low) / Math.max(high - low, 1e-12))),
  };
}

/** What an axis shows: the range of the spectra, else of the bands with some room, in the usual limits of the technique. */
export function rangeOf(
  technique: Technique,
  spectra: readonly Spectrum[],
  positions: readonly number[],
): [number, number] {
  const limits = { raman: [50, 1600], vnir: [350, 2500], libs: [200, 900] }[technique] as [number, number];
  const ends = spectra.flatMap(({ axis }) => [axis.values[0] ?? limits[0], axis.values.at(-1) ?? limits[1]]);
  const all = ends.length > 0 ? ends : technique === "raman" ? positions.flatMap((at) => [at - 100, at + 100]) : limits;
  if (all.length === 0) return limits;
  const from = Math.max(limits[0], Math.min(...all));
  const to = Math.min(limits[1], Math.max(...all));
  return to > from ? [from, to] : limits;
}

/** Round numbers along an axis, about one each `apartPx`. */
export function ticks([from, to]: readonly [number, number], widthPx: number, apartPx = 90): number[] {
  const rough = ((to - from) * apartPx) / Math.max(widthPx, apartPx);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((one) => one >= rough) ?? rough;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, i) => (first + i) * step);
}

/** Of labels at these places (px, most important first), those that have room of `needPx` each. */
export function withRoom<Label extends { readonly atPx: number }>(labels: readonly Label[], needPx: number): Label[] {
  const kept: Label[] = [];
  for (const label of labels) {
    if (kept.every((other) => Math.abs(other.atPx - label.atPx) >= needPx)) kept.push(label);
  }
  return kept;
}
