"""The net that names minerals from VNIR reflectance: training, export, and its place beside the training-free matcher.

    python -m lithoscope_models.nets.vnir --seed 10 11      # figures of these seeds (models/figures/vnir.json: 0 1 2 3)

Most minerals have one or two training specimens, each from one laboratory. What a spectrum of one mineral does between
specimens and laboratories is therefore learned from all minerals together: features that hardly change with illumination
are projected onto the directions that tell minerals apart (linear discriminants over strongly augmented spectra,
vnir_augment.py), and small perceptrons with cosine classifiers, whose scores are averaged, do the rest. One more of them
is trained on areal mixtures and gives each mineral's share of the area.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from scipy.linalg import eigh
from scipy.optimize import minimize
from scipy.special import logsumexp
from torch import nn
from torch.nn import functional as F

from .. import vnir
from ..dataset import CACHE, Table, minerals, table, usable
from ..graph import gaussian
from ..package import run
from ..protocol import REPORTED_SEEDS, Deal, counted, deal, group_of
from .export import exported
from .vnir_augment import Spectra, augment, toeplitz

CELLS = 216  # of 10 nm: pairs of the grid's cells
SLOPE_CELLS = (0.9, 2.0, 5.0)  # sigma 9, 20 and 50 nm
CONTINUUM_CELLS = 31  # 310 nm, as vnir.CONTINUUM_CELLS
CHANNELS = 5  # three slopes, shape, depth
COARSE = 8  # the mask is seen in cells of 80 nm
INPUTS = CHANNELS * CELLS + CELLS // COARSE + 1
DISCRIMINANTS = 200
SHRINK = 0.1  # of the covariance within minerals towards its diagonal
POOL = 640  # batches of augmented spectra that all steps draw from: 32 of each training spectrum
FITTED = 200  # batches that the discriminants are fitted on
PROJECTED = 2  # members on discriminants
DIRECT = 2  # members on the features themselves: they fail on other spectra (+1.5 points together, seeds 10 and 11)
HIDDEN = 256
WIDTH = 128
SHARPNESS = 16.0  # cosine times this is a logit
STEPS = 1500
BATCH = 128
RATE = {True: 3e-3, False: 2e-3}  # on discriminants, on features
DECAY = 0.03
SMOOTH = 0.05  # of the label, to all classes
SMOOTH_GROUP = 0.1  # to the mineral's structural group
PAIRS_PER_MINERAL = 40

RECIPE = 2  # raised when the network or its training changes: names the cache

Goal = Callable[[torch.Tensor], torch.Tensor]


class Features(nn.Module):
    """Reflectance and mask [B, 431] -> [B, INPUTS], none of which changes with a gain but the mean of log reflectance."""

    def __init__(self) -> None:
        super().__init__()
        for i, sigma in enumerate(SLOPE_CELLS):
            for name, order in (("mean", 0), ("slope", 1)):
                kernel = gaussian(sigma, order)
                self.register_buffer(f"{name}{i}", torch.from_numpy(kernel).view(1, 1, -1), persistent=False)
                self.register_buffer(f"{name}{i}_matrix", toeplitz(kernel, CELLS), persistent=False)

    def _smooth(self, x: torch.Tensor, name: str) -> torch.Tensor:
        if torch.onnx.is_in_onnx_export():  # the same numbers; a kernel is smaller in the file, a matrix faster here
            kernel = getattr(self, name)
            return F.conv1d(x.unsqueeze(1), kernel, padding=kernel.shape[2] // 2).squeeze(1)
        return x @ getattr(self, f"{name}_matrix")

    def forward(self, value: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        log = torch.log(torch.clamp(value, min=vnir.DARKEST)) * mask
        halves = F.pad(torch.stack([log, mask], 1), (0, 1))
        log, covered = F.avg_pool1d(halves, 2).unbind(1)
        m = (covered > 0.2).float()
        log = log / torch.clamp(covered, min=0.25) * m
        n = torch.clamp(m.sum(1, keepdim=True), min=1.0)
        level = log.sum(1, keepdim=True) / n
        shape = (log - level) * m
        out = []
        for i in range(len(SLOPE_CELLS)):
            local = self._smooth(shape, f"mean{i}") / (self._smooth(m, f"mean{i}") + 1e-6)
            slope = (self._smooth(shape, f"slope{i}") - local * self._smooth(m, f"slope{i}")) * m
            out.append(slope / torch.sqrt((slope * slope).sum(1, keepdim=True) / n + 2e-7))
        far = 1e4
        half = CONTINUUM_CELLS // 2
        top = torch.where(m > 0.5, shape, torch.full_like(shape, -far)).unsqueeze(1)
        top = F.max_pool1d(top, CONTINUUM_CELLS, 1, half)
        top = torch.where(top < -far / 2, torch.full_like(top, far), top)
        continuum = -F.max_pool1d(-top, CONTINUUM_CELLS, 1, half).squeeze(1)
        depth = torch.clamp(shape - continuum, max=0.0) * m
        coarse = F.avg_pool1d(m.unsqueeze(1), COARSE).squeeze(1)
        return torch.cat([*out, shape, 4 * depth, coarse, 0.5 * torch.clamp(level, -4.0, 0.5)], 1)


class Member(nn.Module):
    """One perceptron with a cosine classifier, on discriminants (then with a linear part beside it) or on features;
    x [B, inputs] -> (cosine [B, K], embedding of length 1 [B, WIDTH])."""

    def __init__(self, classes: int, projected: bool) -> None:
        super().__init__()
        self.projected = projected
        inputs = DISCRIMINANTS if projected else INPUTS
        self.drop = nn.Dropout(0.1)
        self.bent = nn.Sequential(nn.Linear(inputs, HIDDEN, bias=False), nn.BatchNorm1d(HIDDEN), nn.ReLU(),
                                  nn.Dropout(0.3), nn.Linear(HIDDEN, WIDTH, bias=False))
        self.straight = nn.Linear(inputs, WIDTH, bias=False) if projected else None
        self.norm = nn.BatchNorm1d(WIDTH)
        self.weight = nn.Parameter(torch.randn(classes, WIDTH))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = self.drop(x)
        h = self.bent(x) if self.straight is None else self.bent(x) + self.straight(x)
        embedding = F.normalize(self.norm(h), dim=1)
        return embedding @ F.normalize(self.weight, dim=1).T, embedding


class Net(nn.Module):
    """(value, mask) [B, 431] as resample.py gives them -> (logits [B, K], embedding [B, members * WIDTH])."""

    def __init__(self, classes: list[str]) -> None:
        super().__init__()
        self.classes = classes
        self.features = Features()
        self.register_buffer("centre", torch.zeros(INPUTS))
        self.register_buffer("project", torch.zeros(INPUTS, DISCRIMINANTS))
        kinds = [True] * PROJECTED + [False] * DIRECT
        self.members = nn.ModuleList(Member(len(classes), projected) for projected in kinds)
        self.mixed = Member(len(classes), True)

    def inputs(self, value: torch.Tensor, mask: torch.Tensor) -> dict[bool, torch.Tensor]:
        """What members on discriminants (True) and on features (False) see."""
        direct = self.features(value, mask) - self.centre
        return {True: direct @ self.project, False: direct}

    def forward(self, value: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = self.inputs(value, mask)
        parts = [member(x[member.projected]) for member in self.members]
        score = sum(score for score, _ in parts) * (SHARPNESS / len(parts))
        return score, torch.cat([embedding for _, embedding in parts], 1) / math.sqrt(len(parts))

    def shares(self, value: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Share of the area of each class [B, K], sum 1, for an areal mixture of two minerals."""
        return torch.softmax(SHARPNESS * self.mixed(self.inputs(value, mask)[True])[0], 1)


