"""Measured chemistry of the RRUFF specimens, from the headers of their Raman files; read once, then from the cache."""

from __future__ import annotations

import json
import re
import tarfile
from pathlib import Path

from . import chemistry
from .dataset import CACHE, _loader, sha256

_HEADER = re.compile(r"^##MEASURED CHEMISTRY=(.*)$", re.M)


def formulas(data: Path) -> dict[str, str]:
    """Row id of index.csv -> the header's formula as it stands."""
    file = CACHE / f"chemistry-{sha256(data / 'index.csv')[:12]}.json"
    if not file.exists():
        wanted = {r["path"]: r["id"] for r in _loader(data).read_index(data) if r["source"].startswith("rruff")}
        found = {}
        with tarfile.open(data / "raman.tar.xz", "r|xz") as tar:
            for member in tar:
                if member.name in wanted:
                    raw = tar.extractfile(member).read()
                    try:
                        text = raw.decode("utf-8")
                    except UnicodeDecodeError:
                        text = raw.decode("latin-1")
                    said = _HEADER.search(text)
                    if said and said.group(1).strip():
                        found[wanted[member.name]] = said.group(1).strip()
        CACHE.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(found, indent=0))
    return json.loads(file.read_text())


def fractions(data: Path) -> dict[str, dict[str, float]]:
    """Row id -> mass fractions; rows without chemistry, or with one that cannot be read, are left out."""
    out = {}
    for row, text in formulas(data).items():
        try:
            out[row] = chemistry.mass_fractions(text, data)
        except ValueError:
            continue
    return out
