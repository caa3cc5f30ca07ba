"""A LIBS spectrum -> element mass fractions, and the log-evidence of any composition.

The net sees simulated spectra of formulas only (plasma_train, solid), so one net serves every deal of specimens. For each
element it gives a piecewise-linear function of log10 mass fraction (values at KNOTS); the evidence of a mineral is the sum of these
functions at its composition. A composition enters as a constant vector (`features`), so a mineral that was never seen,
or is added in the field, gets its evidence from its formula. Chemistry measured on training specimens enters in
`class_vectors` alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from .. import plasma
from ..dataset import CACHE, minerals
from ..libs import CLIP_CELLS, GRID
from ..graph import Graph
from ..matching import FAR
from ..matching import above_background as above_background_onnx
from . import plasma_train, solid

NOT_DECIDED = ("Ar", "He", "Ne", "Kr", "Xe", "N", "O", "C")  # air gives their lines
WEAK = ("O", "C")  # not decided, yet evidence: oxide from sulfide, carbonate from oxide
FLOOR = 1e-4  # mass fraction below which nothing differs
KNOTS = np.array([-4.0, -3.3, -2.7, -2.1, -1.6, -1.2, -0.9, -0.6, -0.3, 0.0])  # log10 mass fraction of the decided elements
WIDTH, DEPTH, MASK_BLOCK = 448, 2, 100
GAIN = 10.0  # of the logarithm: log(1 + GAIN * intensity over its mean)
BOUND = 12.0  # no element says more than this (nats) for or against
PRESENT, ABSENT = 0.01, 0.002  # mass fraction of the decided elements: what the presence head calls yes and no


RECIPE = 1  # raised when the network or its training changes: names the cache

def above_background(value: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """matching.above_background in torch: [B, cells] of any offset and scale -> above a slow background."""
    lowest = torch.where(mask > 0, value, torch.full_like(value, 1e30)).amin(dim=1, keepdim=True)
    y = (value - lowest) * mask
    y = y / (y.sum(1, keepdim=True) / mask.sum(1, keepdim=True).clamp_min(1.0)).clamp_min(1e-9)
    background = torch.where(mask > 0, y, torch.full_like(y, FAR))
    for p in CLIP_CELLS:
        padded = nn.functional.pad(background, (p, p), value=FAR)
        background = torch.minimum(background, 0.5 * (padded[:, :-2 * p] + padded[:, 2 * p:]))
    return torch.relu(y - background) * mask


def compressed(above: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    mean = above.sum(1, keepdim=True) / mask.sum(1, keepdim=True).clamp_min(1.0)
    return torch.log(1 + GAIN * above / mean.clamp_min(1e-9))


class Composition:
    """Elements of the net, in order, and how a composition becomes a vector."""

    def __init__(self, elements: list[str]):
        """elements: all with lines, as plasma_train.Simulator has them."""
        self.every = list(elements)
        self.decided = [e for e in elements if e not in NOT_DECIDED]
        self.elements = [*self.decided, *WEAK]
        self._take = np.array([self.every.index(e) for e in self.elements])

    def amounts(self, fractions: list[dict[str, float]]) -> np.ndarray:
        return np.array([[f.get(e, 0.0) for e in self.every] for f in fractions])

    def relative(self, amounts: np.ndarray) -> np.ndarray:
        """[n, all] mass fractions -> [n, E]: relative to the sum of the decided elements; O and C as they are."""
        got = amounts[:, self._take].copy()
        total = got[:, :len(self.decided)].sum(axis=1, keepdims=True)
        got[:, :len(self.decided)] /= np.maximum(total, 0.01)
        return got

    def log10(self, amounts: np.ndarray) -> np.ndarray:
        return np.log10(np.clip(self.relative(amounts), FLOOR, 1.0))

    def features(self, amounts: np.ndarray) -> np.ndarray:
        """[n, all] -> [n, E * knots]: weights of linear interpolation between the knots."""
        z = self.log10(amounts)
        i = np.clip(np.searchsorted(KNOTS, z, "right") - 1, 0, len(KNOTS) - 2)
        w = (z - KNOTS[i]) / (KNOTS[i + 1] - KNOTS[i])
        out = np.zeros((*z.shape, len(KNOTS)), np.float32)
        np.put_along_axis(out, i[..., None], (1 - w)[..., None], axis=2)
        np.put_along_axis(out, i[..., None] + 1, w[..., None], axis=2)
        return out.reshape(len(z), -1)


class Net(nn.Module):
    """value, mask [B, 3501] -> z, sigma, presence [B, E decided], per_knot [B, E * knots]."""

    def __init__(self, elements: int, decided: int):
        super().__init__()
        self.decided = decided
        blocks = -(-GRID.count // MASK_BLOCK)
        self.standard = nn.BatchNorm1d(GRID.count, affine=False)
        self.lines = nn.Linear(GRID.count, WIDTH)
        self.coverage = nn.Linear(blocks, WIDTH)
        self.first = nn.BatchNorm1d(WIDTH)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.BatchNorm1d(WIDTH), nn.GELU()) for _ in range(DEPTH))
        self.knots = nn.Linear(WIDTH, elements * len(KNOTS))
        self.heads = nn.Linear(WIDTH, 3 * decided)
        nn.init.zeros_(self.knots.weight)
        nn.init.zeros_(self.knots.bias)

    def from_compressed(self, compressed: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
        x = self.standard(compressed) * mask
        blocks = self.coverage.in_features
        seen = nn.functional.pad(mask, (0, blocks * MASK_BLOCK - GRID.count)).reshape(-1, blocks, MASK_BLOCK).mean(2)
        h = nn.functional.gelu(self.first(self.lines(x) + self.coverage(seen)))
        for block in self.blocks:
            h = h + block(h)
        z, wide, presence = self.heads(h).split(self.decided, dim=1)
        per_knot = BOUND * torch.tanh(self.knots(h) / BOUND)
        return -2 + z, 0.03 + nn.functional.softplus(wide), presence, per_knot

    def forward(self, value: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return self.from_compressed(compressed(above_background(value, mask), mask), mask)


def class_evidence(per_knot: torch.Tensor, class_vectors: torch.Tensor) -> torch.Tensor:
    """[B, E * knots] x constant [C, E * knots] -> log-evidence [B, C], up to a constant of each spectrum."""
    return per_knot @ class_vectors.T


@dataclass
class Arrays:
    """The net as numbers: what ships. BatchNorms are folded into `scale`, `offset` and the linear layers."""

    scale: np.ndarray  # [cells]
    offset: np.ndarray  # [cells]
    lines: np.ndarray  # [cells, width]
    coverage: np.ndarray  # [blocks, width]
    bias: np.ndarray  # [width]
    layers: list[tuple[np.ndarray, np.ndarray]]  # [width, width], [width]
    knots: tuple[np.ndarray, np.ndarray]
    heads: tuple[np.ndarray, np.ndarray]


def arrays(net: Net) -> Arrays:
    """Weights in float16 where they are matrices."""
    def fold(norm: nn.BatchNorm1d) -> tuple[np.ndarray, np.ndarray]:
        scale = 1 / torch.sqrt(norm.running_var + norm.eps) * (1 if norm.weight is None else norm.weight)
        offset = (0 if norm.bias is None else norm.bias) - norm.running_mean * scale
        return scale.detach().numpy(), offset.detach().numpy()

    def linear(layer: nn.Linear, norm: nn.BatchNorm1d | None = None) -> tuple[np.ndarray, np.ndarray]:
        w, b = layer.weight.detach().numpy().T, layer.bias.detach().numpy()
        if norm is not None:
            scale, offset = fold(norm)
            w, b = w * scale, b * scale + offset
        return w.astype(np.float16), b.astype(np.float32)

    scale, offset = fold(net.standard)
    lines, _ = linear(net.lines, net.first)
    cover, _ = linear(net.coverage, net.first)
    gain, move = fold(net.first)
    bias = (net.lines.bias + net.coverage.bias).detach().numpy() * gain + move
    return Arrays(scale, offset, lines, cover, bias, [linear(b[0], b[1]) for b in net.blocks], linear(net.knots),
                  linear(net.heads))


def graph(g: Graph, value: str, mask: str, a: Arrays) -> tuple[str, str, str, str]:
    """Adds the net to an ONNX graph; names of z, sigma, presence [B, decided] and per_knot [B, E * knots]."""
    def half(w: np.ndarray) -> str:
        return g.op("Cast", g.const(w, np.float16), to=1)

    def linear(x: str, layer: tuple[np.ndarray, np.ndarray]) -> str:
        return g.add(g.op("MatMul", x, half(layer[0])), g.const(layer[1]))

    def gelu(x: str) -> str:
        return g.mul(g.mul(x, 0.5), g.add(g.op("Erf", g.mul(x, float(np.sqrt(0.5)))), 1.0))

    above = above_background_onnx(g, value, mask, GRID.count, CLIP_CELLS, 0.0)
    mean = g.div(g.reduce("Sum", above), g.maximum(g.reduce("Sum", mask), 1.0))
    x = g.op("Log", g.add(g.mul(g.div(above, g.maximum(mean, 1e-9)), GAIN), 1.0))
    x = g.mul(g.add(g.mul(x, g.const(a.scale)), g.const(a.offset)), mask)
    blocks = len(a.coverage)
    padded = g.op("Pad", mask, g.ints(0, 0, 0, blocks * MASK_BLOCK - GRID.count), g.const(np.float32(0)), mode="constant")
    seen = g.reduce("Mean", g.op("Reshape", padded, g.ints(-1, blocks, MASK_BLOCK)), axis=2, keep=False)
    h = gelu(g.add(g.add(g.op("MatMul", x, half(a.lines)), g.op("MatMul", seen, half(a.coverage))), g.const(a.bias)))
    for layer in a.layers:
        h = g.add(h, gelu(linear(h, layer)))
    heads = linear(h, a.heads)
    decided = len(a.heads[1]) // 3
    part = [g.op("Slice", heads, g.ints(i * decided), g.ints((i + 1) * decided), g.ints(1)) for i in range(3)]
    per_knot = g.mul(g.op("Tanh", g.div(linear(h, a.knots), BOUND)), BOUND)
    return g.sub(part[0], 2.0), g.add(g.op("Softplus", part[1]), 0.03), part[2], per_knot


def export(net: Net, path: Path, class_vectors: np.ndarray | None = None) -> None:
    """Writes the net by itself: value, mask -> z, sigma, presence and per_knot, or evidence where vectors are given."""
    g = Graph()
    z, sigma, presence, per_knot = graph(g, g.input("value", GRID.count), g.input("mask", GRID.count), arrays(net))
    for name, what in (("z", z), ("sigma", sigma), ("presence", presence)):
        g.output(what, name, ["B", net.decided])
    if class_vectors is None:
        g.output(per_knot, "per_knot", ["B", net.knots.out_features])
    else:
        g.output(g.dot(per_knot, g.op("Cast", g.const(class_vectors, np.float16), to=1)), "evidence", ["B", len(class_vectors)])
    path.write_bytes(g.model().SerializeToString())


SPECTRA, EPOCHS, BATCH = 100_000, 12, 384
RATE, DECAY = 2e-3, 0.02
RIVALS = 800  # classes drawn against each batch
CLASS_DRAWS = 12  # specimens whose mean is a mineral's vector in training
ELEMENT_WEIGHT, PRESENCE_WEIGHT = 0.3, 0.3


DISTURBED = 0.6  # share of the training spectra that pass through `disturbed`


def disturbed(inputs: torch.Tensor, mask: torch.Tensor, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Net inputs [B, cells] as a worse instrument gives them: axis off by up to some tenths of a nm, an uneven response.

    The pure elements of Aalto (used for axes and line shapes only) lie 0.1-0.3 nm too high, see nothing below 235 nm,
    and step fivefold at 460 nm.
    """
    count, cells = inputs.shape

    def draw(spread: np.ndarray | float, *shape: int) -> torch.Tensor:
        return torch.from_numpy((rng.standard_normal((count, *shape), dtype=np.float32) * spread).astype(np.float32))

    def sometimes(share: float) -> torch.Tensor:
        return torch.from_numpy((rng.random((count, 1)) < share).astype(np.float32))

    def between(low: float, high: float) -> torch.Tensor:
        return torch.from_numpy(rng.uniform(low, high, (count, 1)).astype(np.float32))

    at = torch.arange(cells, dtype=torch.float32)[None]
    knots = draw(np.abs(rng.normal(0, 0.5, (count, 1))), 12)
    gain = nn.functional.interpolate(knots[:, None], cells, mode="linear", align_corners=True)[:, 0]
    blocks = -(-cells // 8)
    odd = draw(0.12, blocks) + draw(0.8, blocks) * torch.from_numpy(rng.random((count, blocks), dtype=np.float32) < 0.04)
    gain += odd.repeat_interleave(8, dim=1)[:, :cells]
    gain += (at > between(500, 2600)) * (sometimes(0.5) * draw(0.8, 1))
    gain -= sometimes(0.3) * torch.relu(between(50, 350) - at) / between(20, 80)
    gain -= sometimes(0.3) * torch.relu(at - between(2600, 3400)) / between(150, 600)
    above = (torch.exp(inputs) - 1) * torch.exp(gain.clamp(-12, 4))
    place = at + draw(0.7, 1) + draw(0.25, 1) * (at / cells - 0.5)
    left = place.floor().clamp(0, cells - 2).long()
    part = place - left
    inside = (part >= 0) & (part <= 1)
    mask = mask.gather(1, left) * mask.gather(1, left + 1) * inside
    above = (above.gather(1, left) * (1 - part) + above.gather(1, left + 1) * part) * mask
    return compressed(above, mask), mask


@dataclass
class Simulated:
    """Net inputs (float16) and their mask (uint8) [n, cells], specimens' amounts [n, all], mineral [n]."""

    compressed: np.ndarray
    mask: np.ndarray
    amounts: np.ndarray
    truth: np.ndarray


def formulas(data: Path, elements: list[str]) -> tuple[list[str], np.ndarray]:
    """(names, amounts [minerals, all elements with lines]) of the IMA minerals whose formula is known."""
    known = {n: r["fractions"] for n, r in minerals(data).items() if r["fractions"]}
    return list(known), np.array([[f.get(e, 0.0) for e in elements] for f in known.values()])


def simulated(data: Path, count: int, seed: int) -> Simulated:
    """Training spectra, each of a random mineral; made once (1-2 ms each), then from the cache."""
    code = b"".join(Path(m.__file__).read_bytes() for m in (plasma_train, solid, plasma))
    key = hashlib.sha256(code + f"{count} {seed} {CLIP_CELLS} {GAIN}".encode()).hexdigest()[:12]
    stem = CACHE / f"libs-simulated-{key}"
    files = {n: stem.with_name(f"{stem.name}-{n}.npy") for n in ("compressed", "mask", "amounts", "truth")}
    if not files["truth"].exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        world = plasma_train.Simulator(data)
        _, amounts = formulas(data, world.elements)
        nature = solid.Solution(world.elements, world.weight)
        rng = np.random.default_rng(seed)
        inputs = np.lib.format.open_memmap(files["compressed"], "w+", np.float16, (count, GRID.count))
        mask = np.lib.format.open_memmap(files["mask"], "w+", np.uint8, (count, GRID.count))
        truth = rng.integers(len(amounts), size=count)
        specimens = np.empty((count, len(world.elements)), np.float32)
        for i in range(0, count, 128):
            part = slice(i, min(i + 128, count))
            specimens[part] = nature.draw(amounts[truth[part]], rng)
            v, m = world.spectra(specimens[part], rng)
            tensors = torch.from_numpy(v), torch.from_numpy(m)
            inputs[part] = compressed(above_background(*tensors), tensors[1]).numpy()
            mask[part] = m
        np.save(files["amounts"], specimens)
        np.save(files["truth"], truth)
    return Simulated(*(np.load(files[n]) for n in ("compressed", "mask", "amounts", "truth")))


def vectors(composition: Composition, nature: solid.Solution, specimens: list[np.ndarray], seed: int) -> np.ndarray:
    """Class vectors [C, E * knots] float32: mean over specimens [k, all] of each class, each drawn CLASS_DRAWS times."""
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(len(specimens)), [len(s) for s in specimens])
    amounts = np.concatenate(specimens)
    total = sum(composition.features(nature.draw(amounts.copy(), rng)) for _ in range(CLASS_DRAWS)) / CLASS_DRAWS
    out = np.zeros((len(specimens), total.shape[1]), np.float32)
    np.add.at(out, owner, total)
    return out / np.bincount(owner)[:, None].astype(np.float32)


