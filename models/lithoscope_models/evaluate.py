"""Figures beside the held-out Raman test: robustness, VNIR, measured LIBS, fusion, time."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np

from . import simulate
from .calibrate import Queries, calibrate, class_similarity, leave_one_out, log_evidence, measured_libs, spots
from .dataset import spectra as measured
from .dataset import table
from .decide import Package
from .heldout import summary
from .package import ROOMS, TECHNIQUES, Matcher, matcher

SEED = 5


def ranks(similarity: np.ndarray, owner: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Number of classes that match better than the true one (a class number of `owner`); [n]."""
    present, columns = np.unique(owner, return_inverse=True)
    best = np.full((len(similarity), len(present)), -np.inf)
    for c in range(len(present)):
        best[:, c] = similarity[:, columns == c].max(axis=1)
    own = best[np.arange(len(truth)), np.searchsorted(present, truth)]
    return (best > own[:, None]).sum(axis=1)


def shares(rank: np.ndarray) -> dict[str, float]:
    return {**{f"top{k}": round(float((rank < k).mean()), 4) for k in (1, 3, 5)}, "spectra": len(rank)}


def stressed(data: Path, out: Path) -> dict:
    """The held-out spots of one seed, disturbed before they are resampled."""
    package, truth = Package(out / "package"), json.loads((out / "truth.json").read_text())
    held = [(r["id"], x, y) for r, x, y in measured(data, "raman") if r["id"] in truth]
    changes = {
        "as measured": lambda x, y, rng: (x, y),
        "fluorescence 5x": lambda x, y, rng: (x, simulate.fluorescence(x, y, 5.0, rng)),
        "fluorescence 10x": lambda x, y, rng: (x, simulate.fluorescence(x, y, 10.0, rng)),
        "noise 0.02": lambda x, y, rng: (x, simulate.noise(y, 0.02, rng)),
        "shift +3": lambda x, y, rng: (x + 3, y),
        "shift -3": lambda x, y, rng: (x - 3, y),
        "range 200-1200": lambda x, y, rng: (x, np.where((x >= 200) & (x <= 1200), y, np.nan)),
        "fluorescence 5x, noise 0.02, shift +3": lambda x, y, rng: (
            x + 3, simulate.noise(simulate.fluorescence(x, y, 5.0, rng), 0.02 / 6, rng)),
    }
    result = {}
    for name, change in changes.items():
        rng, hit = np.random.default_rng(SEED), []
        for i in range(0, len(held), 64):
            part = held[i:i + 64]
            answers = package.answer([{"raman": [change(x, y, rng)]} for _, x, y in part])
            for (key, _, _), a in zip(part, answers):
                own = a.probabilities[package.manifest["classes"].index(truth[key])]
                hit.append((a.probabilities > own).sum())
        result[name] = shares(np.array(hit))
    return result


def other_raman(m: Matcher, data: Path) -> dict:
    """Raman spectra that are no references: RRUFF with the real background left in, without their specimen's
    references; and MLROD, from other instruments."""
    t = table(data, "raman", ROOMS["raman"].GRID)
    number = {c: i for i, c in enumerate(m.classes)}
    groups = {
        "rruff_514_oriented, raw with background": [r["quality_note"].startswith("raw with") for r in t.rows],
        "mlrod": [r["source"] == "mlrod" for r in t.rows],
    }
    result = {}
    for name, keep in groups.items():
        part = t.take(np.array(keep) & np.isin(t.column("mineral"), m.classes))
        s = m.similarity("raman", part.values, part.mask)
        s[part.column("specimen")[:, None] == m.tables["raman"].column("specimen")[None, :]] = -np.inf
        truth = np.array([number[x] for x in part.column("mineral")])
        q = Queries(class_similarity(s, m.owner["raman"], len(number)), truth)
        q = q.take(q.known)
        own = q.similarity[np.arange(len(q.truth)), q.truth]
        result[name] = {**shares((q.similarity > own[:, None]).sum(axis=1)), "minerals": len(set(q.truth))}
    return result


def vnir_library(m: Matcher) -> dict:
    """Leave one specimen out within the VNIR references; one spectrum is one spot."""
    q = leave_one_out(m, "vnir", thin=False)
    q = q.take(q.known)
    own = q.similarity[np.arange(len(q.truth)), q.truth]
    return {**shares((q.similarity > own[:, None]).sum(axis=1)), "minerals": len(set(q.truth))}


