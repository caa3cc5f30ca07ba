"""Two minerals side by side in the field of view (areal mixing): which two, and how much of each.

    python -m lithoscope_models.nets.vnir_mixture --seed 10 11

The net's head `shares` gives each class a share of the area. Its first CANDIDATES are then looked at two by two: with
reference spectra p and q of the pair the measured reflectance is taken as x p + y q, x, y >= 0 (areal mixing is linear in
reflectance), fitted by least squares on slope and level. A pair's score is the log of both shares minus the misfit;
its fraction is the mean of x / (x + y) and of the head's. All of it is small enough to be repeated elsewhere: `pairs` below
is the whole of it, with two-by-two systems only.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d

from ..dataset import Table
from ..package import capped
from ..protocol import REPORTED_SEEDS
from .vnir import Net, may_ship, predict, role, trainable, trained, vnir_table

SPOTS = 400  # of a seed
LEAST_CELLS = 200  # 1000 nm that both spectra cover
CANDIDATES = 8
PROTOTYPES = 4  # spectra of a class, of different specimens as far as there are
SLOPE_CELLS = 3.0  # 15 nm
LEVEL = 0.02  # weight of reflectance beside its slope per cell
MISFIT = 2.0  # weight of the relative misfit beside the log of the shares; chosen on calibration specimens of seeds 10, 11


@dataclass
class Spots:
    value: np.ndarray
    mask: np.ndarray
    truth: np.ndarray  # [n, 2] classes
    share: np.ndarray  # of the first


def spots(t: Table, classes: list[str], seed: int) -> Spots:
    """SPOTS areal mixtures of two spectra of different minerals, 25-75 %; each mineral is as likely."""
    rng = np.random.default_rng([seed, 11])
    names = sorted(set(t.column("mineral")) & set(classes))
    rows = {n: np.flatnonzero(t.column("mineral") == n) for n in names}
    value, mask, truth, share = [], [], [], []
    while len(share) < SPOTS:
        a, b = rng.choice(names, 2, replace=False)
        i, j, f = rng.choice(rows[a]), rng.choice(rows[b]), rng.uniform(0.25, 0.75)
        both = t.mask[i] * t.mask[j]
        if both.sum() < LEAST_CELLS:
            continue
        value.append((f * t.values[i] + (1 - f) * t.values[j]) * both)
        mask.append(both)
        truth.append((classes.index(a), classes.index(b)))
        share.append(f)
    return Spots(np.array(value, np.float32), np.array(mask, np.float32), np.array(truth), np.array(share))


def linear_features(value: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Slope of reflectance (smoothed, gaps bridged by straight lines) and LEVEL times reflectance; linear in
    reflectance. [n, 431] -> [n, 862]; cells outside `mask` are to be left out of the fit."""
    x = np.arange(value.shape[1])
    filled = np.stack([np.interp(x, x[m > 0], v[m > 0]) for v, m in zip(value, mask)])
    return np.concatenate([gaussian_filter1d(filled, SLOPE_CELLS, axis=1, order=1), LEVEL * filled], 1)


