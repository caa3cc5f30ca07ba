"""Golden cases: synthetic spectra with the answers of this code, for every subset of techniques.

The spectra are made from shipped reference vectors and simulated plasmas, sampled on uneven axes with noise,
background, deleted points (null) and replicates; no measured file is repeated.
"""

from __future__ import annotations

import numpy as np

from . import libs, mixture, raman, simulate, vnir
from .decide import Package
from .fusion import Fusion, Head
from .mixture import Unmixer
from .plasma import Atomic

CASES = [  # id, mineral, {technique: replicates}
    ("quartz-raman", "Quartz", {"raman": 1}),
    ("calcite-raman-replicates", "Calcite", {"raman": 2}),
    ("kaolinite-vnir", "Kaolinite", {"vnir": 1}),
    ("gypsum-vnir-replicates", "Gypsum", {"vnir": 2}),
    ("fluorite-libs", "Fluorite", {"libs": 1}),
    ("forsterite-raman-vnir", "Forsterite", {"raman": 1, "vnir": 1}),
    ("titanite-raman-libs", "Titanite", {"raman": 1, "libs": 1}),
    ("jarosite-vnir-libs", "Jarosite", {"vnir": 1, "libs": 1}),
    ("dolomite-raman-vnir-libs", "Dolomite", {"raman": 1, "vnir": 1, "libs": 1}),
]
MIXED = [  # id, minerals, share of the first, techniques
    ("mixture-quartz-calcite-raman", ("Quartz", "Calcite"), 0.6, ("raman",)),
    ("mixture-gypsum-anatase-raman", ("Gypsum", "Anatase"), 0.35, ("raman",)),
    ("mixture-forsterite-diopside-raman", ("Forsterite", "Diopside"), 0.5, ("raman",)),
    ("mixture-kaolinite-hematite-vnir", ("Kaolinite", "Hematite"), 0.5, ("vnir",)),
    ("mixture-gypsum-jarosite-vnir", ("Gypsum", "Jarosite"), 0.65, ("vnir",)),
    ("mixture-calcite-forsterite-raman-vnir", ("Calcite", "Forsterite"), 0.6, ("raman", "vnir")),
]
SIGNIFICANT = 6


def rounded(v) -> float:
    return float(f"{v:.{SIGNIFICANT}g}")


def axis(low: float, high: float, spacing: float, rng: np.random.Generator) -> np.ndarray:
    """Uneven ascending axis, spacing varying by 30 %."""
    steps = spacing * rng.uniform(0.7, 1.3, int((high - low) / spacing))
    return low + np.cumsum(steps)


def reference_of(m: Fusion, head: Head, mineral: str, rng: np.random.Generator) -> int:
    column = np.flatnonzero(head.columns == m.classes.index(mineral))[0]
    return int(rng.choice(np.flatnonzero(head.owner == column)))


