"""The test world's LIBS: a spectrum from a specimen's mass fractions, line by line. Frozen (models/PROTOCOL.md).

Training has a simulator of its own and never sees this one. Only the NIST tables are shared, read here anew.
"""

from __future__ import annotations

import csv
import lzma
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

_K = 8.617333262e-5  # eV/K, CODATA 2018
_FINE_NM = 0.02
_LOW_NM, _HIGH_NM = 199.0, 901.0
_AIR = {"H": 0.02, "N": 0.2, "O": 0.1, "C": 0.0005}  # what the plasma takes from moist air, relative to the sample's mass
_SURFACE = {"Na": 1e-3, "K": 7e-4, "Ca": 1.5e-3, "Mg": 5e-4, "Al": 7e-4, "Si": 1e-3, "Fe": 5e-4, "Li": 3e-6, "Ti": 5e-5}
_WINDOWS_NM = ((200.0, 900.0), (200.0, 900.0), (200.0, 900.0), (230.0, 880.0), (240.0, 850.0), (200.0, 650.0))


@dataclass(frozen=True)
class Species:
    """Lines of one element: stage, air wavelength nm, gk A, upper and lower energy eV; partition by temperature."""

    stage: np.ndarray
    wavelength: np.ndarray
    strength: np.ndarray
    upper: np.ndarray
    lower: np.ndarray
    levels: tuple[np.ndarray, np.ndarray, np.ndarray]  # (g, eV) of stages I, II, III
    ionisation: tuple[float, float]
    weight: float


@lru_cache
def world(data: Path) -> dict[str, Species]:
    """NIST's elements that have lines and levels."""
    folder = data / "atomic"
    with (folder / "elements.csv").open() as f:
        elements = {r["symbol"]: r for r in csv.DictReader(f) if r["atomic_weight"] and r["ionization_energy_I_ev"]}
    levels: dict[tuple[str, str], list] = {}
    with lzma.open(folder / "levels.csv.xz", "rt") as f:
        for r in csv.DictReader(f):
            levels.setdefault((r["element"], r["ion_stage"]), []).append((float(r["g"]), float(r["energy_ev"])))
    lines: dict[str, list] = {}
    with lzma.open(folder / "lines.csv.xz", "rt") as f:
        for r in csv.DictReader(f):
            if r["aki_s"] and r["gk"] and r["ek_ev"] and r["ei_ev"] and r["ion_stage"] in ("1", "2"):
                lines.setdefault(r["element"], []).append((
                    int(r["ion_stage"]), float(r["wavelength_nm"]), float(r["gk"]) * float(r["aki_s"]), float(r["ek_ev"]),
                    float(r["ei_ev"])))
    out = {}
    for e, rows in lines.items():
        if e in elements and (e, "1") in levels and (e, "2") in levels:
            stage, wavelength, strength, upper, lower = np.array(rows).T
            by_stage = tuple(np.array(levels.get((e, s), [(1.0, 0.0)])).T for s in "123")
            ionisation = tuple(float(elements[e][f"ionization_energy_{s}_ev"] or 99) for s in ("I", "II"))
            out[e] = Species(stage, wavelength, strength, upper, lower, by_stage, ionisation,
                             float(elements[e]["atomic_weight"]))
    return out


def _partition(levels: np.ndarray, kelvin: float, limit: float) -> float:
    g, energy = levels
    below = energy < limit
    return float((g[below] * np.exp(-energy[below] / (_K * kelvin))).sum())


def _voigt(sigma: float, gamma: float) -> np.ndarray:
    """Pseudo-Voigt profile on the fine axis (Thompson, Cox & Hastings 1987), unit sum; sigma and gamma (HWHM) in nm."""
    g, l = 2.3548 * sigma, 2 * gamma
    f = (g**5 + 2.69269 * g**4 * l + 2.42843 * g**3 * l**2 + 4.47163 * g**2 * l**3 + 0.07842 * g * l**4 + l**5) ** 0.2
    eta = 1.36603 * l / f - 0.47719 * (l / f) ** 2 + 0.11116 * (l / f) ** 3
    x = np.arange(-round(4 / _FINE_NM), round(4 / _FINE_NM) + 1) * _FINE_NM
    y = eta / (1 + (2 * x / f) ** 2) / f + (1 - eta) * np.exp(-4 * np.log(2) * (x / f) ** 2) / f
    return y / y.sum()


