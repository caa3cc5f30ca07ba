"""Raman: background by peak clipping, power of the intensity and its derivative, a few cm-1 of shift tolerance."""

from __future__ import annotations

import numpy as np

from .dataset import Table
from .graph import Graph
from .matching import above_background, cosine, derivative, in_bytes, power, unit
from .resample import Grid

GRID = Grid(start=100.0, step=2.0, count=751, unit="cm-1", max_gap=8.0)

# Chosen on seeds 10-12 (README, "How the numbers were chosen").
CLIP_CELLS = (50, 40, 30, 24, 19, 15, 12, 9, 7, 5, 4, 3, 2, 1)  # half-widths of the clipping, up to 100 cm-1
SMOOTH_CELLS = 0.5
POWER = 0.45  # near the usual square root: weak lines count, strong ones do not rule
DERIVATIVE_CELLS = 1.2
DERIVATIVE_WEIGHT = 0.55
SHIFT_CELLS = (-2, -1, 0, 1, 2)  # +-4 cm-1
OVERLAP_FLOOR = 0.2
OVERLAP_BLOCK = 8  # cells
REFERENCES_PER_CLASS = 10

def strength(g: Graph, value: str, mask: str) -> str:
    """Intensity [B, cells] of any offset and scale -> intensity**POWER above the background."""
    return power(g, above_background(g, value, mask, GRID.count, CLIP_CELLS, SMOOTH_CELLS), POWER)


def above(run, values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Linear intensity above background [n, cells], in units of the mean intensity above the lowest."""
    return run(lambda g, v, m: above_background(g, v, m, GRID.count, CLIP_CELLS, SMOOTH_CELLS), values, mask)


def features(g: Graph, value: str, mask: str) -> str:
    """Strength and its derivative side by side, together of length 1; [rows, 2 * cells]."""
    signal = strength(g, value, mask)
    slope = derivative(g, signal, mask, DERIVATIVE_CELLS)
    return g.op("Concat", unit(g, signal, 1 - DERIVATIVE_WEIGHT), unit(g, slope, DERIVATIVE_WEIGHT), axis=1)


def matched(g: Graph, query: str, mask: str, refs: dict[str, np.ndarray]) -> str:
    """Features of a query -> cosine to each reference [B, R]; refs as made by `references`."""
    cell = g.const(np.arange(GRID.count)[None, :])
    inside = g.op("And", g.op("GreaterOrEqual", cell, g.const(refs["first"][:, None])),
                  g.op("Less", cell, g.const(refs["end"][:, None])))
    ref_mask = g.op("Cast", inside, to=1)
    length = np.sqrt((refs["features"].astype(np.float32) ** 2).sum(axis=1))
    # The energy of a reference by blocks is what the overlap needs of it; the product reads the bytes themselves.
    stored = refs["features"] / np.maximum(length, 1e-9)[:, None]

    def product(rows: str) -> str:
        return g.div(in_bytes(g, rows, refs["features"]), g.const(length))

    return cosine(g, query, mask, stored, ref_mask, GRID.count, SHIFT_CELLS, OVERLAP_FLOOR, OVERLAP_BLOCK, product)


def similarity(g: Graph, value: str, mask: str, refs: dict[str, np.ndarray]) -> str:
    """Query -> cosine to each reference [B, R]."""
    return matched(g, features(g, value, mask), mask, refs)


def references(run, table: Table) -> dict[str, np.ndarray]:
    """Reference arrays: features int8 [R, 2 * cells] and the covered range of cells ship; strength float32 [R, cells]
    serves the golden cases.

    `run` evaluates a subgraph on (values, mask); the references pass through the very nodes that a query does. They
    ship as features, not as strength, because what a session derives from constants costs memory at load.
    """
    made = run(features, table.values, table.mask)
    first = table.mask.argmax(axis=1)
    end = GRID.count - table.mask[:, ::-1].argmax(axis=1)
    if not np.array_equal(table.mask.sum(axis=1), end - first):
        raise ValueError("a Raman reference has a gap in its coverage; the package stores one range per reference")
    top = np.abs(made).max(axis=1, keepdims=True)
    return {"features": np.round(127 * made / np.maximum(top, 1e-9)).astype(np.int8), "first": first, "end": end,
            "strength": made[:, :GRID.count] / np.maximum(made[:, :GRID.count].max(axis=1, keepdims=True), 1e-9)}
