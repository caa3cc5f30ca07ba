"""Simulated LIBS spots, and disturbances of measured Raman spectra; every call takes its own random generator."""

from __future__ import annotations

import numpy as np

from . import libs, plasma


def libs_spots(atomic: plasma.Atomic, fractions: list[dict[str, float]], rng: np.random.Generator) -> np.ndarray:
    """One spectrum for each composition, on the grid of libs; float32 [n, cells].

    Everything that the references hold fixed moves: element fractions (log-normal, 30 %), traces, temperature 8-13 kK,
    electron density 3e16-3e17, line width, response (smooth, 20 %, and 10 % by cell), self-absorption of the
    strongest lines, continuum and noise. Twelve plasmas are drawn and shared out.
    """
    plasmas = [plasma.basis(atomic, libs.GRID.centres, rng.uniform(8e3, 13e3), 10 ** rng.uniform(16.5, 17.5),
                            rng.uniform(0.06, 0.16)) for _ in range(12)]
    trace = np.array([libs.TRACE.get(e, 0.0) for e in atomic.elements])
    out = np.empty((len(fractions), libs.GRID.count), np.float32)
    knots = np.linspace(0, libs.GRID.count, 30)
    cells = np.arange(libs.GRID.count)
    for row, f in enumerate(fractions):
        amount = np.array([f.get(e, 0.0) for e in atomic.elements]) * rng.lognormal(0, 0.3, len(atomic.elements))
        amount += trace * rng.lognormal(-1, 1, len(trace))
        y = amount @ plasmas[rng.integers(len(plasmas))]
        depth = rng.uniform(0, 5)
        y = (1 - np.exp(-depth * y / max(y.max(), 1e-30))) if depth > 0.05 else y / max(y.max(), 1e-30)
        response = np.exp(np.interp(cells, knots, rng.normal(0, 0.2, len(knots))) + rng.normal(0, 0.1, len(cells)))
        continuum = rng.uniform(0, 0.3) * np.exp(-0.5 * ((cells / len(cells) - rng.uniform(0.2, 0.6)) / 0.4) ** 2)
        y = y / max(y.max(), 1e-30) * response + continuum + rng.normal(0, rng.uniform(0.001, 0.01), len(cells))
        out[row] = y
    return out


def fluorescence(x: np.ndarray, y: np.ndarray, times: float, rng: np.random.Generator) -> np.ndarray:
    """y plus a broad background `times` as high as its strongest line: a Gaussian or a falling exponential."""
    span = (x - x[0]) / (x[-1] - x[0])
    if rng.random() < 0.5:
        broad = np.exp(-0.5 * ((span - rng.uniform(0, 1)) / rng.uniform(0.3, 0.8)) ** 2)
    else:
        broad = np.exp(-span * rng.uniform(0.5, 3))
    return y + times * np.nanmax(y) * broad / broad.max()


def noise(y: np.ndarray, sigma: float, rng: np.random.Generator) -> np.ndarray:
    """y plus white noise; sigma relative to the strongest line of y."""
    return y + rng.normal(0, sigma * np.nanmax(y), len(y))
