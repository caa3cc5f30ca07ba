"""Reference vectors of the classes as they ship for unmixing and for drawing: prototypes.bin with prototypes.json beside it.

Raman: mean intensity above background of each class (mixture.prototypes), uint8 of the square root over its highest cell. VNIR: up to
VNIR_EACH reflectance spectra a class, uint16 in steps of 1/10000, 0 where nothing was measured. Only sources that may ship
(dataset.SHIPPABLE).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

VNIR_EACH = 4
VNIR_STEP = 1e-4


@dataclass
class Prototypes:
    """Intensities and coverage [n, cells] of Raman and VNIR, and the class number of each row."""

    raman: tuple[np.ndarray, np.ndarray, np.ndarray]
    vnir: tuple[np.ndarray, np.ndarray, np.ndarray]


def _bytes(p: Prototypes) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(Raman uint8, its first and end cells, VNIR uint16)."""
    values, mask, _ = p.raman
    high = np.maximum(values.max(axis=1), 1e-12)
    first, end = mask.argmax(axis=1), mask.shape[1] - mask[:, ::-1].argmax(axis=1)
    raman = np.round(255 * np.sqrt(np.maximum(values, 0) / high[:, None])).astype(np.uint8)
    reflectance, seen, _ = p.vnir
    vnir = np.where(seen > 0, np.clip(np.round(reflectance / VNIR_STEP), 1, 65535), 0).astype("<u2")
    return raman, first, end, vnir


def shipped(p: Prototypes) -> Prototypes:
    """The vectors as whoever reads the files sees them; Raman's scale is lost."""
    raman, first, end, vnir = _bytes(p)
    cell = np.arange(raman.shape[1])
    inside = ((cell >= first[:, None]) & (cell < end[:, None])).astype(np.float64)
    return Prototypes(((raman / 255.0) ** 2, inside, p.raman[2]),
                      (vnir * VNIR_STEP, (vnir > 0).astype(np.float64), p.vnir[2]))


def write(p: Prototypes, out: Path) -> None:
    """Both tables one after the other, little-endian; the json says where each begins and how its rows are read."""
    raman, first, end, vnir = _bytes(p)
    classes, owner = p.raman[2], p.vnir[2]
    body = raman.tobytes()
    gap = len(body) % 2
    (out / "prototypes.bin").write_bytes(body + b"\0" * gap + vnir.tobytes())
    tables = {
        "raman": {"offset": 0, "rows": len(raman), "cells": raman.shape[1], "encoding": "uint8 sqrt", "classes": classes.tolist(),
                  "first": first.tolist(), "end": end.tolist()},
        "vnir": {"offset": len(body) + gap, "rows": len(vnir), "cells": vnir.shape[1], "encoding": "uint16", "step": VNIR_STEP,
                 "classes": owner.tolist()},
    }
    (out / "prototypes.json").write_text(json.dumps({"format": "lithoscope-prototypes/1", **tables}, separators=(",", ":")) + "\n")
