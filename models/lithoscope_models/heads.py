"""The three heads: matcher and network of each technique, put together for the graph."""

from __future__ import annotations

import numpy as np

from . import raman
from .dataset import Table
from .fusion import Head
from .matching import best_of_class, power
from .package import capped, run

# Raman. Weights of matcher, nearest reference by the network, class vector of the network: chosen on seeds 10 and 11, between
# settings that differ by less than half a point; their common scale is fitted per package.
RAMAN_PARTS = (12.0, 5.0, 8.0)
# A class that is like many spectra of others ("hub") attracts wrong spots: this share of its mean similarity to its nearest
# strangers among the training spectra is taken off (after CSLS, Conneau et al. 2018, ICLR, arXiv 1710.04087).
HUB_SHARE, HUB_STRANGERS = 0.4, 10
# How a mineral stands as one of two in a mixture: by the class vectors, which were trained on mixtures, more than by the whole.
STANDING = (20.0, 0.2)


def strangers(similarity: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """Mean similarity of each class to the HUB_STRANGERS training spectra of other classes nearest to it; [n, C] -> [C]."""
    s = similarity.copy()
    s[np.arange(len(s)), owner] = -np.inf
    return np.sort(s, axis=0)[-HUB_STRANGERS:].mean(axis=0)


def best(similarity: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """[n, R] -> [n, C], the best reference of each class 0..C-1."""
    order = np.argsort(owner, kind="stable")
    return np.maximum.reduceat(similarity[:, order], np.unique(owner[order], return_index=True)[1], axis=1)


def raman_head(training: Table, columns: np.ndarray, owner: np.ndarray, net, proxy: np.ndarray) -> Head:
    """Head from the training spectra (any that may not ship are in the network's weights only), the class (number of the
    column) of each, the trained network and its class vectors [columns, EMBEDDING]."""
    from .nets import raman as trained

    keep = capped(Table(training.values, training.mask, [{**r, "at": i} for i, r in enumerate(training.rows)]),
                  raman.REFERENCES_PER_CLASS)
    at = np.array([r["at"] for r in keep.rows])
    refs, own = raman.references(run, keep), owner[at]
    embedded = trained.embed(net, training.values, training.mask)
    matched = best(run(lambda g, v, m: raman.similarity(g, v, m, refs), training.values, training.mask), own)
    near = best(embedded @ embedded[at].T, own)
    a, b, c = RAMAN_PARTS
    bias = -HUB_SHARE * (a * strangers(matched, owner) + b * strangers(near, owner))
    model = trained.to_onnx(net)
    bank = np.round(127 * embedded[at] / np.abs(embedded[at]).max(axis=1, keepdims=True)).astype(np.int8)

    def build(g, value, mask):
        features = raman.features(g, value, mask)
        signal = g.op("Slice", features, g.ints(0), g.ints(raman.GRID.count), g.ints(1))
        level = g.op("Sqrt", g.maximum(g.div(g.reduce("Sum", g.mul(signal, signal)),
                                             g.maximum(g.reduce("Sum", mask), 1.0)), 1e-12))
        one = best_of_class(g, raman.matched(g, features, mask, refs), own)
        code, = g.inline(model, {"signal": g.div(signal, level), "mask": mask})
        stored = g.op("Cast", g.const(bank, np.int8), to=1)
        length = g.op("Sqrt", g.reduce("Sum", g.mul(stored, stored)))
        two = best_of_class(g, g.dot(code, g.div(stored, length)), own)
        three = g.dot(code, g.op("Cast", g.const(proxy, np.float16), to=1))
        both = g.add(g.mul(one, a), g.mul(two, b))
        hub = g.mul(g.reduce("Mean", g.largest(both, HUB_STRANGERS)), HUB_SHARE)
        total = g.add(both, g.add(g.mul(three, c), g.const(bias[None])))
        standing = g.add(g.mul(three, STANDING[0]), g.mul(total, STANDING[1]))
        above = power(g, g.div(signal, level), 1 / raman.POWER)  # linear again, any scale
        return total, g.reduce("Max", one), {"raman_features": features, "raman_code": code, "raman_hub": hub,
                                             "raman_standing": standing, "raman_above": above}

    return Head(columns, build, references=refs, owner=own, sources=[r["source"] for r in keep.rows],
                extras={"raman_features": 2 * raman.GRID.count, "raman_code": trained.EMBEDDING, "raman_hub": 1,
                        "raman_standing": len(columns), "raman_above": raman.GRID.count},
                about={"parts": {"matched": a, "nearest": b, "vector": c}})


def vnir_head(columns: np.ndarray, net) -> Head:
    """Head of the network alone: beside it the matcher's references that may ship gained nothing (seeds 10 and 11)."""
    from .nets import vnir as trained

    model = trained.to_onnx(net)

    def build(g, value, mask):
        score, embedding, share = g.inline(model, {"value": value, "mask": mask})
        return score, g.div(g.reduce("Max", score), trained.SHARPNESS), {"vnir_code": embedding, "vnir_share": share}

    width = (trained.PROJECTED + trained.DIRECT) * trained.WIDTH
    return Head(columns, build, extras={"vnir_code": width, "vnir_share": len(columns)})


def libs_head(data, classes: list[str], held_out: set[str], net) -> Head:
    """Head of the element network: evidence of each class by its composition (formula and training specimens' chemistry)."""
    from .nets import libs as trained
    from .nets import libs_spots

    vectors, has = libs_spots.class_vectors(data, classes, held_out)
    form, _ = libs_spots.composition(data)
    numbers = trained.arrays(net)
    stored = vectors[has].astype(np.float16)

    def build(g, value, mask):
        z, sigma, presence, per_knot = trained.graph(g, value, mask, numbers)
        own = g.dot(per_knot, g.op("Cast", g.const(stored, np.float16), to=1))
        return own, g.div(g.reduce("Max", own), 100.0), {"libs_log_fraction": z, "libs_sigma": sigma, "libs_presence": presence}

    width = len(form.decided)
    return Head(np.flatnonzero(has), build, extras=dict.fromkeys(("libs_log_fraction", "libs_sigma", "libs_presence"), width),
                about={"elements": form.decided})
