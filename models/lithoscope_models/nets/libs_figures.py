"""Figures of the LIBS net: alone, beside the training-free Raman matcher, by element, and on measured spectra.

    python -m lithoscope_models.nets.libs_figures --weights FILE [--seed 10 11]     # -> figures/libs.json
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from scipy.optimize import minimize

from .. import calibrate, measured, package, plasma, protocol, raman
from ..dataset import CACHE, _loader, minerals, sha256, table
from ..libs import GRID
from . import libs, libs_spots

HERE = Path(__file__).resolve().parents[2]
REAL = ("aalto_minerals", "handheld_potsdam")
VISIBLE = 0.01  # an element has lines in range where its brightest is this part of the spectrum's brightest (10 kK, 10^17 cm-3)


def load(file: Path, data: Path) -> libs.Net:
    form, _ = libs_spots.composition(data)
    net = libs.Net(len(form.elements), len(form.decided))
    net.load_state_dict(torch.load(file))
    return net.eval()


def matched(data: Path, seed: int) -> dict[str, np.ndarray]:
    """Training-free Raman similarity of the test and calibration spectra of a seed; made once."""
    file = CACHE / f"raman-matched-{seed}-{sha256(data / 'index.csv')[:12]}.npz"
    if not file.exists():
        deal = protocol.deal(_loader(data).read_index(data), "raman", seed)
        m = package.matcher(data, deal.held_out)
        t = table(data, "raman", raman.GRID)
        out = {"classes": np.array(m.classes)}
        for part, held in (("test", deal.test), ("calibration", deal.calibration)):
            q = t.take(np.array([protocol.counted(r) and held.get(r["mineral"]) == r["specimen"] for r in t.rows]))
            similarity = m.similarity("raman", q.values, q.mask)
            out[f"{part} similarity"] = calibrate.class_similarity(similarity, m.owner["raman"], len(m.classes))
            out[f"{part} rows"] = q.column("id")
            out[f"{part} truth"] = np.array([m.classes.index(r["mineral"]) for r in q.rows])
        np.savez(file, **out)
    with np.load(file) as z:
        return dict(z)


def ranks(logits: np.ndarray, truth: np.ndarray) -> np.ndarray:
    return (logits > logits[np.arange(len(truth)), truth][:, None]).sum(axis=1)


def shares(rank: np.ndarray) -> dict[str, float]:
    return {f"top{k}": round(float((rank < k).mean()), 4) for k in (1, 3, 5)} | {"spectra": len(rank)}


def absent(evidence: np.ndarray, has: np.ndarray) -> np.ndarray:
    """Classes without a vector take log mean exp of the others plus NO_REFERENCE (as matching.evidence)."""
    return calibrate.log_evidence(np.where(has, evidence, np.nan), 1.0)


def beside_raman(data: Path, net: libs.Net, seed: int) -> dict:
    """Top-1/3/5 of Raman, LIBS and both on the test spots with chemistry; temperature and scale from calibration spots."""
    m = matched(data, seed)
    classes, known = list(m["classes"]), measured.fractions(data)
    held = protocol.deal(_loader(data).read_index(data), "raman", seed).held_out
    vectors, has = libs_spots.class_vectors(data, classes, held)
    part = {}
    for p in ("calibration", "test"):
        keep = np.array([r in known for r in m[f"{p} rows"]])
        got = libs_spots.scores(data, net, list(m[f"{p} rows"]), vectors)
        part[p] = (m[f"{p} similarity"][keep], got, m[f"{p} truth"][keep])
    similarity, got, truth = part["calibration"]
    weight = calibrate.mineral_weight(truth)
    evidence = absent(got.evidence, has)
    raman_alone = calibrate.fit(lambda v: calibrate.loss(calibrate.log_evidence(similarity, v), truth, 1.0))
    libs_alone = libs_spots.scale(evidence, truth, weight)

    def cost(v: np.ndarray) -> float:
        both = calibrate.log_evidence(similarity, np.exp(v[0])) + absent(np.exp(v[1]) * got.evidence, has)
        return calibrate.loss(both, truth, 1.0)

    temperature, scale = np.exp(minimize(cost, [np.log(raman_alone), np.log(libs_alone)], method="Nelder-Mead").x)
    similarity, got, truth = part["test"]
    both = calibrate.log_evidence(similarity, temperature) + absent(scale * got.evidence, has)
    return {
        "raman": shares(ranks(calibrate.log_evidence(similarity, raman_alone), truth)),
        "libs": shares(ranks(absent(got.evidence, has), truth)),
        "raman+libs": shares(ranks(both, truth)),
        "scale": {"libs alone": round(libs_alone, 3), "beside raman": round(float(scale), 3),
                  "raman temperature": round(float(temperature), 4)},
    }


def elements(data: Path, net: libs.Net, seeds: list[int]) -> tuple[dict, dict]:
    """(thresholds from calibration spots, rates by element on test spots), pooled over seeds."""
    form, _ = libs_spots.composition(data)
    known = measured.fractions(data)
    pooled = {}
    for p in ("calibration", "test"):
        rows = sorted({r for s in seeds for r in matched(data, s)[f"{p} rows"] if r in known})
        got = libs_spots.scores(data, net, rows, np.zeros((1, net.knots.out_features), np.float32))
        pooled[p] = (got, form.relative(form.amounts([known[r] for r in rows]))[:, :len(form.decided)])
    got, amount = pooled["calibration"]
    limit = libs_spots.thresholds(got.presence, amount)
    got, amount = pooled["test"]
    by_element = {}
    for j, e in enumerate(form.decided):
        much, none = amount[:, j] >= libs_spots.MUCH, amount[:, j] < libs_spots.NONE
        if much.sum() >= 8:
            error = np.abs(got.z[much, j] - np.log10(amount[much, j]))
            by_element[e] = {
                "spectra": int(much.sum()), "found": round(float((got.presence[much, j] > limit["found"]).mean()), 3),
                "excluded": round(float((got.presence[much, j] < limit["excluded"]).mean()), 3),
                "found where absent": round(float((got.presence[none, j] > limit["found"]).mean()), 4),
                "median factor": round(float(10 ** np.median(error)), 2)}
    much, none = amount >= libs_spots.MUCH, amount < libs_spots.NONE
    every = {"found of those above 5 wt %": round(float((got.presence[much] > limit["found"]).mean()), 4),
             "excluded of those above 5 wt %": round(float((got.presence[much] < limit["excluded"]).mean()), 4),
             "found of those absent": round(float((got.presence[none] > limit["found"]).mean()), 4),
             "excluded of those absent": round(float((got.presence[none] < limit["excluded"]).mean()), 4)}
    return limit, {"all": every, "by element": by_element}


def visible(atomic: plasma.Atomic, fractions: dict[str, float]) -> set[str]:
    """Elements whose brightest line in range is at least VISIBLE of the spectrum's brightest."""
    top = {}
    for e, f in fractions.items():
        if e in atomic.lines and f > 0:
            nm, power = plasma.emission(atomic, e, 10_000.0, 1e17)
            inside = (nm > GRID.centres[0]) & (nm < GRID.centres[-1])
            top[e] = f * power[inside].max(initial=0.0)
    return {e for e, t in top.items() if t >= VISIBLE * max(top.values())}


