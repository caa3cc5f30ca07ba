"""Resampling of a measured spectrum to a technique's regular grid, with a coverage mask.

The TypeScript side implements the identical rule (spectra/); golden inputs must agree to 1e-4.

Cell i of a grid is [c - h, c + h] with c = start + i * step and h = step / 2. A segment between two consecutive
valid points is bridged when it is no longer than max_gap. A cell is covered when the whole closed cell lies inside
one connected run of bridged segments; its value is the exact mean of the piecewise linear interpolant over it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Grid:
    """Regular axis of one technique: cell centres start + i * step, in `unit` (cm-1 or nm)."""

    start: float
    step: float
    count: int
    unit: str
    max_gap: float

    @property
    def centres(self) -> np.ndarray:
        return self.start + self.step * np.arange(self.count)

    def manifest(self) -> dict:
        return {"start": self.start, "step": self.step, "count": self.count, "unit": self.unit, "maxGap": self.max_gap}


def clean(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Drop points that are not finite and merge equal x by the mean of y; x must be ascending."""
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    ok = np.isfinite(x) & np.isfinite(y)
    x, y = x[ok], y[ok]
    unique, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    return unique, np.bincount(inverse, weights=y, minlength=len(unique)) / counts


def resample(x: np.ndarray, y: np.ndarray, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Spectrum -> (values, mask), both float64 [count]; uncovered cells have value 0 and mask 0."""
    x, y = clean(x, y)
    values, mask = np.zeros(grid.count), np.zeros(grid.count)
    if len(x) < 2:
        return values, mask
    gap = np.diff(x)
    run = np.concatenate([[0], np.cumsum(gap > grid.max_gap)])  # number of the connected run of each point
    area = np.concatenate([[0.0], np.cumsum(gap * (y[1:] + y[:-1]) / 2)])
    low = grid.centres - grid.step / 2
    high = grid.centres + grid.step / 2
    left = np.clip(np.searchsorted(x, low, "right") - 1, 0, len(x) - 2)
    right = np.clip(np.searchsorted(x, high, "left") - 1, 0, len(x) - 2)
    inside = (low >= x[0]) & (high <= x[-1]) & (run[left] == run[right + 1])

    def integral(at: np.ndarray, i: np.ndarray) -> np.ndarray:
        d = at - x[i]
        return area[i] + d * y[i] + d * d * (y[i + 1] - y[i]) / (2 * gap[i])

    mean = (integral(high, right) - integral(low, left)) / grid.step
    return np.where(inside, mean, 0.0), inside.astype(np.float64)


def combine(
    spectra: list[tuple[np.ndarray, np.ndarray]], grid: Grid, technique: str, weights: list[float] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Replicates of one technique on one spot -> (values, mask), float32 [count].

    Raman and LIBS replicates are shifted by their minimum and divided by their mean over covered cells first
    (a replicate that is flat stays zero); VNIR is reflectance and stays as it is. The mean is weighted by `weights`
    (quality.replicate_weight); equally without, or where all are 0.
    """
    if weights is None or not any(w > 0 for w in weights):
        weights = [1.0] * len(spectra)
    total, weight = np.zeros(grid.count), np.zeros(grid.count)
    for (x, y), w in zip(spectra, weights, strict=True):
        if w == 0:
            continue
        v, m = resample(x, y, grid)
        if technique != "vnir" and m.any():
            v = (v - v[m > 0].min()) * m
            mean = v.sum() / m.sum()
            v = v / mean if mean > 0 else v
        total += w * v
        weight += w * m
    mask = weight > 0
    return np.where(mask, total / np.where(mask, weight, 1), 0).astype(np.float32), mask.astype(np.float32)
