"""Where minerals have their bands and elements their lines: what the app names when it says why and what to measure next.

Bands are those of the median over a mineral's spectra from the sources that may ship (dataset.usable), so that one odd
specimen neither makes nor hides a band. Only positions, heights and widths leave this file, no spectrum.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks, peak_widths
from scipy.spatial import ConvexHull, QhullError

from . import libs, plasma, vnir
from .dataset import Table, minerals, table, usable
from .resample import Grid

FORMAT = "lithoscope-bands/1"

# 1 cm-1 is finer than any RRUFF file (about 2 to 4 cm-1 of resolution); 80 to 1700 is what they cover, OH and CH apart.
RAMAN = Grid(start=80.0, step=1.0, count=1621, unit="cm-1", max_gap=8.0)
WINDOW_CM1 = 200  # background: nothing wider is a Raman band; the same width as the matcher's clipping
LEAST_RAMAN = 0.03  # of the strongest band; weaker ones are not told from the remains of background removal
SIGMAS = 6.0  # times the median's own noise
MOST_RAMAN = 20
NARROWEST_CM1 = 3.0  # the resolution of the sharpest files: less is a joint of files of different range
NEAR_CM1 = 5  # specimens of one mineral differ by less (features.csv: quartiles of position mostly within 3 cm-1)

LEAST_DEPTH = 0.01  # VNIR; less is noise or the joint of two detectors. Kaolinite's 2165 nm has 0.02
MOST_VNIR = 10
NARROWEST_NM = 12.0
NEAR_NM = 15
# Sigma in cells: a median over spectra is jagged where their number changes. VNIR's doublets are but 8 cells apart.
SMOOTH_RAMAN, SMOOTH_VNIR = 1.0, 0.5

MOST_LINES = 150
LEAST_LINE = 0.005  # of the element's strongest: Mg 518.36 nm, 1 % of Mg 279.55 nm, is often the only Mg line in range
SAME_LINE_NM = 0.05  # closer lines are one to a field spectrometer


def clipped(y: np.ndarray, window: int) -> np.ndarray:
    """y [cells] above its background by SNIP clipping (Ryan et al. 1988); half-widths from window / 2 cells down to 1."""
    background = y.copy()
    width = window // 2
    while width >= 1:
        padded = np.pad(background, width, mode="edge")
        background = np.minimum(background, (padded[: -2 * width] + padded[2 * width:]) / 2)
        width = int(width * 0.8)
    return y - background


def depths(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """1 - reflectance over its upper convex hull (Clark and Roush 1984, J. Geophys. Res. 89, 6329); [cells]."""
    try:
        corners = ConvexHull(np.column_stack([np.r_[x[0], x, x[-1]], np.r_[-1.0, y, -1.0]])).vertices - 1
    except QhullError:
        return np.zeros_like(y)
    corners = np.sort(corners[(corners >= 0) & (corners < len(x))])
    hull = np.interp(x, x[corners], y[corners])
    return 1 - y / np.maximum(hull, 1e-6)


def features(rows: Table, grid: Grid, of, window: int | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(centres, median feature, features [spectra, cells]) over the cells that at least half of the spectra cover."""
    made = np.full(rows.values.shape, np.nan)
    for i, (value, mask) in enumerate(zip(rows.values.astype(float), rows.mask > 0)):
        if mask.sum() > 20:
            made[i, mask] = of(grid.centres[mask], value[mask])
    covered = np.isfinite(made).mean(axis=0) >= 0.5
    first, last = np.flatnonzero(covered)[[0, -1]]
    inside = slice(first, last + 1)
    made[:, np.isnan(made).all(axis=0)] = 0.0
    return grid.centres[inside], np.nan_to_num(np.nanmedian(made[:, inside], axis=0)), made[:, inside]


def noise(y: np.ndarray) -> float:
    """Robust sigma of the point-to-point noise from second differences, as spectra/background.ts does it."""
    return float(1.4826 * np.median(np.abs(np.diff(y, 2))) / np.sqrt(6))


def bands(x: np.ndarray, median: np.ndarray, made: np.ndarray, least: float, most: int, near: float,
          narrowest: float, smooth: float) -> list[list[float]]:
    """[position, height, FWHM, height that three in four spectra reach] of the most prominent maxima, by position.

    x regular [cells]; heights in the unit of `median`; position: the vertex of the parabola through three cells.
    """
    step = x[1] - x[0]
    median = gaussian_filter1d(median, smooth, mode="nearest")
    index, found = find_peaks(median, prominence=max(least, SIGMAS * noise(median)))
    if len(index) == 0:
        return []
    width = peak_widths(median, index, rel_height=0.5)[0] * step
    strongest = [k for k in np.argsort(-found["prominences"]) if width[k] >= narrowest][:most]
    out = []
    for k in sorted(strongest, key=lambda k: index[k]):
        i = index[k]
        left, top, right = median[i - 1:i + 2]
        bend = left - 2 * top + right
        shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
        reach = max(1, round(near / step))
        around = made[:, max(0, i - reach):i + reach + 1]
        seen = np.nanmax(np.where(np.isfinite(around), around, -np.inf), axis=1)
        seen = seen[np.isfinite(seen)]
        low = float(np.quantile(seen, 0.25)) if len(seen) > 1 else float(top)
        out.append([float(x[i] + shift * step), float(top), float(width[k]), max(0.0, min(low, float(top)))])
    return out


