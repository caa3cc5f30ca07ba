"""Writing a model package: model.onnx, manifest.json (zod schema in contract/) and golden.json."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from pathlib import Path

import onnx

from . import bands, golden, mixture, plasma, prototypes
from .dataset import minerals, sha256, table
from .decide import Package
from .fit import lacking
from .fusion import Fusion
from .package import ROOMS

DESCRIPTION = ("Raman and VNIR: reference spectra matched, and networks trained beside the matcher; LIBS: a network that "
               "reads elements, against the composition of each mineral; evidence of the techniques added.")


def told(data: Path, line: str) -> dict[str, str]:
    """A line of each source in SOURCES.md, such as "What" or "Terms and citation"."""
    text = (data / "SOURCES.md").read_text()
    return {name: match.group(1) if (match := re.search(rf"- {line}: (.*)", body)) else ""
            for name, body in re.findall(r"### (\S+)\n(.*?)(?=\n### |\n## |\Z)", text, re.S)}


def provenance(m: Fusion, data: Path) -> list[dict]:
    said, titles = told(data, "Terms and citation"), told(data, "What")
    out = []
    for t in ("raman", "vnir"):
        shown = m.heads["raman"].sources if t == "raman" else m.vnir_sources
        for source in sorted(set(shown)):
            free, citation = re.split(r"\bcite\b", said[source], maxsplit=1, flags=re.I)
            out.append({"source": source, "title": titles[source], "citation": citation.strip(" ."), "terms": free.strip(" ;."),
                        "spectra": shown.count(source), "use": "reference vectors",
                        "sha256": sha256(data / f"{t}.tar.xz")})
    measured = [r for r in table(data, "libs", ROOMS["libs"].GRID).rows
                if r["kind"] == "mineral" and r["mineral"] in m.classes]
    for source in sorted({r["source"] for r in measured}):
        out.append({"source": source, "title": titles[source], "citation": said[source], "terms": "not shipped",
                    "spectra": sum(r["source"] == source for r in measured), "use": "fitted parameters",
                    "sha256": sha256(data / "libs.tar.xz")})
    ima = "RRUFF export of the IMA list of mineral species; Lafuente B. et al. (2015), The power of databases."
    nist = "Kramida A., Ralchenko Yu., Reader J. and NIST ASD Team, NIST Atomic Spectra Database, doi:10.18434/T4W30F."
    out.append({"source": "minerals.csv", "title": "List of IMA mineral species", "citation": ima, "terms": "RRUFF: free for use", "spectra": 0,
                "use": "composition", "sha256": sha256(data / "minerals.csv")})
    for name in ("lines.csv.xz", "levels.csv.xz", "elements.csv"):
        out.append({"source": f"atomic/{name}", "title": "NIST Atomic Spectra Database", "citation": nist, "terms": "US public domain", "spectra": 0,
                    "use": "atomic lines", "sha256": sha256(data / "atomic" / name)})
    return out


def write(m: Fusion, calibration: dict, data: Path, out: Path, metrics: dict, trained: dict) -> dict:
    """Write the package folder `out`; returns the manifest. trained: {"seed", "held out", ...} for the record."""
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(m.model(), str(out / "model.onnx"))
    lacks = lacking(m)
    techniques = {t: {"grid": ROOMS[t].GRID.manifest(), "references": len(h.owner),
                      "classesWithReferences": len(h.columns), "lacking": lacks[t], "scale": h.scale, **h.about} for t, h in m.heads.items()}
    manifest = {
        "format": "lithoscope-model/2", "id": "fusion-1", "version": "1.0.0", "minimumAppVersion": "0.2.0",
        "createdAt": datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "description": DESCRIPTION, "classes": m.classes, "techniques": techniques, "calibration": calibration,
        "training": trained, "provenance": provenance(m, data), "metrics": metrics,
    }
    (out / "manifest.json").write_text(json.dumps(manifest))
    cases = golden.spectra(m, plasma.read(data), {c: minerals(data)[c]["fractions"] for c in m.classes})
    (out / "golden.json").write_text(json.dumps(golden.answered(Package(out), cases, mixture.Unmixer(m)), allow_nan=False,
                                                separators=(",", ":")) + "\n")
    bands.write(data, out)
    prototypes.write(m.prototypes, out)
    manifest["files"] = {f.name: {"sha256": sha256(f), "bytes": f.stat().st_size}
                         for f in sorted(out.iterdir()) if f.name not in ("manifest.json", "signature.json")}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1, allow_nan=False, ensure_ascii=False) + "\n")
    return manifest
