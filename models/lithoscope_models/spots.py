"""The spots that are measured: which spectra stand together, for test or calibration of a seed (models/PROTOCOL.md)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from . import measured, protocol, testlibs
from .dataset import _loader, spectra

SUBSETS = ("raman", "vnir", "libs", "raman+vnir", "raman+libs", "vnir+libs", "raman+vnir+libs")
PREFIX = "sim-"  # before the id of a Raman spectrum: LIBS simulated from its specimen's chemistry


@dataclass(frozen=True)
class Spot:
    """id, mineral, and the spectrum of each technique: an id of index.csv, or PREFIX and one."""

    id: str
    mineral: str
    keys: dict[str, str]


@lru_cache
def index(data: Path) -> list[dict]:
    return [r for r in _loader(data).read_index(data) if protocol.counted(r)]


@lru_cache
def measured_chemistry(data: Path) -> dict[str, dict[str, float]]:
    """Specimen -> mass fractions, where a RRUFF header of it states a formula that can be read."""
    by_row = measured.fractions(data)
    return {r["specimen"]: by_row[r["id"]] for r in index(data)[::-1] if r["id"] in by_row}


def held_out(data: Path, technique: str, seed: int, role: str, without: frozenset[str] = frozenset()) -> list[dict]:
    """Rows of the test or calibration specimens; `without`: minerals that do not count."""
    chosen = getattr(protocol.deal(index(data), technique, seed), role)
    return [r for r in index(data)
            if r["technique"] == technique and chosen.get(r["mineral"]) == r["specimen"] and r["mineral"] not in without]


def of_subset(data: Path, subset: str, seed: int, role: str, without: frozenset[str] = frozenset()) -> list[Spot]:
    """The spots of a set of techniques."""
    chemistry = measured_chemistry(data)
    raman = held_out(data, "raman", seed, role, without)
    vnir = held_out(data, "vnir", seed, role, without)
    wanted = set(subset.split("+"))
    if "libs" in wanted:
        raman = [r for r in raman if r["specimen"] in chemistry]
    if wanted == {"vnir"}:
        return [Spot(r["id"], r["mineral"], {"vnir": r["id"]}) for r in vnir]
    if "vnir" not in wanted:
        return [Spot(r["id"], r["mineral"], {t: r["id"] if t == "raman" else PREFIX + r["id"] for t in subset.split("+")})
                for r in raman]
    mates: dict[str, list[str]] = {}
    for r in (raman if wanted == {"vnir", "libs"} else vnir):
        mates.setdefault(r["mineral"], []).append(r["id"])
    turn: dict[str, int] = {}
    spots = []
    for r in (vnir if wanted == {"vnir", "libs"} else raman):
        if r["mineral"] not in mates:
            continue
        turn[r["mineral"]] = turn.get(r["mineral"], -1) + 1
        mate = mates[r["mineral"]][turn[r["mineral"]] % len(mates[r["mineral"]])]
        first, second = (mate, r["id"]) if wanted == {"vnir", "libs"} else (r["id"], mate)  # Raman, VNIR
        keys = {"raman": first, "vnir": second, "libs": PREFIX + first}
        spots.append(Spot(f"{r['id']}-{mate}", r["mineral"], {t: keys[t] for t in subset.split("+")}))
    return spots


@lru_cache
def _all(data: Path, technique: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    return {r["id"]: (x, y) for r, x, y in spectra(data, technique)}


@lru_cache
def _specimen(data: Path) -> dict[str, str]:
    return {r["id"]: r["specimen"] for r in index(data)}


def chemistry_of(data: Path, key: str) -> dict[str, float]:
    """Mass fractions behind a simulated spectrum."""
    return measured_chemistry(data)[_specimen(data)[key.removeprefix(PREFIX)]]


def spectrum(data: Path, technique: str, key: str) -> tuple[np.ndarray, np.ndarray]:
    """(x, y) of a key; a simulated one is the same whenever it is asked for."""
    if not key.startswith(PREFIX):
        return _all(data, technique)[key]
    row = key.removeprefix(PREFIX)
    return testlibs.spectrum(chemistry_of(data, key), data, np.random.default_rng([*row.encode()]))
