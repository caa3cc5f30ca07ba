"""The held-out measurement: one specimen of every mineral with two or more, on a package built without them."""

from __future__ import annotations

import json
import tarfile
from collections import defaultdict
from pathlib import Path

import numpy as np

from .dataset import spectra
from .decide import Package
from .package import matcher, training_table
from .write import write

TESTED = "rruff_excellent_unoriented"


def choose(rows: list[dict], seed: int) -> set[tuple[str, str]]:
    """(mineral, specimen) pairs held out: one random specimen of each mineral with at least two.

    A few specimens are filed under two minerals; one that is the only specimen of the other mineral stays.
    """
    specimens = defaultdict(set)
    for r in rows:
        if r["source"] == TESTED:
            specimens[r["mineral"]].add(r["specimen"])
    needed = {next(iter(s)) for s in specimens.values() if len(s) == 1}
    several = {m for m, s in specimens.items() if len(s) > 1}
    specimens = {m: s - needed for m, s in specimens.items()}
    rng = np.random.default_rng(seed)
    return {(m, sorted(s)[rng.integers(len(s))]) for m, s in sorted(specimens.items()) if m in several}


def prepare(data: Path, seed: int, out: Path) -> None:
    """Write OUT/package, OUT/SPOTS.jsonl with OUT/spectra/*.txt (the files as RRUFF made them) and OUT/truth.json."""
    rows = training_table(data, "raman").rows
    held = choose(rows, seed)
    tested = {r["path"]: r for r in rows if r["source"] == TESTED and (r["mineral"], r["specimen"]) in held}
    m = matcher(data, {specimen for _, specimen in held})
    write(m, data, out / "package", {})
    (out / "spectra").mkdir(parents=True, exist_ok=True)
    with tarfile.open(data / "raman.tar.xz", "r|xz") as tar:
        for member in tar:
            if member.name in tested:
                (out / "spectra" / f"{tested[member.name]['id']}.txt").write_bytes(tar.extractfile(member).read())
    lines = [{"id": r["id"], "raman": [f"spectra/{r['id']}.txt"], "vnir": [], "libs": []} for r in tested.values()]
    (out / "SPOTS.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    truth = {r["id"]: r["mineral"] for r in tested.values()}
    (out / "truth.json").write_text(json.dumps(truth, indent=1))
    with_reference = len(set(m.owner["raman"]))
    print(f"seed {seed}: {len(held)} specimens, {len(truth)} spectra held out; {len(m.classes)} candidates, "
          f"{with_reference} of them with Raman references", flush=True)


def figures(ranked: dict[str, list[str]], truth: dict[str, str]) -> dict[str, float]:
    """Share of spots whose mineral is within the first 1, 3, 5."""
    return {f"top{k}": round(float(np.mean([truth[i] in ranked.get(i, [])[:k] for i in truth])), 4) for k in (1, 3, 5)}


def python_answers(data: Path, out: Path) -> dict[str, dict[str, float]]:
    """Ranked probabilities by this code's own ONNX run; spot id -> {mineral: probability}, best first."""
    package = Package(out / "package")
    truth = json.loads((out / "truth.json").read_text())
    spots = {r["id"]: {"raman": [(x, y)]} for r, x, y in spectra(data, "raman") if r["id"] in truth}
    answers, ids = {}, list(spots)
    for i in range(0, len(ids), 64):
        for name, a in zip(ids[i:i + 64], package.answer([spots[j] for j in ids[i:i + 64]])):
            order = np.argsort(-a.probabilities, kind="stable")
            answers[name] = {package.manifest["classes"][k]: float(a.probabilities[k]) for k in order}
            answers[name]["(set)"] = a.names
            answers[name]["(unknown)"] = a.unknown
    return answers


def score(data: Path, out: Path, answers: Path | None) -> dict:
    """Figures of this code's answers, and of a file of the command line's answers with their largest difference."""
    truth = json.loads((out / "truth.json").read_text())
    ours = python_answers(data, out)
    ranked = {i: [n for n in a if n[0] != "("] for i, a in ours.items()}
    result = {"python": figures(ranked, truth)}
    p = np.array([ours[i].get(truth[i], 0.0) for i in truth])
    result["python"]["setCoverage"] = round(float(np.mean([truth[i] in ours[i]["(set)"] for i in truth])), 4)
    result["python"]["setSize"] = round(float(np.mean([len(ours[i]["(set)"]) for i in truth])), 3)
    result["python"]["meanLogLoss"] = round(float(-np.log(np.maximum(p, 1e-12)).mean()), 4)
    if answers:
        lines = map(json.loads, answers.read_text().splitlines())
        theirs = {a["id"]: a for a in lines if "minerals" in a and a["id"] in truth}
        listed = {i: [e["name"] for e in a["minerals"]] for i, a in theirs.items()}
        result["answers"] = figures(listed, truth)
        result["missing"] = sorted(set(truth) - set(theirs))
        # The product states P(mineral) = P(mineral | in the library) * (1 - unknown); ours is the conditional one.
        gaps = [abs(e["probability"] - ours[i][e["name"]] * (1 - ours[i]["(unknown)"]))
                for i, a in theirs.items() for e in a["minerals"]]
        result["largestDifference"] = max(gaps, default=None)
        apart = [abs(v - result["python"][k]) for k, v in result["answers"].items()]
        result["agree"] = max(apart + gaps, default=0) <= 0.002
    return result


def summary(data: Path, folders: list[Path], answers: list[Path | None]) -> dict:
    """score of several seeds and their mean."""
    seeds = [score(data, f, a) for f, a in zip(folders, answers)]
    mean = {k: round(float(np.mean([s["python"][k] for s in seeds])), 4) for k in seeds[0]["python"]}
    return {"seeds": seeds, "mean": mean}
