"""Golden cases: synthetic spectra with the answers of this code, for every subset of techniques.

The spectra are made from shipped reference vectors and simulated plasmas, sampled on uneven axes with noise,
background, deleted points (null) and replicates; no measured file is repeated.
"""

from __future__ import annotations

import numpy as np

from . import libs, raman, simulate, vnir
from .decide import Package
from .package import Matcher
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
SIGNIFICANT = 6


def rounded(v) -> float:
    return float(f"{v:.{SIGNIFICANT}g}")


def axis(low: float, high: float, spacing: float, rng: np.random.Generator) -> np.ndarray:
    """Uneven ascending axis, spacing varying by 30 %."""
    steps = spacing * rng.uniform(0.7, 1.3, int((high - low) / spacing))
    return low + np.cumsum(steps)


def raman_spectrum(m: Matcher, mineral: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    refs = m.arrays["raman"]
    row = rng.choice(np.flatnonzero(m.owner["raman"] == m.classes.index(mineral)))
    centres = raman.GRID.centres
    x = axis(centres[refs["first"][row]] + 10, centres[refs["end"][row] - 1] - 20, 2.3, rng)
    y = 4000 * np.interp(x, centres, refs["strength"][row].astype(float) ** (1 / raman.POWER))
    y = simulate.noise(simulate.fluorescence(x, y, 2.0, rng), 0.005, rng) + 350
    y[len(y) // 3:len(y) // 3 + 2] = np.nan  # still bridged
    y[len(y) // 2:len(y) // 2 + 9] = np.nan  # a hole in the coverage
    return x, y


def vnir_spectrum(m: Matcher, mineral: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    refs = m.arrays["vnir"]
    row = rng.choice(np.flatnonzero(m.owner["vnir"] == m.classes.index(mineral)))
    covered = refs["mask"][row] > 0
    centres = vnir.GRID.centres[covered]
    x = axis(centres[0] + 20, centres[-1] - 30, 6.5, rng)
    y = 0.9 * np.interp(x, centres, np.exp(refs["log_r"][row][covered].astype(float)))
    y = y + rng.normal(0, 0.002, len(x))
    y[(x > 1350) & (x < 1420)] = np.nan  # water vapour of the air
    return x, y


def libs_spectrum(m: Matcher, atomic: Atomic, fractions: dict, rng: np.random.Generator):
    x = axis(240.0, 680.0, 0.25, rng)
    y = simulate.libs_spots(atomic, [fractions], rng)[0]
    y = 20000 * np.interp(x, libs.GRID.centres, y) + 800
    y[400:405] = np.nan
    return x, y


def spectra(m: Matcher, atomic: Atomic, fractions: dict[str, dict]) -> list[dict]:
    """The golden inputs, rounded as they are written."""
    out = []
    for number, (name, mineral, techniques) in enumerate(CASES):
        rng = np.random.default_rng(1000 + number)
        listed = []
        for t, replicates in techniques.items():
            for _ in range(replicates):
                if t == "libs":
                    x, y = libs_spectrum(m, atomic, fractions[mineral], rng)
                else:
                    x, y = (raman_spectrum if t == "raman" else vnir_spectrum)(m, mineral, rng)
                listed.append({"technique": t, "x": [rounded(v) for v in x],
                               "y": [rounded(v) if np.isfinite(v) else None for v in y]})
        out.append({"id": name, "spectra": listed})
    return out


def spot(case: dict) -> dict:
    """A golden case as decide.Package takes it."""
    out = {}
    for s in case["spectra"]:
        y = np.array([np.nan if v is None else v for v in s["y"]], np.float64)
        out.setdefault(s["technique"], []).append((np.array(s["x"]), y))
    return out


def answered(package: Package, cases: list[dict]) -> dict:
    """golden.json: the cases with what the package answers to them, one run for each case."""
    done = []
    for case in cases:
        a = package.answer([spot(case)])[0]
        top = np.argsort(-a.probabilities, kind="stable")[:20]
        done.append({
            **case,
            "probabilities": {package.manifest["classes"][i]: rounded(a.probabilities[i]) for i in top},
            "match": [rounded(v) for v in a.match], "unknown": rounded(a.unknown), "set": a.names,
            "logitsChecksum": {k: rounded(getattr(a.logits.astype(np.float64), k)()) for k in ("min", "max", "mean")},
        })
    return {"cases": done}
