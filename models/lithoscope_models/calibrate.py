"""Temperatures, prediction-set thresholds and the unknown score, fitted by leaving each specimen out in turn.

Only training spectra are used, and each mineral weighs the same. A query loses the references of its own specimen, and
of the other specimens of its mineral it keeps a number drawn from 1 to all: most minerals of the library have a single
specimen, and a rich one (quartz, 20 specimens) would make the scores look better than most minerals' are.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from . import libs, plasma, simulate
from .dataset import minerals, table
from .matching import NO_REFERENCE
from .package import TECHNIQUES, Matcher

COVERAGE = 0.9
PRIOR_UNKNOWN = 0.05
PAIRS_PER_MINERAL = 4
LIBS_SEED = 20
THIN_SEED = 21


@dataclass
class Queries:
    """Leave-one-out queries of one technique: similarity [n, C] (NaN: no reference left), true class [n]."""

    similarity: np.ndarray
    truth: np.ndarray

    @property
    def known(self) -> np.ndarray:
        return np.isfinite(self.similarity[np.arange(len(self.truth)), self.truth])

    def take(self, index: np.ndarray) -> "Queries":
        return Queries(self.similarity[index], self.truth[index])


def mineral_weight(truth: np.ndarray) -> np.ndarray:
    w = 1 / np.bincount(truth)[truth]
    return w / w.sum()


def class_similarity(similarity: np.ndarray, owner: np.ndarray, classes: int) -> np.ndarray:
    """Best reference of each class; NaN where there is none. [n, R] -> [n, C]."""
    order = np.argsort(owner, kind="stable")
    present, start = np.unique(owner[order], return_index=True)
    out = np.full((len(similarity), classes), np.nan, np.float32)
    best = np.maximum.reduceat(similarity[:, order], start, axis=1)
    out[:, present] = np.where(np.isfinite(best), best, np.nan)
    return out


def leave_one_out(m: Matcher, technique: str, thin: bool = True) -> Queries:
    """Every reference spectrum as a query, without its specimen, its mineral thinned (see above) if wanted."""
    t = m.tables[technique]
    s = m.similarity(technique, t.values, t.mask)
    specimen = t.column("specimen")
    owner = m.owner[technique]
    rng = np.random.default_rng(THIN_SEED)
    for i, row in enumerate(s):
        row[specimen == specimen[i]] = -np.inf
        own = np.flatnonzero((owner == owner[i]) & (specimen != specimen[i]))
        others = np.unique(specimen[own])
        if thin and len(others):
            kept = rng.choice(others, rng.integers(1, len(others) + 1), replace=False)
            row[own[~np.isin(specimen[own], kept)]] = -np.inf
    return Queries(class_similarity(s, m.owner[technique], len(m.classes)), m.owner[technique])


def log_evidence(similarity: np.ndarray, temperature: float) -> np.ndarray:
    """As matching.evidence, with NaN for classes without reference. [n, C] -> [n, C]."""
    logit = similarity / temperature
    top = np.nanmax(logit, axis=1, keepdims=True)
    none = top + np.log(np.nanmean(np.exp(logit - top), axis=1, keepdims=True)) + NO_REFERENCE
    return np.where(np.isfinite(logit), logit, none)


def probabilities(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    z = logits / temperature
    p = np.exp(z - z.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


def loss(logits: np.ndarray, truth: np.ndarray, temperature: float) -> float:
    """Mean negative log-likelihood of the true class, each mineral weighing the same."""
    z = logits / temperature
    top = z.max(axis=1)
    nll = top + np.log(np.exp(z - top[:, None]).sum(axis=1)) - z[np.arange(len(z)), truth]
    return float(nll @ mineral_weight(truth))


def fit(function) -> float:
    """The positive number with the least function value."""
    return float(np.exp(minimize_scalar(lambda v: function(np.exp(v)), bounds=(-6, 3), method="bounded").x))


def threshold(p: np.ndarray, truth: np.ndarray) -> float:
    """Least probability in a set that holds the truth with COVERAGE (split conformal, LAC: Sadinle et al. 2019)."""
    scores = p[np.arange(len(p)), truth]
    order = np.argsort(scores)
    below = np.cumsum(mineral_weight(truth)[order])
    return float(scores[order][np.searchsorted(below, (1 - COVERAGE) * (1 - 1 / len(scores)))])


def logistic(known: np.ndarray, unknown: np.ndarray) -> dict:
    """log-odds of "not in the library" = intercept + slope * match, classes balanced, then moved to PRIOR_UNKNOWN."""
    x = np.concatenate([known, unknown])
    label = np.concatenate([np.zeros(len(known)), np.ones(len(unknown))])
    weight = np.concatenate([np.full(len(known), 0.5 / len(known)), np.full(len(unknown), 0.5 / len(unknown))])

    def cost(v):
        z = v[0] + v[1] * x
        return (weight * (np.logaddexp(0, z) - label * z)).sum() + 1e-6 * v[1] ** 2

    a, b = minimize(cost, np.zeros(2)).x
    shift = np.log(PRIOR_UNKNOWN / (1 - PRIOR_UNKNOWN))
    return {"intercept": float(a + shift), "slope": float(b)}


def auroc(known: np.ndarray, unknown: np.ndarray) -> float:
    """Probability that a known spot matches better than an unknown one."""
    both = np.concatenate([unknown, known])
    rank = np.empty(len(both))
    rank[np.argsort(both)] = np.arange(1, len(both) + 1)
    return float((rank[len(unknown):].sum() - len(known) * (len(known) + 1) / 2) / (len(known) * len(unknown)))


def unknown_matches(queries: Queries, technique: str) -> tuple[np.ndarray, np.ndarray]:
    """(best match of known queries, best match of queries whose mineral is not in the library).

    Raman and VNIR: minerals with a single specimen, that one left out. LIBS: every mineral in turn, its class removed.
    """
    known = queries.known
    if technique != "libs":
        best = np.nanmax(queries.similarity, axis=1)
        return best[known], best[~known]
    without = queries.similarity.copy()
    without[np.arange(len(without)), queries.truth] = np.nan
    return np.nanmax(queries.similarity, axis=1), np.nanmax(without, axis=1)


def simulated_libs(m: Matcher, data: Path) -> Queries:
    """One simulated spot for each class with a composition."""
    has = m.owner["libs"]
    spots = simulate.libs_spots(plasma.read(data), [minerals(data)[m.classes[c]]["fractions"] for c in has],
                                np.random.default_rng(LIBS_SEED))
    s = m.similarity("libs", spots, np.ones_like(spots))
    return Queries(class_similarity(s, has, len(m.classes)), has)


def measured_libs(m: Matcher, data: Path) -> Queries:
    """Measured LIBS spectra of named minerals (not shipped; only the temperature is fitted on them)."""
    number = {c: i for i, c in enumerate(m.classes)}
    t = table(data, "libs", libs.GRID)
    t = t.take(np.array([r["kind"] == "mineral" and r["mineral"] in number for r in t.rows]))
    s = m.similarity("libs", t.values, t.mask)
    q = Queries(class_similarity(s, m.owner["libs"], len(m.classes)), np.array([number[r["mineral"]] for r in t.rows]))
    return q.take(q.known)


def spots(queries: dict[str, Queries], techniques: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Row numbers of queries that make spots of several techniques: the same mineral, drawn from each technique."""
    if len(techniques) == 1:
        return {techniques[0]: np.arange(len(queries[techniques[0]].truth))}
    rng = np.random.default_rng(len(techniques))
    shared = set.intersection(*[set(queries[t].truth) for t in techniques])
    rows = {t: [] for t in techniques}
    for c in sorted(shared):
        for t in techniques:
            rows[t].extend(rng.choice(np.flatnonzero(queries[t].truth == c), PAIRS_PER_MINERAL))
    return {t: np.array(r) for t, r in rows.items()}