def vnir_other_laboratory(m: Matcher, data: Path) -> dict:
    """HOSERLab spectra of minerals with VNIR references, none of which comes from HOSERLab."""
    t = table(data, "vnir", ROOMS["vnir"].GRID)
    with_reference = {m.classes[c] for c in m.owner["vnir"]}
    shipped = set(m.tables["vnir"].column("specimen"))
    t = t.take(np.array([r["source"] == "visor_hoserlab" and r["kind"] == "mineral" and r["mineral"] in with_reference
                         and r["specimen"] not in shipped and "heat" not in r["quality_note"] for r in t.rows]))
    truth = np.array([m.classes.index(x) for x in t.column("mineral")])
    return shares(ranks(m.similarity("vnir", t.values, t.mask), m.owner["vnir"], truth))


def libs_measured(m: Matcher, data: Path) -> dict:
    """Measured LIBS of named minerals: rank of the truth; a sanity figure."""
    q = measured_libs(m, data)
    own = q.similarity[np.arange(len(q.truth)), q.truth]
    rank = (np.nan_to_num(q.similarity, nan=-1) > own[:, None]).sum(axis=1)
    return {**shares(rank), "top20": round(float((rank < 20).mean()), 4), "medianRank": float(np.median(rank))}


def fusion(m: Matcher) -> dict:
    """Raman + VNIR spots of minerals that have no VNIR reference (theirs are taken away), against Raman alone."""
    queries = {t: leave_one_out(m, t) for t in ("raman", "vnir")}
    queries = {t: q.take(q.known) for t, q in queries.items()}
    queries["vnir"].similarity[np.arange(len(queries["vnir"].truth)), queries["vnir"].truth] = np.nan
    rows = spots(queries, ("raman", "vnir"))
    truth = queries["raman"].truth[rows["raman"]]
    logits = {t: log_evidence(queries[t].similarity[rows[t]], m.temperature[t]) for t in rows}
    own = np.arange(len(truth)), truth
    found = {"raman alone": logits["raman"], "raman+vnir": logits["raman"] + logits["vnir"]}
    return {name: shares((z > z[own][:, None]).sum(axis=1)) for name, z in found.items()}


def timing(out: Path) -> dict:
    """ms per spot of session.run on this machine (least of 20 runs), batch 1 and 32, and the time to load."""
    begin = time.perf_counter()
    package = Package(out)
    result = {"load_s": round(time.perf_counter() - begin, 2)}
    rng = np.random.default_rng(SEED)
    for name, present in (("raman", ("raman",)), ("all", TECHNIQUES)):
        for batch in (1, 32):
            feed = {}
            for t in TECHNIQUES:
                shape = (batch, ROOMS[t].GRID.count)
                feed[t] = (rng.random(shape) if t in present else np.zeros(shape)).astype(np.float32)
                feed[f"{t}_mask"] = np.full(shape, float(t in present), np.float32)
            package.session.run(None, feed)
            times = []
            for _ in range(20):
                begin = time.perf_counter()
                package.session.run(None, feed)
                times.append(time.perf_counter() - begin)
            result[f"{name}, batch {batch}, ms per spot"] = round(1000 * min(times) / batch, 2)
    return result


def everything(data: Path, heldout: Path, shipped: Path) -> dict:
    """metrics.json: everything that needs no answers file."""
    m = matcher(data)
    calibrate(m, data)
    folders = [heldout / f"seed-{s}" for s in (0, 1, 2)]
    return {
        "heldout": {
            "split": "Raman, rruff_excellent_unoriented: of each mineral with two or more specimens one random "
                     "specimen held out with all its spectra; one spectrum is one spot; all classes are candidates",
            "seeds": [0, 1, 2], **summary(data, folders, [None] * 3),
        },
        "ramanStress": {"split": "held-out spots of seed 0", **stressed(data, folders[0])},
        "ramanOther": other_raman(m, data),
        "vnirLeaveOneSpecimenOut": vnir_library(m),
        "vnirOtherLaboratory": vnir_other_laboratory(m, data),
        "libsMeasured": libs_measured(m, data),
        "fusionWithoutVnirReference": fusion(m),
        "timing": timing(shipped),
    }
