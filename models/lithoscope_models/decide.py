"""From the graph's outputs to the answer, as the TypeScript side decides it (inference/)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort

from .package import TECHNIQUES, session
from .resample import Grid, combine

Spot = dict[str, list[tuple[np.ndarray, np.ndarray]]]  # technique -> replicates (x, y)


@dataclass
class Answer:
    """probabilities [C] in manifest order, match [3], log-odds turned to P(not in library), prediction set."""

    probabilities: np.ndarray
    match: np.ndarray
    unknown: float
    names: list[str]
    logits: np.ndarray


class Package:
    """A model package opened for use; `grids` come from its manifest."""

    def __init__(self, folder: Path) -> None:
        self.manifest = json.loads((folder / "manifest.json").read_text())
        self.session: ort.InferenceSession = session(folder / "model.onnx")

    def tensors(self, spots: list[Spot]) -> dict[str, np.ndarray]:
        out = {}
        for t in TECHNIQUES:
            g = self.manifest["techniques"][t]["grid"]
            grid = Grid(g["start"], g["step"], g["count"], g["unit"], g["maxGap"])
            both = [combine(s.get(t, []), grid, t) for s in spots]
            out[t] = np.stack([b[0] for b in both])
            out[f"{t}_mask"] = np.stack([b[1] for b in both])
        return out

    def answer(self, spots: list[Spot]) -> list[Answer]:
        logits, match = self.session.run(["logits", "match"], self.tensors(spots))
        return [decide(self.manifest, [t for t in TECHNIQUES if s.get(t)], z, m)
                for s, z, m in zip(spots, logits, match)]


def decide(manifest: dict, present: list[str], logits: np.ndarray, match: np.ndarray) -> Answer:
    """Softmax at the fitted temperature, prediction set at 90 % coverage, mean log-odds of "not in the library"."""
    calibration = manifest["calibration"]["+".join(present)]
    z = logits.astype(np.float64) / calibration["temperature"]
    p = np.exp(z - z.max())
    p /= p.sum()
    order = np.argsort(-p, kind="stable")
    chosen = order[p[order] >= calibration["setThreshold"]["0.9"]]
    if len(chosen) == 0:
        chosen = order[:1]
    odds = [manifest["unknown"][t]["intercept"] + manifest["unknown"][t]["slope"] * float(match[TECHNIQUES.index(t)])
            for t in present]
    unknown = float(1 / (1 + np.exp(-np.mean(odds))))
    return Answer(p, match, unknown, [manifest["classes"][i] for i in chosen], logits)
