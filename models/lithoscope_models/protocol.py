"""Who is held out: the specimens of test and calibration, and the minerals removed, for a seed (models/PROTOCOL.md)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

REPORTED_SEEDS = (0, 1, 2, 3)
REMOVED, LEARNED_LATER = 200, 100  # minerals


@dataclass(frozen=True)
class Deal:
    """Held-out specimens of one technique: mineral -> specimen."""

    test: dict[str, str]
    calibration: dict[str, str]

    @property
    def held_out(self) -> set[str]:
        return {*self.test.values(), *self.calibration.values()}


def counted(row: dict) -> bool:
    """Rows of index.csv that the protocol is about."""
    return row["kind"] == "mineral" and bool(row["mineral"]) and row["source"] != "mlrod"


def specimens(rows: list[dict], technique: str) -> dict[str, list[str]]:
    """Specimens of each mineral, sorted; rows of index.csv in any order."""
    found = defaultdict(set)
    for r in rows:
        if r["technique"] == technique and counted(r):
            found[r["mineral"]].add(r["specimen"])
    return {m: sorted(found[m]) for m in sorted(found)}


def _draw(seed: int, *what: str) -> np.random.Generator:
    """A generator that depends on the seed and the words alone, not on what else is in the table."""
    return np.random.default_rng([seed, *"/".join(what).encode()])


def deal(rows: list[dict], technique: str, seed: int) -> Deal:
    """Two thirds of the minerals with several specimens give one to test, one third gives one to calibration."""
    several = {m: s for m, s in specimens(rows, technique).items() if len(s) >= 2}
    order = sorted(several, key=lambda m: _draw(seed, "role", m).random())
    drawn = {m: several[m][_draw(seed, "specimen", technique, m).integers(len(several[m]))] for m in order}
    cut = round(len(order) * 2 / 3)
    return Deal({m: drawn[m] for m in order[:cut]}, {m: drawn[m] for m in order[cut:]})


def removed(rows: list[dict], seed: int) -> list[str]:
    """Raman minerals taken out altogether for the measure of the unknown."""
    minerals = sorted(specimens(rows, "raman"))
    return sorted(_draw(seed, "removed").choice(minerals, REMOVED, replace=False).tolist())


def learned_later(rows: list[dict], seed: int) -> list[str]:
    """Raman minerals with several specimens taken out, to be added from one spectrum each."""
    several = [m for m, s in specimens(rows, "raman").items() if len(s) >= 2]
    return sorted(_draw(seed, "learned later").choice(several, LEARNED_LATER, replace=False).tolist())


def group_of(mineral: dict) -> str:
    """Structural group of a row of minerals.csv; a mineral in none is its own group."""
    group = mineral["structural_group"]
    return group if group and group != "Not in a structural group" else mineral["name"]
