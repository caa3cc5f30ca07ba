"""Scales, weights, set thresholds and the sign of the unknown, fitted on calibration spots of held-out specimens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from . import mixture, spots
from .decide import COVERAGE, fused, signs, softmax
from .fusion import Fusion, bare
from .package import BATCH, ROOMS, TECHNIQUES, session
from .resample import combine

FALSE_ALARMS = 0.05  # share of calibration spots above the point from which CAUTION is taken
CAUTION = 1.0  # log-odds: a name withheld in the field costs more than a stranger named
OUTLIERS = 0.05
RIDGE = 0.02  # holds a weight of few spots near 1
# A class that a technique has nothing of, against the mean of those it has. Alone, a technique can only name what it knows;
# beside another, a species measured in the field is held to be half as likely one of the rest (log 0.5): with much less,
# VNIR would talk Raman out of every species that VNIR libraries lack.
NO_REFERENCE_ALONE, NO_REFERENCE_BESIDE = float(np.log(0.01)), float(np.log(0.5))


@dataclass
class Spoken:
    """What a head says of spectra, by key: unscaled evidence of its columns, match, and presence of elements (LIBS)."""

    own: dict[str, np.ndarray]
    match: dict[str, float]
    presence: dict[str, np.ndarray]


def gridded(data: Path, technique: str, keys: list[str]) -> tuple[np.ndarray, np.ndarray]:
    both = [combine([spots.spectrum(data, technique, k)], ROOMS[technique].GRID, technique) for k in keys]
    return np.stack([b[0] for b in both]), np.stack([b[1] for b in both])


def listen(model: Fusion, data: Path, technique: str, keys: list[str]) -> Spoken:
    """Run one head alone on the spectra of `keys`."""
    s = session(bare(model.classes, model.heads[technique], technique))
    own, match, presence = {}, {}, {}
    wanted = ["own", "match", *(n for n in model.heads[technique].extras if n == "libs_presence")]
    for i in range(0, len(keys), BATCH):
        some = keys[i:i + BATCH]
        value, mask = gridded(data, technique, some)
        o, m, *p = s.run(wanted, {"value": value, "mask": mask})
        own.update(zip(some, o))
        match.update(zip(some, m[:, 0]))
        for rows in p:
            presence.update(zip(some, rows))
    return Spoken(own, match, presence)


def evidence(model: Fusion, spoken: dict[str, Spoken], these: list[spots.Spot]) -> tuple[np.ndarray, np.ndarray]:
    """(evidence [n, 3, C], match [n, 3]) as the graph will give them with the heads' present scales."""
    out = np.zeros((len(these), 3, len(model.classes)), np.float32)
    match = np.zeros((len(these), 3), np.float32)
    for row, spot in enumerate(these):
        for t, key in spot.keys.items():
            head = model.heads[t]
            own = spoken[t].own[key] * head.scale
            top = own.max()
            none = top + np.log(np.exp(own - top).mean())
            out[row, TECHNIQUES.index(t)] = np.append(own, none)[head.spread(len(model.classes))]
            match[row, TECHNIQUES.index(t)] = spoken[t].match[key]
    return out, match


def loss(z: np.ndarray, truth: np.ndarray) -> float:
    """Mean negative log probability of the truth, each spot weighing the same; a share OUTLIERS of the spots may be
    anything, lest a few odd specimens make all answers unsure."""
    p = softmax(z)[np.arange(len(z)), truth]
    return float(-np.log((1 - OUTLIERS) * p + OUTLIERS / z.shape[1]).mean())


def as_sure_as_right(z: np.ndarray, truth: np.ndarray) -> float:
    """Factor of z at which the mean probability of the first name equals the share of right first names, which few minerals
    tell only roughly: one right and one wrong mineral are added (Laplace's rule of succession)."""
    minerals = len(np.unique(truth))
    right = (minerals * float((z.argmax(axis=1) == truth).mean()) + 1) / (minerals + 2)
    low, high = 0.05, 20.0
    for _ in range(60):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if softmax(middle * z).max(axis=1).mean() < right else (low, middle)
    return middle


def threshold(p: np.ndarray, truth: np.ndarray) -> float:
    """Least probability in a set that holds the truth with COVERAGE (split conformal, LAC: Sadinle et al. 2019)."""
    scores = np.sort(p[np.arange(len(p)), truth])
    rank = int(np.floor((1 - float(COVERAGE)) * (len(scores) + 1)))
    return float(scores[max(rank - 1, 0)])