def vnir_table(data: Path) -> Table:
    return table(data, "vnir", vnir.GRID)


def trainable(rows: list[dict], held: Deal, removed: set[str]) -> np.ndarray:
    """Labelled rows that training may see: no specimen of test or calibration, no removed mineral."""
    return np.array([counted(r) and r["specimen"] not in held.held_out and r["mineral"] not in removed for r in rows])


def training_spectra(t: Table, held: Deal, removed: set[str], seed: int) -> tuple[Spectra, list[str]]:
    """Training spectra and their classes; a mineral is drawn by the square root of its number of specimens."""
    keep = np.flatnonzero(trainable(t.rows, held, removed))
    name, specimen = t.column("mineral")[keep], t.column("specimen")[keep]
    classes = sorted({str(n) for n in name})
    label = np.searchsorted(classes, name)
    specimens, spectra = defaultdict(set), defaultdict(int)
    for c, s in zip(label, specimen):
        specimens[c].add(s)
        spectra[c, s] += 1
    chance = [1 / math.sqrt(len(specimens[c])) / spectra[c, s] for c, s in zip(label, specimen)]
    rng = np.random.default_rng(seed)
    members = [np.flatnonzero(label == c) for c in range(len(classes))]
    pairs = [rng.choice(m, 2, replace=False) for m in members if len(m) > 1
             for _ in range(min(PAIRS_PER_MINERAL, 6 * len(m)))]
    most = max(map(len, members))
    # Unlabelled spectra may only be mixed in; a specimen of test or calibration is not among them.
    other = np.array([not counted(r) and r["specimen"] not in held.held_out and r["mineral"] not in removed
                      for r in t.rows]) & (t.mask.sum(1) > 300)
    other = np.concatenate([keep, np.flatnonzero(other)])
    found = Spectra(
        value=torch.from_numpy(t.values[keep]), mask=torch.from_numpy(t.mask[keep]), label=torch.from_numpy(label),
        chance=torch.tensor(chance, dtype=torch.float64), pairs=torch.from_numpy(np.array(pairs)),
        members=torch.from_numpy(np.stack([np.resize(m, most) for m in members])),
        count=torch.tensor([len(m) for m in members]),
        other_value=torch.from_numpy(t.values[other]), other_mask=torch.from_numpy(t.mask[other]))
    return found, classes