def raman_spectrum(m: Fusion, mineral: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    refs = m.heads["raman"].references
    row = reference_of(m, m.heads["raman"], mineral, rng)
    centres = raman.GRID.centres
    x = axis(centres[refs["first"][row]] + 10, centres[refs["end"][row] - 1] - 20, 2.3, rng)
    y = 4000 * np.interp(x, centres, refs["strength"][row].astype(float) ** (1 / raman.POWER))
    y = simulate.noise(simulate.fluorescence(x, y, 2.0, rng), 0.005, rng) + 350
    y[len(y) // 3:len(y) // 3 + 2] = np.nan  # still bridged
    y[len(y) // 2:len(y) // 2 + 9] = np.nan  # a hole in the coverage
    return x, y


def vnir_spectrum(m: Fusion, mineral: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    values, mask, owner = m.prototypes.vnir
    row = rng.choice(np.flatnonzero(owner == m.classes.index(mineral)))
    covered = mask[row] > 0
    centres = vnir.GRID.centres[covered]
    x = axis(centres[0] + 20, centres[-1] - 30, 6.5, rng)
    y = 0.9 * np.interp(x, centres, values[row][covered].astype(float))
    y = y + rng.normal(0, 0.002, len(x))
    y[(x > 1350) & (x < 1420)] = np.nan  # water vapour of the air
    return x, y


def mixed_raman(m: Fusion, minerals: tuple[str, str], share: float, rng: np.random.Generator):
    """Two references, each of area 1, with little noise."""
    refs, centres = m.heads["raman"].references, raman.GRID.centres
    rows = [reference_of(m, m.heads["raman"], mineral, rng) for mineral in minerals]
    low, high = max(refs["first"][r] for r in rows), min(refs["end"][r] for r in rows)
    x = axis(centres[low] + 10, centres[high - 1] - 20, 2.3, rng)
    y = 0
    for row, part in zip(rows, (share, 1 - share)):
        own = np.interp(x, centres, refs["strength"][row].astype(float) ** (1 / raman.POWER))
        y = y + part * own / np.trapezoid(own, x)
    return x, simulate.noise(y / y.max(), 0.002, rng) * 4000 + 350


def mixed_vnir(m: Fusion, minerals: tuple[str, str], share: float, rng: np.random.Generator):
    """Two references side by side in the field of view."""
    values, mask, owner = m.prototypes.vnir
    rows = [int(np.flatnonzero(owner == m.classes.index(mineral))[0]) for mineral in minerals]
    covered = np.prod([mask[r] for r in rows], axis=0) > 0
    centres = vnir.GRID.centres[covered]
    x = axis(centres[0] + 20, centres[-1] - 30, 6.5, rng)
    y = sum(part * np.interp(x, centres, values[r][covered].astype(float)) for r, part in zip(rows, (share, 1 - share)))
    return x, y + rng.normal(0, 0.001, len(x))


def libs_spectrum(atomic: Atomic, fractions: dict, rng: np.random.Generator):
    x = axis(240.0, 680.0, 0.25, rng)
    y = simulate.libs_spots(atomic, [fractions], rng)[0]
    y = 20000 * np.interp(x, libs.GRID.centres, y) + 800
    y[400:405] = np.nan
    return x, y


def spectra(m: Fusion, atomic: Atomic, fractions: dict[str, dict]) -> list[dict]:
    """The golden inputs, rounded as they are written."""
    out = []
    for number, (name, mineral, techniques) in enumerate(CASES):
        if mineral not in m.classes:
            continue  # a package for measuring, from which minerals were removed
        rng = np.random.default_rng(1000 + number)
        listed = []
        for t, replicates in techniques.items():
            for _ in range(replicates):
                if t == "libs":
                    x, y = libs_spectrum(atomic, fractions[mineral], rng)
                else:
                    x, y = (raman_spectrum if t == "raman" else vnir_spectrum)(m, mineral, rng)
                listed.append({"technique": t, "x": [rounded(v) for v in x],
                               "y": [rounded(v) if np.isfinite(v) else None for v in y]})
        out.append({"id": name, "spectra": listed})
    for number, (name, minerals, share, techniques) in enumerate(MIXED):
        if not set(minerals) <= set(m.classes):
            continue
        rng = np.random.default_rng(2000 + number)
        listed = []
        for t in techniques:
            x, y = (mixed_raman if t == "raman" else mixed_vnir)(m, minerals, share, rng)
            listed.append({"technique": t, "x": [rounded(v) for v in x], "y": [rounded(v) for v in y]})
        out.append({"id": name, "spectra": listed})
    return out


def spot(case: dict) -> dict:
    """A golden case as decide.Package takes it."""
    out = {}
    for s in case["spectra"]:
        y = np.array([np.nan if v is None else v for v in s["y"]], np.float64)
        out.setdefault(s["technique"], []).append((np.array(s["x"]), y))
    return out


def mixture_of(package: Package, unmixer: Unmixer, case: dict) -> list[dict] | None:
    """The mixture that a case is, with every spectrum of full weight; None if it is none."""
    tensors = package.tensors([spot(case)])
    above, standing, share = package.session.run(["raman_above", "raman_standing", "vnir_share"], tensors)
    linear, said = {"raman": above, "vnir": tensors["vnir"]}, {"raman": standing, "vnir": share}
    found = {t: unmixer.of(t, linear[t][0], tensors[f"{t}_mask"][0], said[t][0])
             for t in linear if any(s["technique"] == t for s in case["spectra"])}
    parts = found and mixture.mixture_of(package.manifest["calibration"], found)
    return parts and [{"name": package.manifest["classes"][c], "fraction": rounded(f), "low": rounded(low), "high": rounded(high)}
                      for c, f, low, high in parts]


def answered(package: Package, cases: list[dict], unmixer: Unmixer) -> dict:
    """golden.json: the cases with what the package answers to them, one run for each case; `mixture` where they are some."""
    done = []
    for case in cases:
        a = package.answer([spot(case)])[0]
        top = np.argsort(-a.probabilities, kind="stable")[:20]
        done.append({
            **case,
            "probabilities": {package.manifest["classes"][i]: rounded(a.probabilities[i]) for i in top},
            "match": [rounded(v) for v in a.match], "unknown": rounded(a.unknown), "set": a.names,
            "mixture": mixture_of(package, unmixer, case) or None,
        })
    return {"cases": done}