def logistic(known: np.ndarray, strange: np.ndarray) -> dict:
    """log-odds = intercept + slopes . signs, both kinds weighing the same; moved so that FALSE_ALARMS of the known are at 0."""
    x = np.concatenate([known, strange])
    label = np.concatenate([np.zeros(len(known)), np.ones(len(strange))])
    weight = np.concatenate([np.full(len(known), 0.5 / len(known)), np.full(len(strange), 0.5 / len(strange))])
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    u = (x - mean) / spread

    def cost(v):
        z = v[0] + u @ v[1:]
        return (weight * (np.logaddexp(0, z) - label * z)).sum() + 1e-3 * (v[1:] ** 2).sum()

    v = minimize(cost, np.zeros(x.shape[1] + 1), method="BFGS").x
    slopes = v[1:] / spread
    return {"intercept": float(-np.quantile(known @ slopes, 1 - FALSE_ALARMS)) - CAUTION, "slopes": slopes.tolist()}


def presence_limits(model: Fusion, data: Path, presence: dict[str, np.ndarray]) -> dict[str, float]:
    """Logits from which an element counts as found, and up to which as excluded (nets/libs_spots.thresholds)."""
    from .nets import libs_spots

    form, _ = libs_spots.composition(data)
    keys = list(presence)
    true = form.relative(form.amounts([spots.chemistry_of(data, k) for k in keys]))[:, :len(form.decided)]
    return libs_spots.thresholds(np.stack([presence[k] for k in keys]), true)


def lacking(model: Fusion) -> dict[str, list[int]]:
    """The classes (numbers) that each technique has nothing of."""
    return {t: sorted(set(range(len(model.classes))) - set(h.columns.tolist())) for t, h in model.heads.items()}


def fit(model: Fusion, data: Path, seed: int, without: frozenset[str] = frozenset()) -> dict:
    """Set the heads' scales; return the manifest's calibration of every set of techniques."""
    number = {c: i for i, c in enumerate(model.classes)}
    lacks = lacking(model)
    by_set = {s: [x for x in spots.of_subset(data, s, seed, "calibration", without) if x.mineral in number]
              for s in spots.SUBSETS}
    keys = {t: sorted({x.keys[t] for these in by_set.values() for x in these if t in x.keys}) for t in TECHNIQUES}
    spoken = {t: listen(model, data, t, keys[t]) for t in TECHNIQUES}
    model.heads["libs"].about["presenceLimits"] = presence_limits(model, data, spoken["libs"].presence)
    out = {}
    for name, these in by_set.items():
        present = name.split("+")
        truth = np.array([number[x.mineral] for x in these])
        rule = {"weights": dict.fromkeys(present, 1.0),
                "noReference": dict.fromkeys(present, NO_REFERENCE_BESIDE if len(present) > 1 else NO_REFERENCE_ALONE)}
        if len(present) == 1:
            head = model.heads[name]

            def scaled(v, name=name, head=head, rule=rule, these=these, truth=truth):
                head.scale = float(np.exp(v))
                return loss(fused(rule, lacks, evidence(model, spoken, these)[0]), truth)

            head.scale = float(np.exp(minimize_scalar(scaled, bounds=(-4, 5), method="bounded").x))
        said, match = evidence(model, spoken, these)
        if len(present) > 1:
            def weighed(v, rule=rule, said=said, truth=truth, present=present):
                return loss(fused({**rule, "weights": dict(zip(present, np.exp(v)))}, lacks, said), truth) + RIDGE * float(v @ v)

            found = minimize(weighed, np.zeros(len(present)), method="Nelder-Mead").x
            rule["weights"] = {t: float(w) for t, w in zip(present, np.exp(found))}
        sure = as_sure_as_right(fused(rule, lacks, said), truth)
        rule["weights"] = {t: w * sure for t, w in rule["weights"].items()}
        z = fused(rule, lacks, said)
        without_own = said.copy()
        for t in present:
            without_own[np.arange(len(these)), TECHNIQUES.index(t), truth] = -1e4
        strange = signs(present, fused(rule, lacks, without_own), without_own, match)
        out[name] = {**rule, "setThreshold": {COVERAGE: threshold(softmax(z), truth)},
                     "unknown": logistic(signs(present, z, said, match), strange), "calibratedOn": len(these)}
    for name, found in mixture.fit(model, data, seed, without).items():
        out[name]["mixture"] = found
    return out