def raman_of(rows: Table) -> dict | None:
    def above(_: np.ndarray, y: np.ndarray) -> np.ndarray:
        height = clipped(y, WINDOW_CM1)
        top = height[3:-3].max()
        return height / top if top > 0 else height

    x, median, made = features(rows, RAMAN, above)
    top = gaussian_filter1d(median, SMOOTH_RAMAN, mode="nearest").max()
    if not top > 0:
        return None
    found = bands(x, median / top, made / top, LEAST_RAMAN, MOST_RAMAN, NEAR_CM1, NARROWEST_CM1, SMOOTH_RAMAN)
    return {"range": [round(x[0]), round(x[-1])], "spectra": len(rows),
            "bands": [[round(p, 1), round(h, 3), round(w, 1), round(low, 3)] for p, h, w, low in found]}


def vnir_of(rows: Table) -> dict | None:
    x, median, made = features(rows, vnir.GRID, depths)
    found = bands(x, median, made, LEAST_DEPTH, MOST_VNIR, NEAR_NM, NARROWEST_NM, SMOOTH_VNIR)
    return {"range": [round(x[0]), round(x[-1])], "spectra": len(rows),
            "bands": [[round(p), round(h, 3), round(w), round(low, 3)] for p, h, w, low in found]}


def lines(atomic: plasma.Atomic, element: str) -> dict | None:
    """Strongest lines in air at 10 000 K and 1e17 cm-3 between 200 and 900 nm: [nm, share of the strongest, stage].

    `power`: what the strongest line gives per unit mass of the element, arbitrary but common unit. Optically thin.
    """
    wavelength, power = plasma.emission(atomic, element, libs.KELVIN, libs.PER_CM3)
    stage = atomic.lines[element][:, 0]
    end = libs.GRID.start + libs.GRID.step * (libs.GRID.count - 1)
    inside = (wavelength >= libs.GRID.start) & (wavelength <= end)
    wavelength, power, stage = wavelength[inside], power[inside], stage[inside]
    if len(power) == 0 or not power.max() > 0:
        return None
    kept: list[list[float]] = []  # [nm, power, stage]
    for i in np.argsort(-power):
        twin = next((k for k in kept if abs(k[0] - wavelength[i]) < SAME_LINE_NM), None)
        if twin:
            twin[1] += power[i]
        elif power[i] >= LEAST_LINE * power.max():
            kept.append([wavelength[i], power[i], stage[i]])
    kept = sorted(kept, key=lambda k: -k[1])[:MOST_LINES]
    top = kept[0][1]
    return {"power": float(f"{top:.4g}"),
            "lines": sorted([round(float(w), 2), round(float(p / top), 3), int(s)] for w, p, s in kept)}


def everything(data: Path) -> dict:
    """The whole file. Keys of minerals are IMA names; `raman` and `vnir` are absent where no source that ships has any."""
    out: dict[str, dict] = {}
    for technique, grid, of in (("raman", RAMAN, raman_of), ("vnir", vnir.GRID, vnir_of)):
        t = table(data, technique, grid)
        t = t.take(np.array([usable(r) for r in t.rows]))
        if technique == "vnir":
            t = t.take(t.mask.sum(axis=1) * grid.step >= vnir.LEAST_NM)
        names = t.column("mineral")
        for name in sorted(set(names)):
            made = of(t.take(names == name))
            if made is not None:
                out.setdefault(str(name), {"formula": minerals(data)[name]["formula"]})[technique] = made
    atomic = plasma.read(data)
    found = {e: lines(atomic, e) for e in atomic.elements}
    air = {e: lines(atomic, e) for e in sorted(plasma.AMBIENT & set(atomic.lines))}
    top = max(v["power"] for v in found.values() if v)
    return {
        "format": FORMAT,
        "origin": "Raman: RRUFF (Lafuente et al. 2015). VNIR: ECOSTRESS (Meerdink et al. 2019), USGS splib07 (Kokaly et al. 2017), "
                  "Crowley, RELAB (Korda). Bands of the median over a mineral's spectra. LIBS: NIST Atomic Spectra Database, "
                  "lines in air from a plasma of 10 000 K and 1e17 electrons per cm3. Formulas: IMA list by RRUFF.",
        "minerals": {name: out[name] for name in sorted(out)},
        "elements": {e: {**v, "power": float(f"{v['power'] / top:.4g}")} for e, v in sorted(found.items()) if v},
        "air": {e: {**v, "power": float(f"{v['power'] / top:.4g}")} for e, v in air.items() if v},
    }


def write(data: Path, out: Path) -> dict:
    """Write `bands.json` into the package folder `out`: one mineral a line, so that a change can be read in a diff."""
    made = everything(data)
    def rows(part: dict) -> str:
        return ",\n".join(f"{json.dumps(k, ensure_ascii=False)}:{json.dumps(v, ensure_ascii=False, separators=(',', ':'))}"
                          for k, v in part.items())

    text = (f'{{"format":{json.dumps(made["format"])},"origin":{json.dumps(made["origin"])},\n"minerals":{{\n'
            f'{rows(made["minerals"])}\n}},\n"elements":{{\n{rows(made["elements"])}\n}},\n"air":{{\n{rows(made["air"])}\n}}}}\n')
    (out / "bands.json").write_text(text, encoding="utf-8")
    return {"minerals": len(made["minerals"]), "elements": len(made["elements"]), "bytes": len(text.encode()),
            **{f"{t}Bands": sum(len(m[t]["bands"]) for m in made["minerals"].values() if t in m) for t in ("raman", "vnir")}}
