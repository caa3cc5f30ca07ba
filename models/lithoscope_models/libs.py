"""LIBS: spectra simulated from a mineral's composition and NIST lines, compared by the square root of intensity.

The settings were chosen with a view to 30 measured spectra (aalto_minerals, handheld_potsdam): README, "LIBS".
"""

from __future__ import annotations

import numpy as np

from . import plasma
from .graph import Graph
from .matching import above_background, cosine, power, unit
from .resample import Grid

GRID = Grid(start=200.0, step=0.2, count=3501, unit="nm", max_gap=0.6)

KELVIN, PER_CM3 = 10_000.0, 1e17  # usual for a mJ-class laser in air (Cremers & Radziemski, Handbook of LIBS, 2013)
SIGMA_NM = 0.1  # FWHM 0.24 nm: handheld spectrometer plus cell
CLIP_CELLS = (15, 12, 9, 7, 5, 4, 3, 2, 1)  # background wider than 6 nm
POWER = 0.5
DEPTH = 10.0  # optical depth of a mineral's strongest cell: strong lines absorb themselves, so they rule less
LEAST = 0.01  # of the strongest cell; weaker is noise, in the query as in the references
TRACE = {e: 0.002 for e in ("Na", "K", "Ca", "Mg", "Al", "Fe", "Si")}  # mass fraction that any natural sample may hold
OVERLAP_FLOOR = 0.2
OVERLAP_BLOCK = 20  # cells
SHIFT_CELLS = (-1, 0, 1)
LEAST_FRACTION = 0.02  # of the mass in elements that have lines; below, composition says nothing


def compressed(g: Graph, intensity: str) -> str:
    top = g.maximum(g.reduce("Max", intensity), 1e-9)
    return power(g, g.op("Relu", g.sub(g.div(intensity, top), LEAST)), POWER)


def strength(g: Graph, value: str, mask: str) -> str:
    """Square root of the lines above background and noise; [B, cells]."""
    return compressed(g, above_background(g, value, mask, GRID.count, CLIP_CELLS, 0.0))


def similarity(g: Graph, value: str, mask: str, refs: dict[str, np.ndarray]) -> str:
    """Query -> cosine to each class spectrum [B, classes]; class spectrum = composition [C, E] x basis [E, cells]."""
    basis = g.op("Cast", g.const(refs["basis"], np.float16), to=1)
    basis = g.mul(g.mul(basis, basis), g.const(refs["scale"][:, None]))
    thin = g.op("MatMul", g.const(refs["composition"]), basis)
    depth = g.mul(g.div(thin, g.reduce("Max", thin)), DEPTH)
    made = compressed(g, g.sub(1.0, g.op("Exp", g.op("Neg", depth))))
    query = unit(g, strength(g, value, mask), 1.0)
    everywhere = g.const(np.ones((1, GRID.count)))
    return cosine(g, query, mask, unit(g, made, 1.0), everywhere, GRID.count, SHIFT_CELLS, OVERLAP_FLOOR,
                  OVERLAP_BLOCK)


def references(atomic: plasma.Atomic, fractions: list[dict[str, float]]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """(arrays as they ship, which of the classes have one).

    basis: square root of the element spectra over their highest cell, float16 [E, cells]; scale float32 [E];
    composition float32 [classes with one, E], TRACE included.
    """
    spectra = plasma.basis(atomic, GRID.centres, KELVIN, PER_CM3, SIGMA_NM)
    top = spectra.max(axis=1)
    used = top > 0
    elements = [e for e, u in zip(atomic.elements, used) if u]
    composition = np.array([[f.get(e, 0.0) for e in elements] for f in fractions], np.float32)
    has = composition.sum(axis=1) > LEAST_FRACTION
    composition += np.array([TRACE.get(e, 0.0) for e in elements], np.float32)
    scale = (top[used] / np.median(top[used])).astype(np.float32)
    basis = np.sqrt(spectra[used] / top[used, None]).astype(np.float16)
    return {"basis": basis, "scale": scale, "composition": composition[has]}, has
