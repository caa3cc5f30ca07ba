"""Emission of each element from a plasma in local thermodynamic equilibrium, from NIST lines and levels."""

from __future__ import annotations

import csv
import lzma
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

K_EV = 8.617333e-5  # Boltzmann constant, eV/K (CODATA 2018)
SAHA = 2 * 2.4146830e15  # 2 (2 pi m_e k / h^2)^1.5, cm-3 K-1.5
LINE = ("ion_stage", "wavelength_nm", "aki_s", "ek_ev", "gk", "ei_ev")
AMBIENT = {"H", "N", "O", "Ar", "He"}  # air and moisture give these lines whatever the mineral holds


@dataclass
class Atomic:
    """NIST tables by element: lines (stage, air wavelength nm, A s-1, upper energy eV, upper weight,
    lower energy eV), levels (g, eV) by stage, ionisation energies eV of stages I and II, atomic weight."""

    lines: dict[str, np.ndarray]
    levels: dict[tuple[str, int], np.ndarray]
    ionisation: dict[str, tuple[float, float]]
    weight: dict[str, float]

    @property
    def elements(self) -> list[str]:
        return sorted(e for e in self.lines if e not in AMBIENT)


def read(data: Path) -> Atomic:
    folder = data / "atomic"
    lines, levels, ionisation, weight = defaultdict(list), defaultdict(list), {}, {}
    with lzma.open(folder / "lines.csv.xz", "rt") as f:
        for r in csv.DictReader(f):
            if r["aki_s"] and r["ek_ev"] and r["gk"] and r["ion_stage"] in "12":
                lines[r["element"]].append([float(r[k]) for k in LINE])
    with lzma.open(folder / "levels.csv.xz", "rt") as f:
        for r in csv.DictReader(f):
            levels[r["element"], int(r["ion_stage"])].append([float(r["g"]), float(r["energy_ev"])])
    with (folder / "elements.csv").open() as f:
        for r in csv.DictReader(f):
            if r["atomic_weight"] and r["ionization_energy_I_ev"]:
                weight[r["symbol"]] = float(r["atomic_weight"])
                ionisation[r["symbol"]] = tuple(
                    float(r[k] or "inf") for k in ("ionization_energy_I_ev", "ionization_energy_II_ev"))
    known = {e for e in lines if e in weight and (e, 1) in levels and (e, 2) in levels}
    by_stage = {k: np.array(v) for k, v in levels.items()}
    return Atomic({e: np.array(lines[e]) for e in known}, by_stage, ionisation, weight)


def partition(levels: np.ndarray, kelvin: float, limit_ev: float) -> float:
    """Sum of g exp(-E/kT) over the levels below the ionisation limit."""
    g, energy = levels[levels[:, 1] < limit_ev].T
    return float((g * np.exp(-energy / (K_EV * kelvin))).sum())


def emission(atomic: Atomic, element: str, kelvin: float, per_cm3: float) -> tuple[np.ndarray, np.ndarray]:
    """(air wavelengths nm, power per unit mass of the element, arbitrary units); optically thin, stages I and II.

    Saha-Boltzmann at temperature `kelvin` and electron density `per_cm3` (e.g. Griem, Principles of Plasma
    Spectroscopy, 1997).
    """
    first, second = atomic.ionisation[element]
    u1 = partition(atomic.levels[element, 1], kelvin, first)
    u2 = partition(atomic.levels[element, 2], kelvin, second)
    ratio = SAHA * kelvin**1.5 * u2 / u1 / per_cm3 * np.exp(-first / (K_EV * kelvin))
    stage, wavelength, a, energy, g, _ = atomic.lines[element].T
    share = np.where(stage == 1, 1 / u1, ratio / u2) / (1 + ratio)
    power = share * g * a * np.exp(-energy / (K_EV * kelvin)) / wavelength / atomic.weight[element]
    return wavelength, power


def render(wavelength: np.ndarray, power: np.ndarray, centres: np.ndarray, sigma_nm: float) -> np.ndarray:
    """Lines as Gaussians of standard deviation sigma_nm on a regular axis; float64 [cells]."""
    step = centres[1] - centres[0]
    out = np.zeros(len(centres))
    reach = int(np.ceil(5 * sigma_nm / step))
    nearest = np.round((wavelength - centres[0]) / step).astype(int)
    for offset in range(-reach, reach + 1):
        cell = nearest + offset
        ok = (cell >= 0) & (cell < len(centres))
        distance = centres[cell[ok]] - wavelength[ok]
        np.add.at(out, cell[ok], power[ok] * np.exp(-0.5 * (distance / sigma_nm) ** 2))
    return out


def basis(atomic: Atomic, centres: np.ndarray, kelvin: float, per_cm3: float, sigma_nm: float) -> np.ndarray:
    """Spectrum of unit mass of each element of atomic.elements; float64 [elements, cells]."""
    return np.stack([render(*emission(atomic, e, kelvin, per_cm3), centres, sigma_nm) for e in atomic.elements])
