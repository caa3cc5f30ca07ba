"""The model as one graph: evidence of each technique for each class. How it is fused stands in the manifest (decide.py).

Inputs `raman`, `vnir`, `libs` [B, cells] and a `*_mask` for each; outputs `evidence` [B, 3, C] (log-evidence of each technique,
zero where a technique is absent), `match` [B, 3] (the best similarity of each technique to anything the library holds), and
what the heads say besides (Head.extras): a mineral learned in the field is compared by these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import onnx

from .graph import Graph
from .matching import presence
from .package import ROOMS, TECHNIQUES
from .prototypes import Prototypes


@dataclass
class Head:
    """What one technique says. `build(g, value, mask)` -> (evidence [B, len(columns)], match [B, 1], further outputs {name:
    value}) in the graph; `extras`: the widths of these; `columns`: the class of each column; `scale`: factor that makes
    softmax(evidence) a calibrated probability."""

    columns: np.ndarray
    build: Callable[[Graph, str, str], tuple[str, str, dict[str, str]]]
    scale: float = 1.0
    references: dict[str, np.ndarray] = field(default_factory=dict)  # reference vectors that ship, as their room made them
    owner: np.ndarray = field(default_factory=lambda: np.zeros(0, int))  # column of each reference
    sources: list[str] = field(default_factory=list)  # source of each reference
    extras: dict[str, int] = field(default_factory=dict)
    about: dict = field(default_factory=dict)  # numbers of the head that the manifest repeats

    def spread(self, classes: int) -> np.ndarray:
        """Column of each class, or the number of columns where this technique knows nothing of it."""
        position = np.full(classes, len(self.columns))
        position[self.columns] = np.arange(len(self.columns))
        return position


@dataclass
class Fusion:
    """Classes (IMA names) and the heads by technique."""

    classes: list[str]
    heads: dict[str, Head]
    prototypes: Prototypes
    vnir_sources: list[str]  # of the VNIR prototypes

    def model(self) -> onnx.ModelProto:
        g = Graph()
        inputs = [(t, g.input(t, ROOMS[t].GRID.count), g.input(f"{t}_mask", ROOMS[t].GRID.count)) for t in TECHNIQUES]
        rows, matches, further = [], [], {}
        for t, value, mask in inputs:
            head = self.heads[t]
            own, match, extra = head.build(g, value, mask)
            further.update({name: (v, head.extras[name]) for name, v in extra.items()})
            there = presence(g, mask)
            rows.append(g.op("Unsqueeze", g.mul(everywhere(g, g.mul(own, head.scale), head.spread(len(self.classes))), there),
                             g.ints(1)))
            matches.append(g.mul(match, there))
        g.output(g.op("Concat", *rows, axis=1), "evidence", ["B", 3, len(self.classes)])
        g.output(g.op("Concat", *matches, axis=1), "match", ["B", 3])
        for name, (v, width) in further.items():
            g.output(v, name, ["B", width])
        return g.model()


def everywhere(g: Graph, own: str, position: np.ndarray) -> str:
    """Evidence of the known classes -> of all classes: one that the technique does not know takes log mean exp of those
    it knows. It can never lead by that, and another technique can still bring it forward."""
    top = g.reduce("Max", own)
    none = g.add(top, g.op("Log", g.reduce("Mean", g.op("Exp", g.sub(own, top)))))
    return g.op("Gather", g.op("Concat", own, none, axis=1), g.const(position, np.int64), axis=1)


def bare(classes: int, head: Head, technique: str) -> onnx.ModelProto:
    """One head alone, unscaled, for fitting: `own` [B, columns], `match` [B, 1] and the head's extras."""
    g = Graph()
    width = ROOMS[technique].GRID.count
    own, match, extra = head.build(g, g.input("value", width), g.input("mask", width))
    g.output(own, "own", ["B", len(head.columns)])
    g.output(match, "match", ["B", 1])
    for name, v in extra.items():
        g.output(v, name, ["B", head.extras[name]])
    return g.model()
