"""The measurement of models/PROTOCOL.md: packages and spots of a seed as files, and the scores of what the product answers.

The spots go through `lithoscope identify --batch`; only its JSON answers are scored.
"""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import numpy as np

from . import mixture, protocol, spots, stress
from .build import fusion
from .dataset import minerals
from .fit import fit
from .package import ROOMS
from .spots import Spot
from .write import write

ROOT = Path(__file__).resolve().parents[2]
REDRAWS = 1000
BINS = 15
MANY = 40  # spectra of a class, pooled over seeds, from which its own coverage is asked for

MIXTURES = {"raman": mixture.mixed, "vnir": mixture.mixed_vnir}


def measured(data: Path, seed: int) -> dict[str, list[Spot]]:
    """Every list of spots of a seed, by name; those of "unknown" go to the package without the removed minerals."""
    gone = frozenset(protocol.removed(spots.index(data), seed))
    out = {s: spots.of_subset(data, s, seed, "test") for s in spots.SUBSETS}
    for t in MIXTURES:
        out[f"mixture {t}"] = [Spot(f"mixture-{t}-{i}", "", {t: f"mixture:{seed}:{i}"}) for i in range(mixture.SPOTS)]
    for kind in stress.KINDS:
        out[f"stress {kind}"] = [Spot(s.id, s.mineral, {"raman": f"{kind}:{s.id}"}) for s in out["raman"]]
    removed = [r for r in spots.index(data) if r["technique"] == "raman" and r["mineral"] in gone]
    for name, wanted in (("unknown raman", ("raman",)), ("unknown raman+libs", ("raman", "libs"))):
        strange = [r for r in removed if len(wanted) == 1 or r["specimen"] in spots.measured_chemistry(data)]
        out[name] = [*spots.of_subset(data, "+".join(wanted), seed, "test", gone),
                     *(Spot(r["id"], r["mineral"], {t: r["id"] if t == "raman" else spots.PREFIX + r["id"] for t in wanted})
                       for r in strange)]
    return out


@lru_cache
def mixed(data: Path, technique: str, seed: int) -> mixture.Mixed:
    return MIXTURES[technique](data, seed)


def truths(data: Path, seed: int, name: str, these: list[Spot]) -> dict:
    """The mineral of each spot, by id; of a mixture both and the fraction of the first."""
    if not name.startswith("mixture"):
        return {s.id: s.mineral for s in these}
    x = mixed(data, name.removeprefix("mixture "), seed)
    return {s.id: {"a": a, "b": b, "fraction": float(f)} for s, (a, b), f in zip(these, x.minerals, x.share)}


def spectrum(data: Path, technique: str, key: str) -> tuple[np.ndarray, np.ndarray]:
    if key.startswith("mixture:"):
        _, seed, row = key.split(":")
        x = mixed(data, technique, int(seed))
        return ROOMS[technique].GRID.centres, np.where(x.mask[int(row)] > 0, x.values[int(row)], np.nan)
    if ":" not in key or key.split(":")[0] not in stress.KINDS:
        return spots.spectrum(data, technique, key)
    kind, plain = key.split(":", 1)
    return stress.disturbed(kind, plain, *spots.spectrum(data, technique, plain))


def prepare(data: Path, seed: int, out: Path, packages: bool = True) -> None:
    """Write OUT/package, OUT/package-unknown, OUT/<list>.jsonl, OUT/<list>.truth.json, OUT/spectra/*.csv."""
    (out / "spectra").mkdir(parents=True, exist_ok=True)
    lists = measured(data, seed)
    for name, these in lists.items():
        lines = []
        for s in these:
            line = {"id": s.id, "raman": [], "vnir": [], "libs": []}
            for t, key in s.keys.items():
                file = out / "spectra" / f"{t}-{key.replace(':', '-')}.csv"
                if not file.exists():
                    x, y = spectrum(data, t, key)
                    ok = np.isfinite(y)
                    np.savetxt(file, np.stack([x[ok], y[ok]], axis=1), fmt="%.7g", delimiter=",")
                line[t] = [f"spectra/{file.name}"]
            lines.append(json.dumps(line) + "\n")
        (out / f"{name}.jsonl").write_text("".join(lines))
        (out / f"{name}.truth.json").write_text(json.dumps(truths(data, seed, name, these), indent=1))
    if packages:
        for folder, without in (("package", frozenset()), ("package-unknown", frozenset(protocol.removed(spots.index(data), seed)))):
            model = fusion(data, seed, without)
            write(model, fit(model, data, seed, without), data, out / folder, {},
                  {"seed": seed, "minerals removed": len(without), "held out": "test and calibration specimens of models/PROTOCOL.md"})