def real(data: Path, net: libs.Net, limit: dict[str, float], classes: list[str]) -> dict:
    """Measured spectra of named minerals, against all classes with all chemistry."""
    form, _ = libs_spots.composition(data)
    t = table(data, "libs", GRID)
    t = t.take(np.array([r["source"] in REAL and r["mineral"] in classes for r in t.rows]))
    _, _, presence, per_knot = libs_spots.run(net, t.values, t.mask)
    vectors, has = libs_spots.class_vectors(data, classes)
    evidence = absent(per_knot @ vectors.T, has)
    rank = ranks(evidence, np.array([classes.index(r["mineral"]) for r in t.rows]))
    atomic, needed, found, excluded, spots = plasma.read(data), 0, 0, 0, []
    for i, r in enumerate(t.rows):
        fractions = minerals(data)[r["mineral"]]["fractions"]
        want = [e for e in form.decided if fractions.get(e, 0) >= 0.05 and e in visible(atomic, fractions)]
        yes = [e for e in want if presence[i, form.decided.index(e)] > limit["found"]]
        no = [e for e in want if presence[i, form.decided.index(e)] < limit["excluded"]]
        wrong = [e for j, e in enumerate(form.decided) if presence[i, j] > limit["found"] and fractions.get(e, 0) == 0]
        needed, found, excluded = needed + len(want), found + len(yes), excluded + len(no)
        spots.append({"label": r["label_raw"], "specimen": r["specimen"], "rank": int(rank[i]) + 1,
                      "missed": [e for e in want if e not in yes], "also found": wrong,
                      "first": [classes[c] for c in np.argsort(-evidence[i])[:3]]})
    return {**shares(rank), "median rank": float(np.median(rank)) + 1, "elements": needed,
            "found": round(found / needed, 3), "excluded": round(excluded / needed, 3), "spots": spots}


def main() -> None:
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data")
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--seed", type=int, nargs="+", default=[10, 11])
    parser.add_argument("--real", action="store_true", help="also the measured spectra (seldom: they are a test)")
    a = parser.parse_args()
    net = load(a.weights, a.data)
    out = {"seeds": {str(s): beside_raman(a.data, net, s) for s in a.seed}}
    out["mean"] = {k: {t: round(float(np.mean([s[k][t] for s in out["seeds"].values()])), 4) for t in ("top1", "top3", "top5")}
                   for k in ("raman", "libs", "raman+libs")}
    out["thresholds"], out["elements"] = elements(a.data, net, a.seed)
    if a.real:
        out["measured"] = real(a.data, net, out["thresholds"], list(matched(a.data, a.seed[0])["classes"]))
    (HERE / "figures").mkdir(exist_ok=True)
    (HERE / "figures" / "libs.json").write_text(json.dumps(out, indent=1) + "\n")
    print(json.dumps({k: v for k, v in out.items() if k != "elements"}, indent=1))


if __name__ == "__main__":
    main()