def fused(queries: dict[str, Queries], temperature: dict[str, float], techniques: tuple[str, ...]):
    """(logits [n, C], truth [n]) of the spots of a set of techniques."""
    rows = spots(queries, techniques)
    logits = sum(log_evidence(queries[t].similarity[rows[t]], temperature[t]) for t in techniques)
    return logits, queries[techniques[0]].truth[rows[techniques[0]]]


def temperatures(queries: dict[str, Queries], measured: Queries) -> dict[str, float]:
    """Temperatures inside the graph: Raman by itself, VNIR and LIBS as they serve best when added to Raman.

    VNIR alone would be held too sure beside Raman; the manifest's temperature of "vnir" alone undoes the difference.
    LIBS is held at least as unsure as 30 measured spectra say.
    """
    def alone(q: Queries) -> float:
        return fit(lambda v: loss(log_evidence(q.similarity, v), q.truth, 1.0))

    found = {"raman": alone(queries["raman"])}
    for t in ("vnir", "libs"):
        found[t] = fit(lambda v: loss(*fused(queries, {**found, t: v}, ("raman", t)), 1.0))  # noqa: B023
    found["libs"] = max(found["libs"], alone(measured))
    return found


def calibrate(m: Matcher, data: Path) -> tuple[dict, dict, dict]:
    """Fit m.temperature; return the manifest's (calibration, unknown, figures of the fit)."""
    queries = {t: leave_one_out(m, t) for t in ("raman", "vnir")}
    queries["libs"] = simulated_libs(m, data)
    unknown = {"prior": PRIOR_UNKNOWN}
    figures = {}
    for t in TECHNIQUES:
        known, strange = unknown_matches(queries[t], t)
        unknown[t] = logistic(known, strange)
        figures[f"unknown {t}"] = {"auroc": round(auroc(known, strange), 3), "known": len(known),
                                   "unknown": len(strange)}
    unknown["libs"]["note"] = "fitted on simulated spectra: too few measured LIBS spectra of named minerals"
    queries = {t: q.take(q.known) for t, q in queries.items()}
    m.temperature = temperatures(queries, measured_libs(m, data))
    calibration = {}
    for count in (1, 2, 3):
        for techniques in combinations(TECHNIQUES, count):
            logits, truth = fused(queries, m.temperature, techniques)
            temperature = fit(lambda v: loss(logits, truth, v))  # noqa: B023
            if "libs" in techniques:  # simulated spots are kinder than measured ones
                temperature = max(temperature, 1.0)
            p = probabilities(logits, temperature)
            rank = (p > p[np.arange(len(p)), truth][:, None]).sum(axis=1)
            limit = threshold(p, truth)
            key = "+".join(techniques)
            calibration[key] = {"temperature": temperature, "setThreshold": {str(COVERAGE): limit},
                                "calibratedOn": len(truth)}
            w = mineral_weight(truth)
            figures[key] = {"top1": round(float((rank < 1) @ w), 4), "top5": round(float((rank < 5) @ w), 4),
                            "setSize": round(float((p >= limit).sum(axis=1) @ w), 2), "spots": len(truth)}
            if "libs" in techniques:
                calibration[key]["note"] = "LIBS spectra simulated; temperature no lower than on 30 measured ones"
    figures["temperature"] = {t: round(v, 5) for t, v in m.temperature.items()}
    return calibration, unknown, figures
