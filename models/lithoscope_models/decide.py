"""From the graph's outputs to the answer, as the TypeScript side decides it (inference/answer.ts)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort

from .package import TECHNIQUES, session
from .resample import Grid, combine

Spot = dict[str, list[tuple[np.ndarray, np.ndarray]]]  # technique -> replicates (x, y)
COVERAGE = "0.9"


@dataclass
class Answer:
    """probabilities [C] in manifest order given that the mineral is in the library, P(not in library), prediction set."""

    probabilities: np.ndarray
    unknown: float
    names: list[str]
    evidence: np.ndarray  # [3, C]
    match: np.ndarray  # [3]


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
        evidence, match = self.session.run(["evidence", "match"], self.tensors(spots))
        return [decide(self.manifest, [t for t in TECHNIQUES if s.get(t)], e, m)
                for s, e, m in zip(spots, evidence, match)]


def softmax(z: np.ndarray) -> np.ndarray:
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


def fused(fit: dict, lacking: dict[str, list[int]], evidence: np.ndarray) -> np.ndarray:
    """Weighted evidence of the techniques of `fit`, [..., 3, C] -> [..., C], float64. `lacking`: the classes that a technique
    has nothing of; they take the fit's `noReference`, a log-odds."""
    total = 0.0
    for t, weight in fit["weights"].items():
        own = evidence[..., TECHNIQUES.index(t), :].astype(np.float64)
        own[..., lacking[t]] += fit["noReference"][t]
        total = total + weight * own
    return total


def signs(present: list[str], z: np.ndarray, evidence: np.ndarray, match: np.ndarray) -> np.ndarray:
    """What speaks for and against "not in the library", [..., 1 + 3 * present]: log probability of the leading class; per
    technique its best similarity, its evidence for the leading class, and how far that is below its best evidence."""
    lead = z.argmax(axis=-1)
    out = [np.log(softmax(z).max(axis=-1))]
    for t in present:
        own = evidence[..., TECHNIQUES.index(t), :].astype(np.float64)
        at = np.take_along_axis(own, lead[..., None], axis=-1)[..., 0]
        out += [match[..., TECHNIQUES.index(t)].astype(np.float64), at, own.max(axis=-1) - at]
    return np.stack(out, axis=-1)


def decide(manifest: dict, present: list[str], evidence: np.ndarray, match: np.ndarray) -> Answer:
    """The answer of one spot by the constants of its set of techniques."""
    fit = manifest["calibration"]["+".join(present)]
    z = fused(fit, {t: manifest["techniques"][t]["lacking"] for t in present}, evidence)
    p = softmax(z)
    order = np.argsort(-p, kind="stable")
    chosen = order[p[order] >= fit["setThreshold"][COVERAGE]]
    if len(chosen) == 0:
        chosen = order[:1]
    odds = fit["unknown"]["intercept"] + signs(present, z, evidence, match) @ np.array(fit["unknown"]["slopes"])
    return Answer(p, float(1 / (1 + np.exp(-odds))), [manifest["classes"][i] for i in chosen], evidence, match)