def spectrum(fractions: dict[str, float], data: Path, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(wavelength in air nm, counts) of one shot series on a specimen of these mass fractions."""
    kelvin = rng.uniform(7_000, 15_000)
    electrons = 10 ** rng.uniform(16.2, 17.8)
    sigma, gamma = rng.uniform(0.04, 0.20), rng.uniform(0.005, 0.05)
    amount = dict(fractions)
    for e, typical in _SURFACE.items():
        amount[e] = amount.get(e, 0.0) + typical * rng.lognormal(-1, 1)
    for e, typical in _AIR.items():
        amount[e] = amount.get(e, 0.0) + typical * rng.lognormal(0, 0.7)
    parts = []
    for e, fraction in amount.items():
        s = world(data).get(e)
        if s is None or fraction <= 0:
            continue
        u1 = _partition(s.levels[0], kelvin, s.ionisation[0])
        u2 = _partition(s.levels[1], kelvin, s.ionisation[1])
        u3 = _partition(s.levels[2], kelvin, 1e3)
        saha = 2 * 2.4146830e15 * kelvin**1.5 / electrons
        r2 = saha * u2 / u1 * np.exp(-s.ionisation[0] / (_K * kelvin))
        r3 = r2 * saha * u3 / u2 * np.exp(-s.ionisation[1] / (_K * kelvin))
        total = 1 + r2 + r3
        population = fraction / s.weight * np.where(s.stage == 1, 1 / total / u1, r2 / total / u2)
        emitted = population * s.strength * np.exp(-s.upper / (_K * kelvin)) / s.wavelength
        absorbed = population * s.strength * np.exp(-s.lower / (_K * kelvin)) * s.wavelength**3  # A gk to f gi: lambda^2
        parts.append((s.wavelength, emitted, absorbed))
    wavelength, emitted, absorbed = map(np.concatenate, zip(*parts))
    inside = (wavelength > _LOW_NM) & (wavelength < _HIGH_NM)
    wavelength, emitted, absorbed = wavelength[inside], emitted[inside], absorbed[inside]
    depth = absorbed / absorbed.max() * 10 ** rng.uniform(0, 2)
    emitted = emitted * -np.expm1(-depth) / np.maximum(depth, 1e-12) * rng.lognormal(0, 0.25, len(emitted))
    fine = np.arange(_LOW_NM, _HIGH_NM, _FINE_NM)
    cells = np.bincount(((wavelength - _LOW_NM) / _FINE_NM).astype(int), weights=emitted, minlength=len(fine))[:len(fine)]
    lines = np.convolve(cells, _voigt(sigma, gamma), mode="same")
    borders = (330 + rng.normal(0, 15), 560 + rng.normal(0, 30))  # three detectors
    knots = np.linspace(_LOW_NM, _HIGH_NM, 15)
    response = np.exp(np.interp(fine, knots, rng.normal(0, 0.25, len(knots))))
    response *= np.exp(rng.normal(0, 0.2, 3))[np.searchsorted(borders, fine)]
    glow = rng.uniform(0, 0.1) * np.exp(-0.5 * ((fine - rng.uniform(300, 600)) / rng.uniform(120, 300)) ** 2)
    ideal = response * (lines / lines.max() + glow)
    low, high = _WINDOWS_NM[rng.integers(len(_WINDOWS_NM))]
    axis = np.arange(low, high, rng.uniform(0.05, 0.2))
    seen = np.interp(axis + rng.normal(0, 0.02), fine, ideal)
    full = 10 ** rng.uniform(4.5, 6.5)  # electrons of the highest pixel, all shots together
    counts = rng.poisson(np.maximum(seen, 0) / seen.max() * full) + rng.normal(0, rng.uniform(10, 50), len(axis))
    return axis, counts + rng.uniform(200, 1500)