def ask(folder: Path, only: str = "") -> None:
    """Run the product on every list (whose name holds `only`); the answers lie beside it as <list>.answers.jsonl."""
    for file in sorted(folder.glob("*.jsonl")):
        if file.name.endswith(".answers.jsonl") or only not in file.name:
            continue
        package = folder / ("package-unknown" if file.name.startswith("unknown") else "package")
        with file.with_suffix(".answers.jsonl").open("w") as answers:
            subprocess.run(["npx", "lithoscope", "identify", "--batch", str(file), "--json", "--model", str(package)],
                           cwd=ROOT, stdout=answers, stderr=subprocess.DEVNULL, check=False)


def read(folder: Path, name: str) -> list[dict]:
    """Answers of a list with the truth in each; a spot with an error has no minerals."""
    truth = json.loads((folder / f"{name}.truth.json").read_text())
    lines = map(json.loads, (folder / f"{name}.answers.jsonl").read_text().splitlines())
    return [{"minerals": [], "set": {"names": []}, "unknown": 1.0, **a, "truth": truth[a["id"]]} for a in lines]


def names(answer: dict) -> list[str]:
    return [m["name"] for m in answer["minerals"]]


def per_mineral(values: np.ndarray, truth: list[str]) -> float:
    """Mean over minerals of the mean over their spectra."""
    by = defaultdict(list)
    for v, t in zip(values, truth):
        by[t].append(v)
    return float(np.mean([np.mean(v) for v in by.values()]))


def macro_f1(first: list[str], truth: list[str]) -> float:
    scores = []
    for m in set(truth):
        hit = sum(f == t == m for f, t in zip(first, truth))
        scores.append(2 * hit / (first.count(m) + truth.count(m)))
    return float(np.mean(scores))


def calibration_error(p: np.ndarray, right: np.ndarray, rng: np.random.Generator) -> float:
    """Expected calibration error in BINS bins, less the mean of the same for outcomes drawn from the probabilities."""
    where = np.minimum((p * BINS).astype(int), BINS - 1)
    edge = [where == b for b in range(BINS)]

    def ece(outcome):
        return sum(abs((outcome[e] - p[e]).sum()) for e in edge) / len(p)

    return float(ece(right) - np.mean([ece((rng.random(len(p)) < p).astype(float)) for _ in range(REDRAWS)]))


