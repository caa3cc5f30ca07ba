"""Two minerals under one Raman spot: which two, and how much of the scattered light each gives.

Pairs of candidates are looked at: with the reference of each (intensity above background, area 1 on the common coverage) the
measured spectrum is taken as a p + b q with a, b >= 0, by weighted least squares. A pair's score is the sum of both minerals'
standing by the network (Head extra `raman_standing`) less MISFIT times the share of the weighted square sum that is left. Only
two-by-two systems: inference/mixture/ repeats it. A spot is called a mixture if the best pair leaves so much less of the
spectrum than the best mineral alone as PURE of the pure calibration spots do at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d

from . import protocol, raman, spots
from .dataset import Table
from .fusion import Fusion, bare
from .nets import vnir_mixture
from .package import BATCH, run, session
from .prototypes import shipped

SPOTS = 400
LEAST_CELLS = 300  # 600 cm-1 that both cover
CANDIDATES = 40  # by standing; and as many by what the leader leaves
SMOOTH_CELLS = 1.0
FLOOR = 1.0  # of the mean intensity: weights are 1 / (y + FLOOR), so that strong lines do not rule alone
MISFIT = 40.0  # chosen on seed 10, between 30 and 60
THIRD = 0.02  # least chance of a third name that is listed
NINETY = 1.645  # half-width of a 90 % interval in standard deviations
PURE = 0.05  # of pure calibration spots may be called mixtures


@dataclass
class Unmixed:
    """Pairs of candidates (numbers of classes, share of the first, log-likelihood, what the two leave of the spectrum) and the
    least that one candidate alone leaves; inference/mixture/pair.ts."""

    first: np.ndarray
    second: np.ndarray
    share: np.ndarray
    score: np.ndarray
    misfit: np.ndarray
    alone: float

    @property
    def best(self) -> int:
        return int(np.argmax(self.score))

    @property
    def gain(self) -> float:
        """How much less of the spectrum the best pair leaves than the best mineral alone."""
        return float(self.alone - self.misfit[self.best]) if len(self.score) else 0.0

    def parts(self) -> dict[int, tuple[float, float, float]]:
        """Class -> (chance that it is one of the two, its share where it is, standard deviation of that over the pairs)."""
        p = np.exp(self.score - self.score.max())
        p /= p.sum()
        owner = np.concatenate([self.first, self.second])
        share, p = np.concatenate([self.share, 1 - self.share]), np.concatenate([p, p])
        classes, at = np.unique(owner, return_inverse=True)
        chance, mean, square = (np.bincount(at, weights=p * x) for x in (1.0, share, share**2))
        mean, square = mean / np.maximum(chance, 1e-300), square / np.maximum(chance, 1e-300)
        spread = np.sqrt(np.maximum(square - mean**2, 0))
        return {int(c): (float(a), float(b), float(d)) for c, a, b, d in zip(classes, chance, mean, spread)}


def smoothed(a: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Intensity [..., cells] smoothed over its coverage, 0 elsewhere."""
    return gaussian_filter1d((a * mask).astype(np.float64), SMOOTH_CELLS, axis=-1, truncate=4.0) * mask


