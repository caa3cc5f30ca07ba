"""The techniques by name, and how a graph or a part of one is run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort

from . import libs, raman, vnir
from .dataset import Table
from .graph import Graph

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


def capped(t: Table, most: int) -> Table:
    """At most `most` spectra of a mineral, one specimen after the other, so that no specimen is left out first."""
    order, seen = {}, {}
    for i, r in enumerate(t.rows):
        turn = seen[r["mineral"], r["specimen"]] = seen.get((r["mineral"], r["specimen"]), -1) + 1
        order.setdefault(r["mineral"], []).append((turn, i))
    return t.take(np.array(sorted(i for turns in order.values() for _, i in sorted(turns)[:most])))