def prototypes(t: Table, classes: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(features [P, 862], coverage [P, 862], class [P]) of at most PROTOTYPES spectra a class."""
    t = capped(t, PROTOTYPES)
    return linear_features(t.values, t.mask), np.tile(t.mask, 2), np.array([classes.index(m) for m in t.column("mineral")])


def fit_pair(y: np.ndarray, p: np.ndarray, q: np.ndarray) -> tuple[float, float]:
    """(relative misfit, share of p) of y = a p + b q with a, b >= 0 by least squares."""
    pp, qq, pq, py, qy = p @ p, q @ q, p @ q, p @ y, q @ y
    det = pp * qq - pq * pq
    a, b = ((py * qq - qy * pq) / det, (qy * pp - py * pq) / det) if det > 1e-9 * pp * qq else (py / pp, 0.0)
    if a <= 0 or b <= 0:  # on the border: the better of one alone
        a, b = (max(py / pp, 0.0), 0.0) if py * py / pp >= qy * qy / qq else (0.0, max(qy / qq, 0.0))
    r = y - a * p - b * q
    return float(np.sqrt(r @ r / max(y @ y, 1e-12))), float(a / (a + b)) if a + b > 0 else 0.5


def pairs(value: np.ndarray, mask: np.ndarray, share: np.ndarray, protos, weight: float = MISFIT):
    """Pairs of candidates of one spectrum, best first: [(score, class, class, share of the first of the two, misfit)]."""
    feature, covered, owner = protos
    y, seen = linear_features(value[None], mask[None])[0], np.tile(mask, 2)
    top = np.argsort(-share)[:CANDIDATES]
    found = []
    for n, a in enumerate(top):
        for b in top[n + 1:]:
            head = float(share[a] / (share[a] + share[b]))
            best = None
            for i in np.flatnonzero(owner == a):
                for j in np.flatnonzero(owner == b):
                    k = (seen * covered[i] * covered[j]) > 0
                    if k.sum() < LEAST_CELLS:
                        continue
                    got = fit_pair(y[k], feature[i][k], feature[j][k])
                    best = got if best is None or got[0] < best[0] else best
            prior = float(np.log(share[a] + 1e-6) + np.log(share[b] + 1e-6))
            misfit, fraction = best or (1.0, head)  # a class without a reference that may ship: the head alone
            found.append((prior - weight * misfit, int(a), int(b), (fraction + head) / 2, misfit))
    return sorted(found, reverse=True)


def alone(value: np.ndarray, mask: np.ndarray, share: np.ndarray, protos) -> float:
    """The least relative misfit that one of the candidates leaves by itself."""
    feature, covered, owner = protos
    y, seen = linear_features(value[None], mask[None])[0], np.tile(mask, 2)
    least = 1.0
    for i in np.flatnonzero(np.isin(owner, np.argsort(-share)[:CANDIDATES])):
        k = (seen * covered[i]) > 0
        if k.sum() >= LEAST_CELLS:
            p, q = feature[i][k], y[k]
            left = q @ q - max(p @ q, 0) ** 2 / max(p @ p, 1e-12)
            least = min(least, float(np.sqrt(max(left, 0) / max(q @ q, 1e-12))))
    return least


def three_names(ranked) -> list[int]:
    """First three names: the best pair, then the first further name of the next pairs."""
    names = []
    for _, a, b, *_ in ranked:
        names += [c for c in (a, b) if c not in names]
    return names[:3]


def head_shares(net: Net, s: Spots) -> np.ndarray:
    with torch.no_grad():
        return net.shares(torch.from_numpy(s.value), torch.from_numpy(s.mask)).numpy()


def evaluate(data: Path, seed: int, weight: float = MISFIT, part: str = "test") -> dict:
    held, net = trained(data, seed)
    t = vnir_table(data)
    s = spots(t.take(role(t.rows, getattr(held, part))), net.classes, seed)
    protos = prototypes(t.take(trainable(t.rows, held, set()) & may_ship(t) & np.isin(t.column("mineral"), net.classes)),
                        net.classes)
    share = head_shares(net, s)
    n, (a, b) = np.arange(SPOTS), s.truth.T
    single = np.argsort(-predict(net, s.value, s.mask)[0], 1)[:, :3]
    named = np.argsort(-share, 1)[:, :3]
    ranked = [pairs(v, m, p, protos, weight) for v, m, p in zip(s.value, s.mask, share)]
    refined = np.array([three_names(r) for r in ranked])

    def both(names: np.ndarray) -> np.ndarray:
        return (names == a[:, None]).any(1) & (names == b[:, None]).any(1)

    def either(names: np.ndarray) -> np.ndarray:
        return (names == a[:, None]).any(1) | (names == b[:, None]).any(1)

    head = share[n, a] / (share[n, a] + share[n, b])
    error = []
    for i, r in enumerate(ranked):
        if {r[0][1], r[0][2]} == {a[i], b[i]}:
            error.append(abs((r[0][3] if r[0][1] == a[i] else 1 - r[0][3]) - s.share[i]))
    return {"seed": seed, "spots": SPOTS, "netBothTop3": float(both(single).mean()),
            "headBothTop3": float(both(named).mean()), "bothTop3": float(both(refined).mean()),
            "eitherTop3": float(either(refined).mean()), "fractionMAEpairGiven": float(abs(head - s.share).mean()),
            "pairRight": len(error) / SPOTS, "fractionMAEpairRight": float(np.mean(error)) if error else None}


def main() -> None:
    here = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=here.parents[1] / "shared" / "data")
    parser.add_argument("--seed", type=int, nargs="+", default=list(REPORTED_SEEDS))
    parser.add_argument("--part", choices=("test", "calibration"), default="test")
    parser.add_argument("--weight", type=float, default=MISFIT)
    parser.add_argument("--out", type=Path, default=None)
    args = parser.parse_args()
    got = [evaluate(args.data, s, args.weight, args.part) for s in args.seed]
    keys = [k for k in got[0] if k not in ("seed", "spots")]
    result = {"mean": {k: round(float(np.mean([g[k] for g in got])), 4) for k in keys}, "seeds": got}
    print(json.dumps(result, indent=1))
    if args.out:
        args.out.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