def targets(data: Path, classes: list[str]) -> torch.Tensor:
    """Smoothed labels [K, K]: a little for every class, more for those of the structural group."""
    known = minerals(data)
    group = np.array([group_of(known[c]) if c in known else c for c in classes])
    same = torch.from_numpy((group[:, None] == group).astype(np.float32))
    k = len(classes)
    return (1 - SMOOTH - SMOOTH_GROUP) * torch.eye(k) + SMOOTH / k + SMOOTH_GROUP * same / same.sum(1, keepdim=True)


def _discriminants(x: torch.Tensor, label: torch.Tensor, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Centre [INPUTS] and projection [INPUTS, DISCRIMINANTS] to unit variance, best separated directions first."""
    x, label = x.numpy(), label.numpy()
    centre, count = x.mean(0), np.bincount(label, minlength=classes)
    total = np.zeros((classes, x.shape[1]), np.float32)
    np.add.at(total, label, x)
    mean = total / np.maximum(count, 1)[:, None]
    within = np.cov((x - mean[label]).T)
    within = (1 - SHRINK) * within + SHRINK * np.diag(np.diag(within)) + 1e-4 * np.trace(within) / INPUTS * np.eye(INPUTS)
    ratio, vectors = eigh(np.cov(mean[count > 0].T), within, subset_by_index=[INPUTS - DISCRIMINANTS, INPUTS - 1])
    return centre, (vectors / np.sqrt(1 + np.maximum(ratio, 0)))[:, ::-1].astype(np.float32)


def _fit(member: Member, x: torch.Tensor, goal: Goal, steps: int, g: torch.Generator) -> None:
    """Descend on draws from x; goal(rows) is the wanted distribution over the classes."""
    rate = RATE[member.projected]
    optimiser = torch.optim.AdamW(member.parameters(), lr=rate, weight_decay=DECAY)
    member.train()
    for step in range(steps):
        for part in optimiser.param_groups:
            part["lr"] = rate * min(1, (step + 1) / 100) * (0.5 * (1 + math.cos(math.pi * step / steps)) + 0.005)
        rows = torch.randint(len(x), (BATCH,), generator=g)
        loss = -(goal(rows) * F.log_softmax(SHARPNESS * member(x[rows])[0], 1)).sum(1).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


def train(data: Path, held: Deal, removed: set[str] = frozenset(), seed: int = 0, steps: int = STEPS) -> Net:
    """Train on all training specimens for a fixed number of steps; deterministic on one thread.

    held: what may not be seen (an empty Deal for the shipped package); removed: minerals left out altogether.
    """
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    d, classes = training_spectra(vnir_table(data), held, removed, seed)
    torch.manual_seed(seed)
    g = torch.Generator().manual_seed(seed)
    net = Net(classes)
    with torch.no_grad():
        rows = torch.multinomial(d.chance, POOL * BATCH, True, generator=g)
        raw = torch.cat([net.features(*augment(d, r, g)) for r in rows.split(BATCH)])
        centre, project = _discriminants(raw[:FITTED * BATCH], d.label[rows[:FITTED * BATCH]], len(classes))
        net.centre.copy_(torch.from_numpy(centre))
        net.project.copy_(torch.from_numpy(project))
        raw -= net.centre
        single = {True: raw @ net.project, False: raw}
        first, second, share, value, mask = mixtures(d, POOL * BATCH // 2, g)
        mixed = torch.cat([net.inputs(v, m)[True] for v, m in zip(value.split(BATCH), mask.split(BATCH))])
    label, smooth = d.label[rows], targets(data, classes)
    one = torch.eye(len(classes))
    for member in net.members:
        _fit(member, single[member.projected], lambda i: smooth[label[i]], steps, g)
    _fit(net.mixed, mixed, lambda i: share[i, None] * one[first[i]] + (1 - share[i, None]) * one[second[i]], steps, g)
    return net.eval()


def mixtures(d: Spectra, count: int, g: torch.Generator):
    """Areal mixtures of two training spectra of different minerals: classes of both, share of the first
    (0.2-0.8), value and mask [count, 431]. Each spectrum is augmented by itself."""
    rows = torch.multinomial(d.chance, 2 * count, True, generator=g).view(2, count)
    rows = rows[:, d.label[rows[0]] != d.label[rows[1]]]
    share = 0.2 + 0.6 * torch.rand(rows.shape[1], generator=g)
    value, mask = [], []
    for a, b, f in zip(rows[0].split(BATCH), rows[1].split(BATCH), share.split(BATCH)):
        (va, ma), (vb, mb) = augment(d, a, g, pure=True), augment(d, b, g, pure=True)
        value.append((f[:, None] * va + (1 - f[:, None]) * vb) * ma * mb)
        mask.append(ma * mb)
    value, mask = torch.cat(value), torch.cat(mask)
    wide = mask.sum(1) > 150
    return d.label[rows[0]][wide], d.label[rows[1]][wide], share[wide], value[wide], mask[wide]


def predict(net: Net, values: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(logits, embedding) of spectra on the grid."""
    with torch.no_grad():
        parts = [net(torch.from_numpy(values[i:i + 256]), torch.from_numpy(mask[i:i + 256]))
                 for i in range(0, len(values), 256)]
    return tuple(torch.cat(p).numpy() for p in zip(*parts))


class _Exported(nn.Module):
    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net

    def forward(self, value: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return (*self.net(value, mask), self.net.shares(value, mask))


def to_onnx(net: Net) -> onnx.ModelProto:
    """value, mask [B, 431] -> score [B, K], embedding [B, D], share [B, K]."""
    return exported(_Exported(net), {"value": vnir.GRID.count, "mask": vnir.GRID.count})


@dataclass
class Part:
    """Spots of test or calibration: the net's logits, the matcher's similarity (NaN where a class has no reference that
    may ship; `anywhere`: references of all training specimens, for the baseline), both [n, K], and the truth [n]."""

    score: np.ndarray
    similarity: np.ndarray
    anywhere: np.ndarray
    truth: np.ndarray
    ids: list[str]


@dataclass
class Scores:
    classes: list[str]
    test: Part
    calibration: Part


def role(rows: list[dict], specimens: dict[str, str]) -> np.ndarray:
    """Rows of the given specimens (mineral -> specimen) that the protocol counts."""
    return np.array([counted(r) and specimens.get(r["mineral"]) == r["specimen"] for r in rows])


def may_ship(t: Table) -> np.ndarray:
    """Spectra whose vectors may be references of the training-free matcher (package.training_table)."""
    return np.array([usable(r) for r in t.rows]) & (t.mask.sum(1) * vnir.GRID.step >= vnir.LEAST_NM)


def similarities(query: Table, refs: Table, classes: list[str]) -> np.ndarray:
    """Best training-free similarity of each class [n, K]; NaN where it has no reference."""
    arrays = vnir.references(run, refs)
    s = run(lambda g, v, m: vnir.similarity(g, v, m, arrays), query.values, query.mask)
    out = np.full((len(query), len(classes)), np.nan, np.float32)
    owner = refs.column("mineral")
    for k, c in enumerate(classes):
        if (owner == c).any():
            out[:, k] = s[:, owner == c].max(1)
    return out


def scores(data: Path, held: Deal, net: Net, removed: set[str] = frozenset()) -> Scores:
    """Net and matcher on the spectra of test and calibration specimens; nothing is fitted here."""
    t = vnir_table(data)
    free = trainable(t.rows, held, removed)
    number = {c: i for i, c in enumerate(net.classes)}
    parts = []
    for specimens in (held.test, held.calibration):
        query = t.take(role(t.rows, specimens) & np.isin(t.column("mineral"), net.classes))
        parts.append(Part(
            predict(net, query.values, query.mask)[0], similarities(query, t.take(free & may_ship(t)), net.classes),
            similarities(query, t.take(free), net.classes),
            np.array([number[m] for m in query.column("mineral")]), [r["id"] for r in query.rows]))
    return Scores(net.classes, *parts)


def trained(data: Path, seed: int) -> tuple[Deal, Net]:
    """The deal of a seed and its net, trained once and then cached by the source of this room."""
    held = deal(vnir_table(data).rows, "vnir", seed)
    here = Path(__file__)
    key = hashlib.sha256(here.read_bytes() + here.with_name("vnir_augment.py").read_bytes()).hexdigest()[:10]
    file = CACHE / f"net-vnir-{seed}-{key}.pt"
    if not file.exists():
        net = train(data, held, seed=seed)
        torch.save({"classes": net.classes, "state": net.state_dict()}, file)
    kept = torch.load(file, weights_only=False)
    net = Net(kept["classes"])
    net.load_state_dict(kept["state"])
    return held, net.eval()


def combine(part: Part, weights: np.ndarray) -> np.ndarray:
    """Logits of net and matcher together [n, K]; weights: of the net's logits, of similarity, and the similarity that
    a class without reference is taken to have."""
    net, match, absent = weights
    return net * part.score + match * np.where(np.isnan(part.similarity), absent, part.similarity)


def fit_weights(part: Part) -> np.ndarray:
    """Weights of `combine` by conditional logit on calibration spots, each mineral weighing the same."""
    weight = 1 / np.bincount(part.truth)[part.truth]

    def cost(w: np.ndarray) -> float:
        z = combine(part, w)
        return float(np.average(logsumexp(z, 1) - z[np.arange(len(z)), part.truth], weights=weight))

    return minimize(cost, np.array([0.7, 3.0, 0.5]), method="Nelder-Mead", options={"maxiter": 300}).x


def figures(z: np.ndarray, truth: np.ndarray, classes: list[str], group: dict[str, str]) -> dict[str, float]:
    """Shares by spectrum and by mineral; a class with NaN cannot be named."""
    z = np.where(np.isnan(z), -np.inf, z)
    own = z[np.arange(len(z)), truth][:, None]
    rank = np.where(np.isfinite(own[:, 0]), (z > own).sum(1), len(classes))
    weight = 1 / np.bincount(truth)[truth]
    first = z.argmax(1)
    groups = np.array([group[c] for c in classes])
    f1 = [2 * ((first == k) & (truth == k)).sum() / ((first == k).sum() + (truth == k).sum()) for k in set(truth)]
    out = {f"top{k}": np.mean(rank < k) for k in (1, 3, 5)}
    out |= {f"mineralTop{k}": np.average(rank < k, weights=weight) for k in (1, 3, 5)}
    out |= {"macroF1": np.mean(f1), "groupTop1": np.mean(groups[first] == groups[truth])}
    return {k: round(float(v), 4) for k, v in out.items()}


def report(data: Path, seed: int) -> dict:
    held, net = trained(data, seed)
    s = scores(data, held, net)
    known = minerals(data)
    group = {c: group_of(known[c]) if c in known else c for c in s.classes}
    weights = fit_weights(s.calibration)
    rows = {"net": s.test.score, "net + matcher": combine(s.test, weights), "matcher, references that ship":
            s.test.similarity, "matcher, references of all sources": s.test.anywhere}
    return {"seed": seed, "spectra": len(s.test.truth), "minerals": len(set(s.test.truth)), "candidates": len(s.classes),
            "weights": [round(float(w), 3) for w in weights],
            **{name: figures(z, s.test.truth, s.classes, group) for name, z in rows.items()}}


def main() -> None:
    here = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=here.parents[1] / "shared" / "data")
    parser.add_argument("--seed", type=int, nargs="+", default=list(REPORTED_SEEDS))
    parser.add_argument("--out", type=Path, default=None, help="file of the figures")
    args = parser.parse_args()
    seeds = []
    for seed in args.seed:
        seeds.append(report(args.data, seed))
        print(json.dumps(seeds[-1]), flush=True)
    names = [n for n, v in seeds[0].items() if isinstance(v, dict)]
    mean = {n: {k: round(float(np.mean([s[n][k] for s in seeds])), 4) for k in seeds[0][n]} for n in names}
    print(json.dumps(mean, indent=1))
    if args.out:
        args.out.parent.mkdir(exist_ok=True)
        args.out.write_text(json.dumps({"mean": mean, "seeds": seeds}, indent=1) + "\n")


if __name__ == "__main__":
    main()
