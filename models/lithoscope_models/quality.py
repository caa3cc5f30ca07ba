"""Signal to noise of a spectrum, and how much it counts among its replicates.

The TypeScript side implements the identical rule (spectra/background.ts, spectra/quality.ts) without the checks that
need more than the intensities; the numbers of tests/test_quality.py stand in spectra/quality.test.ts too.
"""

from __future__ import annotations

import numpy as np

from .resample import Grid

NOISE_POINTS = 1000
MOST_BLOCKS = 24
LEAST_PER_BLOCK = 8
MOST_PER_BLOCK = 64
SIGMA_PER_MAD = 1.4826
LEAST_NOISE = 1e-6  # share of the range: rounding or smoothing
VARIANCE_BETWEEN = 0.03 ** 2  # of replicates of one specimen, relative to the strongest line; see spectra/quality.ts
LEAST_SIGNAL_TO_NOISE = 6.0  # at and below it a spectrum is refused


def noise_sigma(y: np.ndarray) -> float:
    """Noise from the median absolute second difference, in y's unit; 0 with fewer than 3 points."""
    count = len(y) - 2
    if count < 1:
        return 0.0
    i = 1 + np.arange(0, count, -(-count // NOISE_POINTS))
    return float(SIGMA_PER_MAD * np.median(np.abs(y[i - 1] - 2 * y[i] + y[i + 1])) / np.sqrt(6))


def block_levels(y: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Quantile `share` of each of up to 24 equal blocks -> (centre indices, levels)."""
    count = min(MOST_BLOCKS, -(-len(y) // LEAST_PER_BLOCK))
    edges = [b * len(y) // count for b in range(count + 1)]
    blocks = list(zip(edges[:-1], edges[1:], strict=True))
    level = [np.quantile(y[a:b:-(-(b - a) // MOST_PER_BLOCK)], share) for a, b in blocks]
    return np.array([(a + b - 1) / 2 for a, b in blocks]), np.array(level)


def without(y: np.ndarray, centre: np.ndarray, level: np.ndarray) -> np.ndarray:
    """y less the straight lines through the knots, of which the outer ones go on to the ends."""
    if len(centre) == 1:
        return y - level[0]
    i = np.arange(len(y))
    b = np.clip(np.searchsorted(centre, i, "right") - 1, 0, len(centre) - 2)
    slope = np.diff(level)[b] / np.diff(centre)[b]
    return y - level[b] - slope * (i - centre[b])


def above_background(y: np.ndarray) -> np.ndarray:
    """Height of lines narrower than a block above the smooth background, in y's unit."""
    flat = without(y, *block_levels(y, 1 / 2))
    return without(flat, *block_levels(flat, 1 / 4))


def find_spikes(heights: np.ndarray, sigma: float) -> np.ndarray:
    """Indices of maxima over 10 sigma that are one or two points wide (spectra/spikes.ts, without replicates)."""
    h = np.asarray(heights)
    if len(h) < 5:
        return np.zeros(0, int)
    b2, b1, top, a1, a2 = (h[k:len(h) - 4 + k] for k in range(5))
    side = np.minimum(np.maximum(b1, a1), np.minimum(np.maximum(b1, a2), np.maximum(b2, a1)))
    return 2 + np.flatnonzero((top > 10 * sigma) & (top >= b1) & (top >= a1) & (side <= 0.2 * top))


def signal_to_noise(y: np.ndarray, technique: str) -> float:
    """Height of the strongest feature over the noise; points without a value are left out."""
    y = np.asarray(y, np.float64)
    y = y[np.isfinite(y)]
    if len(y) == 0:
        return 0.0
    sigma = max(noise_sigma(y), float(np.ptp(y)) * LEAST_NOISE)
    if technique == "vnir":
        signal = float(np.ptp(block_levels(y, 1 / 2)[1]))
    else:
        heights = above_background(y)
        end = len(y) // (2 * MOST_BLOCKS)
        i = np.arange(end + 1, len(y) - end)
        if technique == "raman":
            spikes = find_spikes(heights, sigma)
            i = i[~np.isin(i, np.concatenate([spikes - 1, spikes, spikes + 1]))]
        signal = float(np.minimum(heights[i - 1], heights[i]).max(initial=0.0))
    return max(0.0, signal) / sigma if sigma > 0 else 0.0


def replicate_weight(ratio: float) -> float:
    """Inverse variance of a replicate by its signal to noise (random effects); 0 where there is no signal."""
    return 0.0 if ratio <= LEAST_SIGNAL_TO_NOISE else 1 / (1 / ratio**2 + VARIANCE_BETWEEN)


def replicate_weights(spectra: list[tuple[np.ndarray, np.ndarray]], grid: Grid, technique: str) -> list[float]:
    """Weights of replicates (x ascending, y) for resample.combine; each is judged within the grid, as the product does."""
    def ratio(x: np.ndarray, y: np.ndarray) -> float:
        inside = (x >= grid.start) & (x < grid.start + grid.step * grid.count)
        return signal_to_noise(y[inside] if inside.any() else y, technique)

    return [replicate_weight(ratio(np.asarray(x), np.asarray(y))) for x, y in spectra]
