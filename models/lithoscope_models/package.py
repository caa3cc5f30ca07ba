"""The matcher as data: references of each technique, the graph made from them, and how to run it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort

from . import libs, plasma, raman, vnir
from .dataset import Table, minerals, table, usable
from .graph import Graph
from .matching import best_of_class, evidence, presence

TECHNIQUES = ("raman", "vnir", "libs")
ROOMS = {"raman": raman, "vnir": vnir, "libs": libs}
BATCH = 64


def session(model: onnx.ModelProto | Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 2
    source = str(model) if isinstance(model, Path) else model.SerializeToString()
    return ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def run(build, values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Evaluate one subgraph build(g, value, mask) -> name on values and mask [n, cells], in batches."""
    g = Graph()
    width = values.shape[1]
    g.output(build(g, g.input("value", width), g.input("mask", width)), "out", ["B", None])
    s = session(g.model())
    parts = [s.run(None, {"value": values[i:i + BATCH], "mask": mask[i:i + BATCH]})[0]
             for i in range(0, len(values), BATCH)]
    return np.concatenate(parts)


def training_table(data: Path, technique: str) -> Table:
    """The spectra that may be references of a technique."""
    t = table(data, technique, ROOMS[technique].GRID)
    keep = np.array([usable(r) for r in t.rows])
    if technique == "vnir":
        keep &= t.mask.sum(axis=1) * vnir.GRID.step >= vnir.LEAST_NM
    return t.take(keep)


def capped(t: Table, most: int) -> Table:
    """At most `most` spectra of a mineral, one specimen after the other, so that no specimen is left out first."""
    order, seen = {}, {}
    for i, r in enumerate(t.rows):
        turn = seen[r["mineral"], r["specimen"]] = seen.get((r["mineral"], r["specimen"]), -1) + 1
        order.setdefault(r["mineral"], []).append((turn, i))
    return t.take(np.array(sorted(i for turns in order.values() for _, i in sorted(turns)[:most])))


@dataclass
class Matcher:
    """Classes, reference arrays and owners by technique, and the fitted temperatures."""

    classes: list[str]
    tables: dict[str, Table]
    arrays: dict[str, dict[str, np.ndarray]]
    owner: dict[str, np.ndarray]  # class (number in `classes`) of each reference
    temperature: dict[str, float] = field(default_factory=lambda: dict.fromkeys(TECHNIQUES, 0.05))

    def similarity(self, technique: str, values: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Cosines to every reference [n, R]."""
        return run(lambda g, v, m: ROOMS[technique].similarity(g, v, m, self.arrays[technique]), values, mask)

    def position(self, technique: str) -> tuple[np.ndarray, np.ndarray]:
        """(column of each class among those with references, or their number if it has none; owner by column)."""
        present, columns = np.unique(self.owner[technique], return_inverse=True)
        position = np.full(len(self.classes), len(present))
        position[present] = np.arange(len(present))
        return position, columns

    def model(self) -> onnx.ModelProto:
        """The whole graph; inputs and outputs as in models/README.md."""
        g = Graph()
        inputs = [(t, g.input(t, ROOMS[t].GRID.count), g.input(f"{t}_mask", ROOMS[t].GRID.count)) for t in TECHNIQUES]
        total, matches = None, []
        for t, value, mask in inputs:
            position, columns = self.position(t)
            best = best_of_class(g, ROOMS[t].similarity(g, value, mask, self.arrays[t]), columns)
            there = presence(g, mask)
            one = g.mul(evidence(g, best, self.temperature[t], position), there)
            total = one if total is None else g.add(total, one)
            matches.append(g.mul(g.reduce("Max", best), there))
        g.output(total, "logits", ["B", len(self.classes)])
        g.output(g.op("Concat", *matches, axis=1), "match", ["B", 3])
        return g.model()


def matcher(data: Path, held_out: set[str] = frozenset()) -> Matcher:
    """References from all training spectra but those of the held-out Raman specimens."""
    tables = {t: training_table(data, t) for t in ("raman", "vnir")}
    tables["raman"] = tables["raman"].take(~np.isin(tables["raman"].column("specimen"), list(held_out)))
    tables["raman"] = capped(tables["raman"], raman.REFERENCES_PER_CLASS)
    classes = sorted({r["mineral"] for t in tables.values() for r in t.rows})
    number = {c: i for i, c in enumerate(classes)}
    arrays = {t: ROOMS[t].references(run, tables[t]) for t in tables}
    owner = {t: np.array([number[m] for m in tables[t].column("mineral")]) for t in tables}
    arrays["libs"], has = libs.references(plasma.read(data), [minerals(data)[c]["fractions"] for c in classes])
    owner["libs"] = np.flatnonzero(has)
    return Matcher(classes, tables, arrays, owner)