def area_one(s: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Intensity [..., cells] with mean 1 over the covered cells, 0 elsewhere."""
    s = s * mask
    return s / np.maximum(s.sum(axis=-1, keepdims=True), 1e-9) * mask.sum(axis=-1, keepdims=True)


def prototypes(t: Table, owner: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """(mean intensity above background, coverage) of each class over its spectra, each of area 1; [classes, cells]."""
    a = raman.above(run, t.values, t.mask)
    a = a / np.maximum((a * t.mask).sum(axis=1, keepdims=True), 1e-9)
    total, seen = np.zeros((classes, a.shape[1]), np.float32), np.zeros((classes, a.shape[1]), np.float32)
    np.add.at(total, owner, a * t.mask)
    np.add.at(seen, owner, t.mask)
    return total / np.maximum(seen, 1), (seen > 0).astype(np.float32)


def pairs(y: np.ndarray, mask: np.ndarray, standing: np.ndarray, protos: np.ndarray, coverage: np.ndarray,
          owner: np.ndarray) -> Unmixed:
    """The pairs of candidates of one spectrum. y: intensity above background [cells]; standing [classes]; protos: `smoothed`
    references [classes, cells]; owner: number of the class of each."""
    y = area_one(smoothed(y, mask), mask)
    weight = mask / (y + FLOOR)
    leaders = np.argsort(-standing, kind="stable")[:CANDIDATES]
    p = area_one(protos, mask * coverage)
    lead = p[leaders[0]]
    left = np.sqrt(np.maximum(y - (lead * weight) @ y / max((lead * weight) @ lead, 1e-9) * lead, 0))
    root = np.sqrt(p)
    alike = root @ left / np.maximum(np.linalg.norm(root, axis=1), 1e-9)
    c = np.union1d(leaders, np.argsort(-alike, kind="stable")[:CANDIDATES])
    g = (p[c] * weight) @ p[c].T
    h = (p[c] * weight) @ y
    whole = float((weight * y) @ y)
    alone = float(np.min(1 - h**2 / np.maximum(np.diag(g), 1e-9) / whole))
    i, j = np.triu_indices(len(c), 1)
    determinant = g[i, i] * g[j, j] - g[i, j] ** 2 + 1e-9
    a = (h[i] * g[j, j] - h[j] * g[i, j]) / determinant
    b = (h[j] * g[i, i] - h[i] * g[i, j]) / determinant
    ok = (a > 0) & (b > 0)
    i, j, a, b = i[ok], j[ok], a[ok], b[ok]
    misfit = (whole - a * h[i] - b * h[j]) / whole
    score = standing[c][i].astype(np.float64) + standing[c][j] - MISFIT * misfit
    return Unmixed(owner[c][i], owner[c][j], a / (a + b), score, misfit, min(1.0, alone))


def together(one: Unmixed, two: Unmixed, error: dict[str, float]) -> Unmixed:
    """Raman's pairs (one) with what VNIR (two) says of them: scores added, where VNIR did not try the pair its lowest; shares by
    the inverse square of the errors. VNIR, which knows fewer classes and tries fewer pairs, can so support a pair, not forbid one."""
    at = {frozenset((int(a), int(b))): k for k, (a, b) in enumerate(zip(two.first, two.second))}
    r, v = error["raman"] ** -2, error["vnir"] ** -2
    share, score = one.share.copy(), one.score + two.score.min()
    for k, pair in enumerate(zip(one.first.tolist(), one.second.tolist())):
        m = at.get(frozenset(pair))
        if m is not None:
            own = two.share[m] if two.first[m] == pair[0] else 1 - two.share[m]
            share[k] = (r * share[k] + v * own) / (r + v)
            score[k] = one.score[k] + two.score[m]
    return Unmixed(one.first, one.second, share, score, one.misfit, one.alone)


def listed(found: Unmixed, error: float) -> list[tuple[int, float, float, float]]:
    """(class, fraction, low, high) of the best pair, the larger first, and of a third class of a chance of THIRD or more that may
    stand in place of one of them (fraction 0)."""
    parts = found.parts()
    width = {c: float(np.hypot(NINETY * spread, error)) for c, (_, _, spread) in parts.items()}
    k = found.best
    two = [(int(found.first[k]), float(found.share[k])), (int(found.second[k]), float(1 - found.share[k]))]
    out = [(c, f, max(0.0, f - width[c]), min(1.0, f + width[c])) for c, f in sorted(two, key=lambda x: -x[1])]
    others = [(chance, -c) for c, (chance, _, _) in parts.items() if c not in (two[0][0], two[1][0])]
    if others and max(others)[0] >= THIRD:
        c = -max(others)[1]
        out.append((c, 0.0, 0.0, min(1.0, parts[c][1] + width[c])))
    return out


def mixture_of(calibration: dict, found: dict[str, Unmixed]) -> list[tuple[int, float, float, float]] | None:
    """What `listed` gives if the spot is a mixture, else None; inference/mixture/mixture.ts."""
    known = {t: u for t, u in found.items() if len(u.score)}
    over = {t: u.gain / calibration[t]["mixture"]["limit"] for t, u in known.items()}
    error = {t: calibration[t]["mixture"]["error"] for t in known}
    if len(known) == 2:
        if sum(over.values()) <= calibration["raman+vnir"]["mixture"]["limit"]:
            return None
        return listed(together(known["raman"], known["vnir"], error), min(error.values()))
    for t, u in known.items():
        if over[t] > 1:
            return listed(u, error[t])
    return None


class Unmixer:
    """The references of a model as they ship, and the pairs of a spectrum by them."""

    def __init__(self, model: Fusion) -> None:
        p = shipped(model.prototypes)
        self.values, self.coverage, self.owner = smoothed(p.raman[0], p.raman[1]), p.raman[1], p.raman[2]
        self.columns = model.heads["vnir"].columns
        column = model.heads["vnir"].spread(len(model.classes))
        self.vnir = (vnir_mixture.linear_features(*p.vnir[:2]), np.tile(p.vnir[1], 2), column[p.vnir[2]])

    def of(self, technique: str, value: np.ndarray, mask: np.ndarray, standing: np.ndarray) -> Unmixed:
        """value: intensity above background, or reflectance; standing: the graph's `raman_standing` or `vnir_share`."""
        if technique == "raman":
            return pairs(value, mask, standing, self.values, self.coverage, self.owner)
        value, mask, standing = (x.astype(np.float64) for x in (value, mask, standing))
        found = vnir_mixture.pairs(value, mask, standing, self.vnir)
        score, a, b, share, misfit = (np.array(x) for x in zip(*found))
        return Unmixed(self.columns[a], self.columns[b], share, score, misfit,
                       vnir_mixture.alone(value, mask, standing, self.vnir))


OUTPUTS = {"raman": ["raman_above", "raman_standing"], "vnir": ["vnir_share"]}


def unmixed(model: Fusion, unmixer: Unmixer, technique: str, value: np.ndarray, mask: np.ndarray) -> list[Unmixed]:
    """What the technique says of each spectrum [n, cells]."""
    s = session(bare(model.classes, model.heads[technique], technique))
    out = []
    for i in range(0, len(value), BATCH):
        v, m = value[i:i + BATCH], mask[i:i + BATCH]
        got = s.run(OUTPUTS[technique], {"value": v, "mask": m})
        linear = got[0] if technique == "raman" else v
        out += [unmixer.of(technique, *row) for row in zip(linear, m, got[-1])]
    return out


def fit(model: Fusion, data: Path, seed: int, without: frozenset[str] = frozenset()) -> dict[str, dict]:
    """What calibration specimens say, by set of techniques: `limit` of the gain above which a spot is a mixture (two
    techniques: of the sum of gains over their limits), and `error`, half of the 90 % interval where all pairs agree."""
    from .fit import gridded

    unmixer, out, pure = Unmixer(model), {}, {}
    for t in OUTPUTS:
        keys = [s.keys[t] for s in spots.of_subset(data, t, seed, "calibration", without)]
        pure[t] = dict(zip(keys, (u.gain for u in unmixed(model, unmixer, t, *gridded(data, t, keys)))))
        x = (mixed if t == "raman" else mixed_vnir)(data, seed, "calibration")
        excess = []
        for u, (a, b), f in zip(unmixed(model, unmixer, t, x.values, x.mask), x.minerals, x.share):
            if not len(u.score):
                continue
            k, parts = u.best, u.parts()
            for c, share in ((u.first[k], u.share[k]), (u.second[k], 1 - u.share[k])):
                true = {a: f, b: 1 - f}.get(model.classes[c])
                if true is not None:
                    excess.append((share - true) ** 2 - (NINETY * parts[int(c)][2]) ** 2)
        out[t] = {"limit": float(np.quantile(list(pure[t].values()), 1 - PURE)),
                  "error": float(np.sqrt(max(np.quantile(excess, 0.9), 1e-4))),
                  "calibratedOn": {"pure": len(keys), "mixtures": len(x.share)}}
    both = [sum(pure[t][s.keys[t]] / out[t]["limit"] for t in OUTPUTS)
            for s in spots.of_subset(data, "raman+vnir", seed, "calibration", without)
            if all(s.keys[t] in pure[t] for t in OUTPUTS)]
    out["raman+vnir"] = {"limit": float(np.quantile(both, 1 - PURE)), "error": min(out[t]["error"] for t in OUTPUTS),
                         "calibratedOn": {"pure": len(both), "mixtures": 0}}
    return out


@dataclass
class Mixed:
    """Mixtures as spectra [n, cells], their mask, both minerals and the share of the first."""

    values: np.ndarray
    mask: np.ndarray
    minerals: list[tuple[str, str]]
    share: np.ndarray


def mixed(data: Path, seed: int, role: str = "test") -> Mixed:
    """SPOTS mixtures of two held-out specimens, as models/PROTOCOL.md says."""
    from .fit import gridded

    rows = spots.held_out(data, "raman", seed, role)
    v, m = gridded(data, "raman", [r["id"] for r in rows])
    a = raman.above(run, v, m)
    rng = np.random.default_rng([seed, 7])
    values, mask, names, share = [], [], [], []
    while len(share) < SPOTS:
        i, j = rng.choice(len(rows), 2, replace=False)
        both = m[i] * m[j]
        if rows[i]["mineral"] == rows[j]["mineral"] or both.sum() < LEAST_CELLS:
            continue
        f = rng.uniform(0.25, 0.75)
        x = f * v[i] * both / (a[i] * both).sum() + (1 - f) * v[j] * both / (a[j] * both).sum()
        values.append(x / (x.sum() / both.sum()))
        mask.append(both)
        names.append((rows[i]["mineral"], rows[j]["mineral"]))
        share.append(f)
    return Mixed(np.array(values, np.float32), np.array(mask, np.float32), names, np.array(share))


def mixed_vnir(data: Path, seed: int, role: str = "test") -> Mixed:
    """The same of VNIR (nets/vnir_mixture.spots): areal mixtures of two held-out specimens."""
    from .nets import vnir

    t = vnir.vnir_table(data)
    t = t.take(vnir.role(t.rows, getattr(protocol.deal(spots.index(data), "vnir", seed), role)))
    names = sorted(set(t.column("mineral")))
    x = vnir_mixture.spots(t, names, seed)
    return Mixed(x.value, x.mask, [(names[a], names[b]) for a, b in x.truth], x.share)
