"""LIBS: the grid, and numbers that the network (nets/libs.py), the simulators and the line lists share."""

from __future__ import annotations

from .resample import Grid

GRID = Grid(start=200.0, step=0.2, count=3501, unit="nm", max_gap=0.6)

KELVIN, PER_CM3 = 10_000.0, 1e17  # usual for a mJ-class laser in air (Cremers & Radziemski, Handbook of LIBS, 2013)
CLIP_CELLS = (15, 12, 9, 7, 5, 4, 3, 2, 1)  # background wider than 6 nm
TRACE = {e: 0.002 for e in ("Na", "K", "Ca", "Mg", "Al", "Fe", "Si")}  # mass fraction that any natural sample may hold
LEAST_FRACTION = 0.02  # of the mass in elements that have lines; below, composition says nothing
