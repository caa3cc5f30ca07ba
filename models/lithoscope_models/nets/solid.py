"""Compositions as they occur in nature: a formula, and what commonly takes its elements' places.

Substitutions after the usual crystal-chemical groups (charge and radius; Shannon 1976, Acta Cryst. A32, 751). How often and
how far is a guess on the wide side: 40 % of the groups keep the formula, the others move a share of exponential mean 0.12.
"""

from __future__ import annotations

import numpy as np

# Elements that share a site, with the weight by which each takes another's place.
SITES: tuple[dict[str, float], ...] = (
    {"Mg": 3, "Fe": 3, "Mn": 1.5, "Zn": 0.4, "Ni": 0.2, "Co": 0.2, "Cu": 0.2, "Ca": 0.5},
    {"Ca": 3, "Sr": 0.7, "Na": 1, "Ba": 0.3, "Pb": 0.2, "Mn": 0.7, "Fe": 0.5, "Ce": 0.2, "Y": 0.1},
    {"Na": 3, "K": 2, "Ca": 1, "Li": 0.2, "Rb": 0.05, "Cs": 0.05, "Ba": 0.1},
    {"Al": 3, "Fe": 2, "Cr": 0.6, "V": 0.3, "Mn": 0.5, "Ti": 0.5, "Mg": 0.4, "Ga": 0.05},
    {"Si": 3, "Al": 1.5, "P": 0.1, "Be": 0.1, "B": 0.1},
    {"P": 2, "As": 2, "V": 1, "Si": 0.4, "S": 0.3},
    {"F": 1, "Cl": 1, "O": 2},
    {"Ce": 3, "La": 2, "Nd": 2, "Pr": 0.7, "Y": 1, "Sm": 0.5, "Gd": 0.5, "Dy": 0.4, "Yb": 0.3, "Er": 0.3, "Ca": 0.5},
    {"Ti": 2, "Sn": 0.4, "Ta": 0.3, "Fe": 0.7, "W": 0.1, "Al": 0.3},
    {"Cu": 2, "Ag": 1, "Zn": 1, "Fe": 1, "Hg": 0.4, "Cd": 0.3, "Mn": 0.3, "Ni": 0.3, "Co": 0.3},
    {"As": 2, "Sb": 2, "Bi": 1, "Te": 0.1},
    {"Pb": 2, "Bi": 1, "Tl": 0.2, "Ag": 0.5, "Ba": 0.1, "Sr": 0.2},
    {"Mo": 1, "W": 1},
    {"Ni": 2, "Co": 1.5, "Fe": 2, "Cu": 0.4},
    {"Pt": 1, "Pd": 1, "Ir": 0.7, "Rh": 0.5, "Ru": 0.4, "Fe": 0.5, "Ni": 0.3, "Cu": 0.3},
    {"Au": 1, "Ag": 1.5, "Cu": 0.3, "Hg": 0.3},
    {"S": 3, "Te": 0.2, "As": 0.2, "Sb": 0.1},
)
KEEPS = 0.6  # a group of sites keeps its formula
SHARE = 0.12  # mean of the share that moves otherwise
SCATTER = 0.05  # log-normal, every element: water, vacancies, analysis
TRACE_RATE, TRACE_LOG10 = 0.03, (-4.0, -2.0)  # any other element, mass fraction


class Solution:
    """Draws specimens around compositions; elements fixed at construction."""

    def __init__(self, elements: list[str], weight: dict[str, float]):
        self.weight = np.array([weight[e] for e in elements])
        number = {e: i for i, e in enumerate(elements)}
        self.sites = []
        for site in SITES:
            known = [(number[e], w) for e, w in site.items() if e in number]
            if len(known) > 1:
                self.sites.append((np.array([i for i, _ in known]), np.array([w for _, w in known])))

    def draw(self, fractions: np.ndarray, rng: np.random.Generator, wide: float = 1.0) -> np.ndarray:
        """Mass fractions [n, E] -> one specimen of each [n, E]; sums stay. wide: 0 leaves only scatter and traces."""
        moles = fractions / self.weight
        count = len(moles)
        for index, weight in self.sites:
            part = moles[:, index]
            total = part.sum(axis=1, keepdims=True)
            moved = np.minimum(rng.exponential(SHARE * wide, (count, 1)), 0.6) * (rng.random((count, 1)) > KEEPS)
            if not wide:
                continue
            taken = rng.gamma(0.3 * weight, size=(count, len(weight)))
            taken /= np.maximum(taken.sum(axis=1, keepdims=True), 1e-12)
            moles[:, index] = (1 - moved) * part + moved * total * taken
        mass = moles * self.weight * rng.lognormal(0, SCATTER, moles.shape)
        trace = rng.random(mass.shape) < TRACE_RATE
        mass += trace * 10 ** rng.uniform(*TRACE_LOG10, mass.shape)
        total = fractions.sum(axis=1, keepdims=True)
        return mass * total / np.maximum(mass.sum(axis=1, keepdims=True), 1e-12)
