"""The measured data: unpacked once from ../shared/data into an ignored cache, then held on the techniques' grids."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from .resample import Grid, combine

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "models"

# Sources whose vectors may ship (DESIGN.md, "The model package"); all other sources give statistics only.
SHIPPABLE = {
    "rruff_excellent_unoriented", "rruff_514_oriented", "ecostress", "usgs_splib07a", "usgs_av95",
    "visor_crowley", "relab_korda",
}


@dataclass
class Table:
    """Spectra of one technique on its grid: values and mask float32 [n, count], rows of index.csv beside them."""

    values: np.ndarray
    mask: np.ndarray
    rows: list[dict]

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> np.ndarray:
        return np.array([row[name] for row in self.rows])

    def take(self, keep: np.ndarray) -> "Table":
        index = np.flatnonzero(keep) if np.asarray(keep).dtype == bool else np.asarray(keep)
        return Table(self.values[index], self.mask[index], [self.rows[i] for i in index])


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as f:
        while chunk := f.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _loader(data: Path):
    spec = importlib.util.spec_from_file_location("shared_data_load", data / "load.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def spectra(data: Path, technique: str) -> list[tuple[dict, np.ndarray, np.ndarray]]:
    """All spectra of a technique as (row, x, y); read from the archive once, then from the cache."""
    version = hashlib.sha256((data / "index.csv").read_bytes()).hexdigest()[:12]
    file = CACHE / f"{technique}-{version}.npz"
    loader = _loader(data)
    rows = {r["id"]: r for r in loader.read_index(data)}
    if not file.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        got = list(loader.load(str(data), technique=technique))
        np.savez(
            file, ids=np.array([s.id for s in got]), length=np.array([len(s.x) for s in got]),
            x=np.concatenate([s.x for s in got]), y=np.concatenate([s.y for s in got]),
        )
    with np.load(file) as z:
        ids, ends, x, y = z["ids"], np.cumsum(z["length"])[:-1], z["x"], z["y"]
    return [(rows[i], a, b) for i, a, b in zip(ids, np.split(x, ends), np.split(y, ends))]


def table(data: Path, technique: str, grid: Grid) -> Table:
    """The spectra of a technique on `grid` (cached per grid), every row of index.csv, in archive order."""
    key = hashlib.sha256(f"{technique} {grid} {sha256(data / 'index.csv')}".encode()).hexdigest()[:12]
    file = CACHE / f"{technique}-grid-{key}.npz"
    loader = _loader(data)
    rows = {r["id"]: r for r in loader.read_index(data)}
    if not file.exists():
        got = spectra(data, technique)
        both = [combine([(x, y)], grid, technique) for _, x, y in got]
        np.savez(file, ids=np.array([r["id"] for r, _, _ in got]), values=np.stack([b[0] for b in both]),
                 mask=np.stack([b[1] for b in both]).astype(np.uint8))
    with np.load(file) as z:
        return Table(z["values"], z["mask"].astype(np.float32), [rows[i] for i in z["ids"]])


def usable(row: dict) -> bool:
    """Spectra that stand for one mineral species, of a source that may ship, in a form like a field measurement."""
    if not row["mineral"] or row["kind"] != "mineral" or row["source"] not in SHIPPABLE:
        return False
    if row["source"] == "usgs_av95" and "/s06_" in row["path"]:
        return False  # only the rows that come from splib07 are cleared
    return not row["quality_note"].startswith("raw with background")


@lru_cache
def minerals(data: Path) -> dict[str, dict]:
    """minerals.csv by name, with mass fractions parsed: {"Quartz": {..., "fractions": {"Si": 0.4674, "O": 0.5326}}}."""
    with (data / "minerals.csv").open(newline="", encoding="utf-8") as f:
        out = {r["name"]: r for r in csv.DictReader(f)}
    for row in out.values():
        pairs = [p.split(":") for p in row["mass_fractions"].split(";") if p]
        row["fractions"] = {e: float(v) for e, v in pairs}
    return out
