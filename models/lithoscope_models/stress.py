"""Disturbances of measured Raman spectra (models/PROTOCOL.md, "Stress"); every call takes its own random generator.

x in cm-1, ascending; y in any linear unit. Heights are relative to the strongest line above background.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d

FLUORESCENCE, NOISE, SHIFT_CM1, FWHM_CM1, RANGE_CM1 = 10.0, 0.05, 5.0, 10.0, (200.0, 1200.0)
_BACKGROUND_CM1 = 150.0
_FINE_CM1 = 0.5


def strongest_line(x: np.ndarray, y: np.ndarray) -> float:
    """Height of the strongest line above a rolling minimum (smoothed), in y's unit."""
    cells = max(3, int(_BACKGROUND_CM1 / np.median(np.diff(x))))
    ok = np.nan_to_num(y, nan=np.nanmin(y))
    return float(np.max(ok - uniform_filter1d(minimum_filter1d(ok, cells), cells)))


def fluorescence(x, y, rng):
    """A broad Gaussian or a falling exponential under the whole spectrum."""
    span = (x - x[0]) / (x[-1] - x[0])
    if rng.random() < 0.5:
        broad = np.exp(-0.5 * ((span - rng.uniform(0, 1)) / rng.uniform(0.3, 0.8)) ** 2)
    else:
        broad = np.exp(-span * rng.uniform(0.5, 3))
    return x, y + FLUORESCENCE * strongest_line(x, y) * broad / broad.max()


def noise(x, y, rng):
    return x, y + rng.normal(0, NOISE * strongest_line(x, y), len(y))


def shift(x, y, rng):
    return x + SHIFT_CM1 * rng.choice([-1, 1]), y


def resolution(x, y, rng):
    """Convolution with a Gaussian of FWHM_CM1."""
    fine = np.arange(x[0], x[-1], _FINE_CM1)
    ok = np.isfinite(y)
    sigma = FWHM_CM1 / 2.3548 / _FINE_CM1
    at = np.arange(-int(4 * sigma), int(4 * sigma) + 1)
    kernel = np.exp(-0.5 * (at / sigma) ** 2)
    padded = np.pad(np.interp(fine, x[ok], y[ok]), len(at) // 2, mode="edge")
    return x, np.interp(x, fine, np.convolve(padded, kernel / kernel.sum(), "valid")) + 0 * y


def cut(x, y, rng):
    keep = (x >= RANGE_CM1[0]) & (x <= RANGE_CM1[1])
    return (x[keep], y[keep]) if keep.sum() > 20 else (x, y)


def together(x, y, rng):
    """All in the order in which they happen: sample, spectrometer, detector, window."""
    fluorescent = fluorescence(x, y, rng)[1] - y
    x, blurred = resolution(x, y, rng)
    spread = rng.normal(0, NOISE * strongest_line(x, blurred), len(y))
    return cut(*shift(x, blurred + fluorescent + spread, rng), rng)


KINDS = {"fluorescence": fluorescence, "noise": noise, "shift": shift, "resolution": resolution, "range": cut,
         "together": together}


def disturbed(kind: str, spectrum_id: str, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The spectrum under one kind of stress; the same for the same id."""
    return KINDS[kind](x, y, np.random.default_rng([*kind.encode(), *spectrum_id.encode()]))
