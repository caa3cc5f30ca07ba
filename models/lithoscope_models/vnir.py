"""VNIR reflectance: slope of log reflectance, depth below a rolling continuum, and overall shape."""

from __future__ import annotations

import numpy as np

from .dataset import Table
from .graph import Graph
from .matching import cosine, derivative, unit
from .resample import Grid

GRID = Grid(start=350.0, step=5.0, count=431, unit="nm", max_gap=40.0)

DARKEST = 0.005  # reflectance below this is noise of most instruments
DERIVATIVE_CELLS = 1.6  # 8 nm
CONTINUUM_CELLS = 61  # 305 nm, wider than the bands of OH and water, narrower than the 1 um band of iron
WEIGHTS = (0.8, 0.1, 0.1)  # slope, depth, shape
OVERLAP_FLOOR = 0.1
LEAST_NM = 1000.0  # a reference must cover this much


def log_reflectance(g: Graph, value: str, mask: str) -> str:
    return g.mul(g.op("Log", g.maximum(value, DARKEST)), mask)


def features(g: Graph, log_r: str, mask: str) -> str:
    """Slope, continuum-removed depth and mean-free shape side by side, together of length 1; [rows, 3 * cells].

    The continuum is a morphological closing (rolling maximum, then rolling minimum of that) in log reflectance, so
    the depth does not change with illumination.
    """
    far = 1e4
    risen = g.dilate(g.where(mask, log_r, -far), CONTINUUM_CELLS)
    risen = g.op("Where", g.op("Less", risen, g.const(np.float32(-far / 2))), g.const(np.float32(far)), risen)
    continuum = g.op("Neg", g.dilate(g.op("Neg", risen), CONTINUUM_CELLS))
    depth = g.mul(g.minimum(g.sub(log_r, continuum), 0.0), mask)
    mean = g.div(g.reduce("Sum", log_r), g.maximum(g.reduce("Sum", mask), 1.0))
    shape = g.mul(g.sub(log_r, mean), mask)
    slope = derivative(g, log_r, mask, DERIVATIVE_CELLS)
    return g.op("Concat", *[unit(g, f, w) for f, w in zip((slope, depth, shape), WEIGHTS)], axis=1)


def similarity(g: Graph, value: str, mask: str, refs: dict[str, np.ndarray]) -> str:
    """Query -> cosine to each reference [B, R]; refs as made by `references`."""
    ref_mask = g.op("Cast", g.const(refs["mask"], np.uint8), to=1)
    stored = g.op("Cast", g.const(refs["log_r"], np.float16), to=1)
    query = features(g, log_reflectance(g, value, mask), mask)
    return cosine(g, query, mask, features(g, stored, ref_mask), ref_mask, GRID.count, (0,), OVERLAP_FLOOR, 1)


def references(run, table: Table) -> dict[str, np.ndarray]:
    """Reference arrays as they ship: log reflectance float16 [R, cells] and its mask uint8."""
    return {"log_r": run(log_reflectance, table.values, table.mask).astype(np.float16),
            "mask": table.mask.astype(np.uint8)}