def auroc(known: np.ndarray, strange: np.ndarray) -> float:
    """Probability that a strange spot scores higher than a known one; ties count half."""
    both = np.concatenate([strange, known])
    _, inverse, counts = np.unique(both, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((rank[:len(strange)].sum() - len(strange) * (len(strange) + 1) / 2) / (len(known) * len(strange)))


def accuracy(data: Path, answers: list[dict]) -> dict[str, float]:
    """top-1/3/5, macro-F1, group top-1, and top-1 and top-5 with every mineral weighing the same."""
    group = {n: protocol.group_of({**r, "name": n}) for n, r in minerals(data).items()}
    truth = [a["truth"] for a in answers]
    hit = {k: np.array([a["truth"] in names(a)[:k] for a in answers], float) for k in (1, 3, 5)}
    first = [(names(a) or [""])[0] for a in answers]
    kin = np.mean([group.get(f) == group[t] for f, t in zip(first, truth)])
    return {**{f"top{k}": float(h.mean()) for k, h in hit.items()}, "macroF1": macro_f1(first, truth), "groupTop1": float(kin),
            "top1PerMineral": per_mineral(hit[1], truth), "top5PerMineral": per_mineral(hit[5], truth), "spots": len(answers)}


def unknown(data: Path, answers: list[dict], gone: set[str], left: set[str]) -> dict[str, float]:
    """AUROC of `unknown`, share of strange spots above the known's 95 % quantile, per spectrum and per mineral."""
    group = {n: protocol.group_of({**r, "name": n}) for n, r in minerals(data).items()}
    known = np.array([a["unknown"] for a in answers if a["truth"] not in gone])
    strange = [a for a in answers if a["truth"] in gone]
    score = np.array([a["unknown"] for a in strange])
    kin = {group[m] for m in left}
    alone = np.array([group[a["truth"]] not in kin for a in strange])
    found = score > np.quantile(known, 0.95)
    each = np.array([np.mean(known < s) + np.mean(known == s) / 2 for s in score])
    truth = [a["truth"] for a in strange]
    return {"auroc": auroc(known, score), "found": float(found.mean()), "aurocPerMineral": per_mineral(each, truth),
            "foundPerMineral": per_mineral(found.astype(float), truth), "aurocWithoutSibling": auroc(known, score[alone]),
            "strange": len(strange), "withoutSibling": int(alone.sum())}


def mixtures(answers: list[dict]) -> dict[str, float]:
    """Both names among the first three of `mixture` and then `minerals`; called a mixture; both named in `mixture`, the pair
    right; of those with the right pair the mean error of the fraction, and the share whose 90 % interval holds it."""
    both, called, pair, error, held = [], [], [], [], []
    for a in answers:
        true = {a["truth"]["a"]: a["truth"]["fraction"], a["truth"]["b"]: 1 - a["truth"]["fraction"]}
        parts = a.get("mixture") or []
        first = list(dict.fromkeys([m["name"] for m in parts] + names(a)))[:3]
        both.append(set(true) <= set(first))
        called.append(bool(parts))
        pair.append({m["name"] for m in parts[:2]} == set(true))
        for m in parts[:2] if pair[-1] else []:
            error.append(abs(m["fraction"] - true[m["name"]]))
            held.append(m["low"] <= true[m["name"]] <= m["high"])
    return {"bothTop3": float(np.mean(both)), "called": float(np.mean(called)), "pairRight": float(np.mean(pair)),
            "fractionMAE": float(np.mean(error)) if error else 1.0, "interval": float(np.mean(held)) if held else 0.0,
            "spots": len(answers)}


def score(data: Path, folders: dict[int, Path]) -> dict:
    """All figures, by seed and over seeds."""
    rng = np.random.default_rng(0)
    out: dict = {"accuracy": {}, "calibrationError": {}, "sets": {}, "errorsOfFusion": {}, "unknown": {}, "mixtures": {}}
    answers = {name: {s: read(f, name) for s, f in folders.items()} for name in measured(data, next(iter(folders)))}
    for name, by_seed in answers.items():
        if name.startswith("unknown"):
            seeds = []
            for s, these in by_seed.items():
                gone = set(protocol.removed(spots.index(data), s))
                seeds.append(unknown(data, these, gone, set(protocol.specimens(spots.index(data), "raman")) - gone))
            out["unknown"][name.removeprefix("unknown ")] = _summary(seeds)
            continue
        if name.startswith("mixture"):
            out["mixtures"][name.removeprefix("mixture ")] = _summary([mixtures(these) for these in by_seed.values()])
            continue
        out["accuracy"][name] = _summary([accuracy(data, these) for these in by_seed.values()])
        if name.startswith("stress"):
            continue
        pooled = [a for these in by_seed.values() for a in these if a["minerals"]]
        p = np.array([a["minerals"][0]["probability"] for a in pooled])
        right = np.array([names(a)[0] == a["truth"] for a in pooled], float)
        out["calibrationError"][name] = calibration_error(p, right, rng)
        held = np.array([a["truth"] in a["set"]["names"] for a in pooled], float)
        count = defaultdict(list)
        for a, h in zip(pooled, held):
            count[a["truth"]].append(h)
        many = [np.mean(v) for v in count.values() if len(v) >= MANY]
        out["sets"][name] = {"coverage": float(held.mean()), "names": float(np.mean([len(a["set"]["names"]) for a in pooled])),
                             "leastInLargeClasses": float(min(many)) if many else None, "largeClasses": len(many)}
    for name in spots.SUBSETS:
        parts = name.split("+")
        if len(parts) > 1:
            out["errorsOfFusion"][name] = _errors(answers, name, parts)
    return out


def _errors(answers: dict, name: str, parts: list[str]) -> dict[str, float]:
    """Errors of the fused answers over those of the best smaller set of techniques on the same spots."""
    smaller = parts if len(parts) == 2 else [n for n in spots.SUBSETS if n.count("+") == 1]
    wrong, alone = 0, dict.fromkeys(smaller, 0)
    for s, these in answers[name].items():
        lists = {n: {a["id"]: a for a in answers[n][s]} for n in smaller}
        for a in these:
            own = {n: lists[n].get(_id_in(n, a["id"], parts)) for n in smaller}
            if any(o is None for o in own.values()):
                continue
            wrong += names(a)[:1] != [a["truth"]]
            for n, o in own.items():
                alone[n] += names(o)[:1] != [o["truth"]]
    return {"fused": wrong, **alone, "ratio": wrong / max(1, min(alone.values()))}


def _id_in(subset: str, spot: str, parts: list[str]) -> str:
    """The id that a fused spot ("raman-vnir" ids joined, or one) has in the list of a smaller set of techniques."""
    if "-" not in spot:
        return spot
    one, two = spot.split("-", 1)
    if set(parts) == {"vnir", "libs"}:
        vnir, raman = one, two
    else:
        raman, vnir = one, two
    return {"raman": raman, "vnir": vnir, "libs": raman, "raman+libs": raman, "raman+vnir": f"{raman}-{vnir}",
            "vnir+libs": f"{vnir}-{raman}"}[subset]


def _summary(seeds: list[dict]) -> dict:
    return {"mean": {k: float(np.mean([s[k] for s in seeds])) for k in seeds[0]}, "seeds": seeds}


def short(figures: dict) -> dict:
    """The means of `score` to four digits, for the manifest."""
    def rounded(values: dict) -> dict:
        return {k: round(v, 4) if isinstance(v, float) else v for k, v in values.items()}

    return {"note": "means over four seeds of models/PROTOCOL.md, on packages with the specimens held out",
            **{part: {k: rounded(v["mean"]) for k, v in figures[part].items()} for part in ("accuracy", "unknown", "mixtures")},
            "calibrationError": rounded(figures["calibrationError"]), "sets": {k: rounded(v) for k, v in figures["sets"].items()}}
