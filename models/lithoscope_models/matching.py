"""What the three techniques share inside the graph: masked features, cosine on the overlap, best over a class."""

from __future__ import annotations

import numpy as np

from .graph import Graph, gaussian

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


def energy_blocks(features: np.ndarray, cells: int, block: int) -> np.ndarray:
    """As energy and blocks, of constants: [R, k * cells] -> [R, blocks]."""
    each = (features.reshape(len(features), -1, cells) ** 2).sum(axis=1)
    padded = np.pad(each, ((0, 0), (0, -cells % block)))
    return padded.reshape(len(features), -1, block).sum(axis=2).astype(np.float32)


def in_bytes(g: Graph, rows: str, refs: np.ndarray) -> str:
    """[..., n] x int8 [R, n] -> [..., R], each row of the query rounded to 8 bits too: a quarter of the memory traffic, which is
    what one spot waits for; a cosine moves by less than 0.003."""
    top = g.maximum(g.reduce("Max", g.op("Abs", rows), axis=-1), 1e-9)
    small = g.op("Cast", g.add(g.op("Round", g.mul(g.div(rows, top), 127.0)), 128.0), to=2)
    product = g.op("MatMulInteger", small, g.const(refs.T, np.int8), g.const(np.array(128), np.uint8))
    return g.mul(g.op("Cast", product, to=1), g.div(top, 127.0))


def cosine(g: Graph, query: str, query_mask: str, refs: str, ref_mask: str, cells: int, shifts: tuple[int, ...],
           floor: float, block: int, product=None) -> str:
    """Cosine of query and reference features on the common coverage, best over shifts of the query; [B, R].

    Features [rows, k * cells] hold k features side by side, of total length 1 on the row's own coverage. Where the
    overlap holds less than `floor` of the (geometric mean) energy, the cosine is divided by `floor`: a match on a
    sliver is no match. The energy of the overlap is counted by blocks of cells, which spares time. product(rows) stands in for
    the product of the query's rows [B, shifts, n] with the references.
    """
    rows = g.op("Reshape", query, g.ints(0, -1, cells))
    moved = [g.op("Reshape", g.shift(rows, s, 0.0, cells, rank=3), g.ints(0, 1, -1)) for s in shifts]
    rows = g.op("Concat", *moved, axis=1)
    best = g.reduce("Max", product(rows) if product else g.dot(rows, refs), keep=False)
    in_query = g.dot(blocks(g, energy(g, query, cells), cells, block, "Sum"), blocks(g, ref_mask, cells, block, "Mean"))
    held = g.const(energy_blocks(refs, cells, block)) if isinstance(refs, np.ndarray) else blocks(
        g, energy(g, refs, cells), cells, block, "Sum")
    in_reference = g.dot(blocks(g, query_mask, cells, block, "Mean"), held)
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