def train(data: Path, held_out: set[str] = frozenset(), seed: int = 0, spectra: int = SPECTRA, epochs: int = EPOCHS,
          start: Net | None = None, rate: float = RATE, log=print) -> Net:
    """The net, from scratch or from `start`. No specimen takes part, only formulas, so `held_out` changes nothing and one net serves every deal."""
    torch.manual_seed(seed)
    world = plasma_train.Simulator(data)
    composition = Composition(world.elements)
    nature = solid.Solution(world.elements, world.weight)
    _, amounts = formulas(data, world.elements)
    table = torch.from_numpy(vectors(composition, nature, list(amounts[:, None]), seed))
    s = simulated(data, spectra, seed)
    target = torch.from_numpy(composition.log10(s.amounts)[:, :len(composition.decided)]).float()
    truth = torch.from_numpy(s.truth)
    net = start or Net(len(composition.elements), len(composition.decided))
    decay = [p for p in net.parameters() if p.ndim > 1]
    rest = [p for p in net.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW([{"params": decay, "weight_decay": DECAY}, {"params": rest, "weight_decay": 0}], lr=rate)
    steps = epochs * (spectra // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.1)
    rng = np.random.default_rng(seed)
    for epoch in range(epochs):
        net.train()
        sums, count = np.zeros(3), 0
        order = rng.permutation(spectra)
        for i in range(0, spectra - BATCH + 1, BATCH):
            take = np.sort(order[i:i + BATCH])
            inputs = torch.from_numpy(s.compressed[take].astype(np.float32))
            mask = torch.from_numpy(s.mask[take].astype(np.float32))
            worse = torch.from_numpy(np.flatnonzero(rng.random(len(take)) < DISTURBED))
            inputs[worse], mask[worse] = disturbed(inputs[worse], mask[worse], rng)
            z, sigma, presence, per_knot = net.from_compressed(inputs, mask)
            want = target[take]
            # the batch's minerals and others at random, these weighed up to stand for all that were not drawn
            own, place = truth[take].unique(return_inverse=True)
            drawn = torch.from_numpy(rng.choice(len(table), RIVALS, replace=False))
            drawn = drawn[~torch.isin(drawn, own)]
            logits = class_evidence(per_knot, table[torch.cat([own, drawn])])
            logits[:, len(own):] += np.log((len(table) - len(own)) / len(drawn))
            rank = nn.functional.cross_entropy(logits, place)
            there = torch.where(want > np.log10(3e-3), 1.0, 0.03)
            fit = (there * (0.5 * ((z - want) / sigma) ** 2 + sigma.log())).sum(1).mean() / 8
            sure = ((want >= np.log10(PRESENT)) | (want <= np.log10(ABSENT))).float()
            yes = (want >= np.log10(PRESENT)).float()
            said = (sure * nn.functional.binary_cross_entropy_with_logits(presence, yes, reduction="none")).sum(1).mean()
            loss = rank + ELEMENT_WEIGHT * fit + PRESENCE_WEIGHT * said
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            sums += [float(rank), float(fit), float(said)]
            count += 1
        log(f"libs net, epoch {epoch + 1}/{epochs}: evidence {sums[0] / count:.3f}, elements {sums[1] / count:.3f}, "
            f"presence {sums[2] / count:.3f}", flush=True)
    return net.eval()
