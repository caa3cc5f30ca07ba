"""What the three techniques share inside the graph: masked features, cosine on the overlap, best over a class."""

from __future__ import annotations

import numpy as np

from .graph import Graph, gaussian

# A species measured in the field is more often one of the few hundred that VNIR libraries hold than one of the rest:
# each species without reference is held to be half as likely. Without this, a VNIR set at 90 % holds all the rest; with
# much less, VNIR talks Raman out of every species that VNIR libraries lack (evaluate.fusion).
NO_REFERENCE = float(np.log(0.5))

FAR = 1e6  # above any intensity once the mean is 1


def presence(g: Graph, mask: str) -> str:
    """1 where a spot has the technique, else 0; [B, 1]."""
    return g.reduce("Max", mask)


def above_background(g: Graph, value: str, mask: str, cells: int, half_widths: tuple[int, ...],
                     smooth: float) -> str:
    """Intensity [B, cells] of any offset and scale -> intensity above a slowly varying background; mean 1 before.

    The background is SNIP (Ryan et al. 1988, Nucl. Instrum. Methods B 34, 396; Morhac & Matousek 2008, Appl.
    Spectrosc. 62, 91): each cell is lowered to the mean of its two neighbours at falling distances (half_widths,
    cells). A straight line passes unchanged, so sloping fluorescence is removed whole. smooth: sigma in cells.
    """
    lowest = g.reduce("Min", g.where(mask, value, 1e30))
    y = g.mul(g.sub(value, lowest), mask)
    mean = g.div(g.reduce("Sum", y), g.maximum(g.reduce("Sum", mask), 1.0))
    y = g.div(y, g.maximum(mean, 1e-9))
    if smooth:
        weight = g.add(g.convolve(mask, gaussian(smooth)), 1e-6)
        y = g.mul(g.div(g.convolve(y, gaussian(smooth)), weight), mask)
    background = g.where(mask, y, FAR)
    for p in half_widths:
        left, right = g.shift(background, p, FAR, cells), g.shift(background, -p, FAR, cells)
        background = g.minimum(background, g.mul(g.add(left, right), 0.5))
    return g.mul(g.op("Relu", g.sub(y, background)), mask)


def power(g: Graph, a: str, exponent: float) -> str:
    return g.op("Pow", a, g.const(np.float32(exponent)))


def unit(g: Graph, feature: str, weight: float) -> str:
    """Scale each row to the length sqrt(weight); an empty row stays zero."""
    length = g.op("Sqrt", g.add(g.reduce("Sum", g.mul(feature, feature)), 1e-12))
    return g.mul(g.div(feature, length), float(np.sqrt(weight)))


def derivative(g: Graph, signal: str, mask: str, sigma: float) -> str:
    """Gaussian-smoothed first derivative of signal * mask.

    At an edge of the coverage the local mean is taken off first, so that the edge itself gives no slope.
    """
    mean = g.div(g.convolve(signal, gaussian(sigma)), g.add(g.convolve(mask, gaussian(sigma)), 1e-6))
    slope = g.convolve(signal, gaussian(sigma, 1))
    return g.mul(g.sub(slope, g.mul(mean, g.convolve(mask, gaussian(sigma, 1)))), mask)


def energy(g: Graph, features: str, cells: int) -> str:
    """Sum of the squared features per cell; [rows, k * cells] -> [rows, cells]."""
    rows = g.op("Reshape", features, g.ints(0, -1, cells))
    return g.reduce("SumSquare", rows, keep=False)


def blocks(g: Graph, a: str, cells: int, block: int, kind: str) -> str:
    """Sum or mean over blocks of cells; [rows, cells] -> [rows, ceil(cells / block)]."""
    if block == 1:
        return a
    count = -(-cells // block)
    padded = g.op("Pad", a, g.ints(0, 0, 0, count * block - cells), g.const(np.float32(0)), mode="constant")
    return g.reduce(kind, g.op("Reshape", padded, g.ints(-1, count, block)), axis=2, keep=False)


def cosine(g: Graph, query: str, query_mask: str, refs: str, ref_mask: str, cells: int, shifts: tuple[int, ...],
           floor: float, block: int) -> str:
    """Cosine of query and reference features on the common coverage, best over shifts of the query; [B, R].

    Features [rows, k * cells] hold k features side by side, of total length 1 on the row's own coverage. Where the
    overlap holds less than `floor` of the (geometric mean) energy, the cosine is divided by `floor`: a match on a
    sliver is no match. The energy of the overlap is counted by blocks of cells, which spares time.
    """
    rows = g.op("Reshape", query, g.ints(0, -1, cells))
    moved = [g.op("Reshape", g.shift(rows, s, 0.0, cells, rank=3), g.ints(0, 1, -1)) for s in shifts]
    best = g.reduce("Max", g.dot(g.op("Concat", *moved, axis=1), refs), keep=False)
    in_query = g.dot(blocks(g, energy(g, query, cells), cells, block, "Sum"), blocks(g, ref_mask, cells, block, "Mean"))
    in_reference = g.dot(blocks(g, query_mask, cells, block, "Mean"),
                         blocks(g, energy(g, refs, cells), cells, block, "Sum"))
    return g.div(best, g.op("Sqrt", g.maximum(g.mul(in_query, in_reference), floor**2)))


def members(owner: np.ndarray) -> np.ndarray:
    """Class number of each reference -> reference numbers of each class, padded by repetition; [classes, most]."""
    rows = [np.flatnonzero(owner == c) for c in range(owner.max() + 1)]
    most = max(map(len, rows))
    return np.stack([np.resize(r, most) for r in rows])


def best_of_class(g: Graph, similarity: str, owner: np.ndarray) -> str:
    """Reference similarities [B, R] -> class similarities [B, classes with references]."""
    index = members(owner)
    got = g.op("Gather", similarity, g.const(index, np.int64), axis=1)
    return g.reduce("Max", got, axis=2, keep=False)


def evidence(g: Graph, similarity: str, temperature: float, position: np.ndarray) -> str:
    """Class similarities -> log-evidence of every class of the package [B, C].

    position[c] is the column of class c, or the number of columns where the technique has no reference for c. Such a
    class takes log mean exp of all the others (knowing nothing of it, the spectrum is as likely as under a class drawn
    at random) plus NO_REFERENCE. It can never lead by that, and another technique can still bring it forward.
    """
    logit = g.div(similarity, temperature)
    top = g.reduce("Max", logit)
    none = g.add(g.add(top, g.op("Log", g.reduce("Mean", g.op("Exp", g.sub(logit, top))))), NO_REFERENCE)
    return g.op("Gather", g.op("Concat", logit, none, axis=1), g.const(position, np.int64), axis=1)
