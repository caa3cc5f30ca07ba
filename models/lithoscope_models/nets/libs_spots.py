"""LIBS of held-out specimens through the test simulator, and what the net says of them; class vectors of a deal.

The test simulator is called here for test and calibration spots only, never for training (models/PROTOCOL.md).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy.optimize import minimize_scalar

from .. import measured, plasma, protocol, testlibs
from ..dataset import CACHE, _loader, minerals
from ..libs import GRID, LEAST_FRACTION
from ..resample import combine
from . import libs, solid

FALSE_FOUND, FALSE_EXCLUDED = 0.01, 0.01  # error rates that the thresholds are set for, on calibration spots
MUCH, NONE = 0.05, 0.002  # mass fractions: an element that must not be excluded; one that must not be found


def generator(row: str) -> np.random.Generator:
    """The test simulator's generator for a Raman row of index.csv: one LIBS spectrum belongs to one spot, whatever the seed."""
    return np.random.default_rng([*row.encode()])


def spot(data: Path, row: str, fractions: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """(wavelength nm, counts) as measured on the specimen behind a Raman row."""
    return testlibs.spectrum(fractions, data, generator(row))


def spots(data: Path, rows: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Spots of Raman rows that have chemistry, on the grid: (values, mask) float32 [n, cells]; each made once."""
    folder = CACHE / "libs-spots"
    folder.mkdir(parents=True, exist_ok=True)
    known = measured.fractions(data)
    both = []
    for row in rows:
        file = folder / f"{row}.npy"
        if not file.exists():
            np.save(file, np.stack(combine([spot(data, row, known[row])], GRID, "libs")).astype(np.float32))
        both.append(np.load(file))
    got = np.array(both, np.float32).reshape(-1, 2, GRID.count)
    return got[:, 0], got[:, 1]


def composition(data: Path) -> tuple[libs.Composition, solid.Solution]:
    atomic = plasma.read(data)
    elements = sorted(atomic.lines)
    return libs.Composition(elements), solid.Solution(elements, atomic.weight)


def class_specimens(data: Path, classes: list[str], held_out: set[str]) -> list[list[dict[str, float]]]:
    """Per class: its formula's mass fractions, then those measured on each training specimen of RRUFF."""
    chemistry = measured.fractions(data)
    of: dict[str, dict[str, dict[str, float]]] = {}
    for r in _loader(data).read_index(data):
        if r["id"] in chemistry and protocol.counted(r) and r["specimen"] not in held_out:
            of.setdefault(r["mineral"], {})[r["specimen"]] = chemistry[r["id"]]
    return [[minerals(data)[c]["fractions"], *of.get(c, {}).values()] for c in classes]


def class_vectors(data: Path, classes: list[str], held_out: set[str] = frozenset()) -> tuple[np.ndarray, np.ndarray]:
    """(vectors float32 [C, E * knots], whether a class has one [C]).

    A class without: neither formula nor chemistry known, or hardly an element with lines (as libs.LEAST_FRACTION); it
    takes what matching.evidence gives a class without reference.
    """
    form, nature = composition(data)
    specimens = [form.amounts([f for f in fs if f] or [{}]) for fs in class_specimens(data, classes, held_out)]
    decided = [form.every.index(e) for e in form.decided]
    has = np.array([s[:, decided].sum(axis=1).max() > LEAST_FRACTION for s in specimens])
    return libs.vectors(form, nature, specimens, 0), has


@torch.no_grad()
def run(net: libs.Net, values: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, ...]:
    """(z, sigma, presence, per_knot) of spectra on the grid."""
    net.eval()
    parts = [net(torch.from_numpy(values[i:i + 64]), torch.from_numpy(mask[i:i + 64])) for i in range(0, len(values), 64)]
    return tuple(np.concatenate([p.numpy() for p in part]) for part in zip(*parts))


def fingerprint(net: libs.Net) -> str:
    digest = hashlib.sha256()
    for p in net.state_dict().values():
        digest.update(p.numpy().tobytes())
    return digest.hexdigest()[:12]


@dataclass
class Scores:
    """Spots [n] (ids of Raman rows) and the evidence of each class [n, C]; multiply by the fitted scale before adding."""

    rows: list[str]
    evidence: np.ndarray
    presence: np.ndarray
    z: np.ndarray


def scores(data: Path, net: libs.Net, rows: list[str], vectors: np.ndarray) -> Scores:
    """LIBS of Raman rows (ids); those without readable chemistry are left out. What the net says is cached."""
    known = measured.fractions(data)
    rows = [r for r in rows if r in known]
    key = hashlib.sha256("".join([fingerprint(net), *rows]).encode()).hexdigest()[:12]
    file = CACHE / f"libs-scores-{key}.npz"
    if not file.exists():
        z, _, presence, per_knot = run(net, *spots(data, rows))
        np.savez(file, z=z, presence=presence, per_knot=per_knot)
    with np.load(file) as got:
        return Scores(rows, got["per_knot"] @ vectors.T, got["presence"], got["z"])


def scale(evidence: np.ndarray, truth: np.ndarray, weight: np.ndarray) -> float:
    """Factor on the evidence with the least log loss on calibration spots (truth: class numbers; weight sums to 1)."""
    def loss(log_factor: float) -> float:
        logit = np.exp(log_factor) * evidence
        top = logit.max(axis=1)
        return float((top + np.log(np.exp(logit - top[:, None]).sum(axis=1)) - logit[np.arange(len(truth)), truth]) @ weight)
    return float(np.exp(minimize_scalar(loss, bounds=(-4, 2), method="bounded").x))


def thresholds(presence: np.ndarray, relative: np.ndarray) -> dict[str, float]:
    """Presence logits from which an element counts as found, and up to which as excluded.

    presence, relative [n, decided] of calibration spots: at most FALSE_FOUND of the elements that are not there (below
    NONE) are found, at most FALSE_EXCLUDED of those above MUCH are excluded.
    """
    absent, much = presence[relative < NONE], presence[relative >= MUCH]
    found, excluded = np.quantile(absent, 1 - FALSE_FOUND), np.quantile(much, FALSE_EXCLUDED)
    return {"found": float(found), "excluded": float(min(excluded, found))}
