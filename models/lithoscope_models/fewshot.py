"""Minerals learned later (models/PROTOCOL.md): the package without them, what each is taught from, and the scores.

The product itself learns (inference/learned/); here stand its rule once more, for choosing the constants, and the lists of
files that go through `lithoscope identify --batch --learn`. Commands: python -m lithoscope_models.fewshot {prepare,ask,score,
try,parity} --seed N.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path

import numpy as np

from . import fit, matching, protocol, raman, spots, write
from .build import fusion
from .dataset import CACHE
from .decide import fused
from .fusion import Fusion
from .graph import Graph
from .package import TECHNIQUES, session

ROOT = Path(__file__).resolve().parents[2]
# A learned class has no trained class vector; the code of its spectrum stands in for it, so the network's nearest reference
# counts once more by this share of the vector's weight. Its bias: the query's estimate (raman_hub, see heads.py) times this.
# Both chosen on seed 10; the same numbers stand in inference/learned/evidence.ts.
VECTOR_SHARE, HUB_FACTOR = 1.0, 1.0


def gone(data: Path, seed: int) -> frozenset[str]:
    return frozenset(protocol.learned_later(spots.index(data), seed))


def taught(data: Path, seed: int) -> dict[str, dict]:
    """Mineral -> the row that it is learned from: a specimen drawn with equal chance, then one of its spectra."""
    out = {}
    for mineral in sorted(gone(data, seed)):
        rows = [r for r in spots.index(data) if r["technique"] == "raman" and r["mineral"] == mineral]
        draw = protocol._draw(seed, "learned from", mineral)
        specimen = draw.choice(sorted({r["specimen"] for r in rows}))
        own = sorted((r for r in rows if r["specimen"] == specimen), key=lambda r: r["id"])
        out[mineral] = own[draw.integers(len(own))]
    return out


def asked(data: Path, seed: int) -> dict[str, list[dict]]:
    """`new`: all spectra of the other specimens of the learned minerals; `old`: the test spectra of the minerals that stay."""
    from_row, out = taught(data, seed), gone(data, seed)
    new = [r for r in spots.index(data) if r["technique"] == "raman" and r["mineral"] in out
           and r["specimen"] != from_row[r["mineral"]]["specimen"]]
    return {"new": new, "old": spots.held_out(data, "raman", seed, "test", out)}


def compared(features: np.ndarray, mask: np.ndarray, learned: np.ndarray, learned_mask: np.ndarray) -> np.ndarray:
    """Similarity [B, L] of queries to learned spectra, as the graph compares its own (matching.cosine); features
    [n, 2 * cells] and masks [n, cells] float32."""
    g = Graph()
    cells = raman.GRID.count
    got = matching.cosine(g, g.input("query", 2 * cells), g.input("mask", cells), g.const(learned), g.const(learned_mask),
                          cells, raman.SHIFT_CELLS, raman.OVERLAP_FLOOR, raman.OVERLAP_BLOCK)
    g.output(got, "out", ["B", len(learned)])
    return session(g.model()).run(None, {"query": features, "mask": mask})[0]


def heard(model: Fusion, data: Path, rows: list[dict]) -> dict[str, np.ndarray]:
    """What the graph says of Raman spectra: its outputs by name, and `mask`."""
    s = session(model.model())
    wanted = ["evidence", "raman_features", "raman_code", "raman_hub"]
    parts = []
    for i in range(0, len(rows), 64):
        value, mask = fit.gridded(data, "raman", [r["id"] for r in rows[i:i + 64]])
        feeds = {"raman": value, "raman_mask": mask}
        for t in TECHNIQUES[1:]:
            feeds |= {n: np.zeros((len(value), _width(s, n)), np.float32) for n in (t, f"{t}_mask")}
        parts.append({**dict(zip(wanted, s.run(wanted, feeds))), "mask": mask})
    return {k: np.concatenate([p[k] for p in parts]) for k in parts[0]}


def _width(s, name: str) -> int:
    return next(i.shape[1] for i in s.get_inputs() if i.name == name)


def evidence(head, query: dict, reference: dict, vector_share: float, hub_factor: float) -> np.ndarray:
    """Evidence [B, L] of classes learned from one spectrum each."""
    p = head.about["parts"]
    s = compared(query["raman_features"], query["mask"], reference["raman_features"], reference["mask"])
    k = query["raman_code"] @ reference["raman_code"].T
    return head.scale * (p["matched"] * s + (p["nearest"] + vector_share * p["vector"]) * k - hub_factor * query["raman_hub"])


def ranked(model: Fusion, calibration: dict, data: Path, seed: int, shares=((VECTOR_SHARE, HUB_FACTOR),)) -> list[dict]:
    """Figures by Python's own run of the graph, for each (vector share, hub factor)."""
    from_row, lists = taught(data, seed), asked(data, seed)
    names = sorted(from_row)
    reference = heard(model, data, [from_row[m] for m in names])
    said = {k: heard(model, data, rows) for k, rows in lists.items()}
    number = {m: i for i, m in enumerate([*model.classes, *names])}
    truth = {k: np.array([number.get(r["mineral"], -1) for r in rows]) for k, rows in lists.items()}
    before = {k: fused(calibration["raman"], fit.lacking(model), q["evidence"]) for k, q in said.items()}
    out = []
    for share, hub in shares:
        after = {k: np.concatenate([before[k], calibration["raman"]["weights"]["raman"]
                                    * evidence(model.heads["raman"], q, reference, share, hub)], axis=1)
                 for k, q in said.items()}
        lead = {k: z.argmax(axis=1) for k, z in after.items()}
        was, now = before["old"].argmax(axis=1) == truth["old"], lead["old"] == truth["old"]
        hit = lead["new"] == truth["new"]
        out.append({"vectorShare": share, "hubFactor": hub,
                    **figures(hit, [r["mineral"] for r in lists["new"]], was, now, after["new"], truth["new"])})
    return out


def figures(hit, minerals, was, now, z=None, truth=None) -> dict:
    each = [np.mean(hit[np.array(minerals) == m]) for m in sorted(set(minerals))]
    out = {"new": float(np.mean(hit)), "newPerMineral": float(np.mean(each)), "oldBefore": float(np.mean(was)),
           "oldAfter": float(np.mean(now)), "oldLost": float(np.mean(was) - np.mean(now)), "spectra": len(hit)}
    if z is not None:
        top5 = np.argsort(-z, axis=1)[:, :5] == truth[:, None]
        out |= {"newTop3": float(top5[:, :3].any(axis=1).mean()), "newTop5": float(top5.any(axis=1).mean())}
    return out


def prepare(data: Path, seed: int, out: Path) -> None:
    """Write OUT/package, OUT/learn.jsonl, OUT/{new,old}.jsonl, OUT/spectra/*.csv and OUT/truth.json."""
    (out / "spectra").mkdir(parents=True, exist_ok=True)

    def file(row: dict) -> str:
        path = out / "spectra" / f"raman-{row['id']}.csv"
        if not path.exists():
            x, y = spots.spectrum(data, "raman", row["id"])
            ok = np.isfinite(y)
            np.savetxt(path, np.stack([x[ok], y[ok]], axis=1), fmt="%.7g", delimiter=",")
        return f"spectra/{path.name}"

    lists = asked(data, seed)
    lines = [{"name": m, "raman": [file(r)]} for m, r in taught(data, seed).items()]
    (out / "learn.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    for name, rows in lists.items():
        (out / f"{name}.jsonl").write_text("".join(json.dumps({"id": r["id"], "raman": [file(r)]}) + "\n" for r in rows))
    (out / "truth.json").write_text(json.dumps({r["id"]: r["mineral"] for rows in lists.values() for r in rows}))
    without = gone(data, seed)
    model = fusion(data, seed, without)
    write.write(model, fit.fit(model, data, seed, without), data, out / "package", {},
                {"seed": seed, "minerals removed": len(without), "held out": "test and calibration specimens of models/PROTOCOL.md"})


def ask(folder: Path) -> None:
    """Run the product: new and old spectra with the minerals learned, old ones without."""
    for name, learn in (("new", True), ("old", True), ("old", False)):
        with (folder / f"{name}{'' if learn else '-before'}.answers.jsonl").open("w") as answers:
            subprocess.run(["npx", "lithoscope", "identify", "--batch", str(folder / f"{name}.jsonl"), "--json", "--model",
                            str(folder / "package"), *(["--learn", str(folder / "learn.jsonl")] if learn else [])],
                           cwd=ROOT, stdout=answers, check=True)


def score(folder: Path) -> dict:
    truth = json.loads((folder / "truth.json").read_text())

    def read(name: str) -> tuple[np.ndarray, list[str]]:
        answers = [json.loads(line) for line in (folder / f"{name}.answers.jsonl").read_text().splitlines()]
        right = [(a.get("minerals") or [{"name": ""}])[0]["name"] == truth[a["id"]] for a in answers]
        return np.array(right), [truth[a["id"]] for a in answers]

    new, minerals = read("new")
    return figures(new, minerals, read("old-before")[0], read("old")[0])


def drawn(seed: int, count: int) -> np.ndarray:
    """Numbers of -1 to 1 that inference/learned/similarity.test.ts draws as well: whole-number arithmetic alone."""
    out, state = [], seed
    for _ in range(count):
        state = (state * 1103 + 12345) % 65536
        out.append((state % 2001) / 1000 - 1)
    return np.array(out, np.float32)


def made(seed: int, cells: int, first: int, end: int) -> tuple[np.ndarray, np.ndarray]:
    """A made-up spectrum's features [2 * cells] of length 1 and mask [cells]."""
    mask = ((np.arange(cells) >= first) & (np.arange(cells) < end)).astype(np.float32)
    raw = np.pad(drawn(seed, 2 * cells).reshape(2, cells), ((0, 0), (1, 1)))
    smooth = ((raw[:, :-2] + raw[:, 1:-1] + raw[:, 2:]) * mask).ravel()
    return smooth / np.linalg.norm(smooth), mask


def parity() -> dict:
    """Test vectors: made-up spectra compared by the graph's own nodes."""
    cells, cases = raman.GRID.count, []
    for query, reference in (((1, 0, 751), (1, 0, 751)), ((1, 0, 751), (2, 0, 751)), ((3, 20, 700), (3, 100, 751)),
                             ((4, 50, 551), (4, 0, 300)), ((5, 0, 751), (5, 730, 751)), ((6, 0, 751), (7, 333, 601))):
        (a, am), (b, bm) = made(query[0], cells, *query[1:]), made(reference[0], cells, *reference[1:])
        expected = compared(a[None], am[None], b[None], bm[None])[0, 0]
        cases.append({"query": query, "reference": reference, "expected": round(float(expected), 7)})
    return {"cells": cells, "cases": cases}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m lithoscope_models.fewshot", description=__doc__)
    parser.add_argument("command", choices=["prepare", "ask", "score", "try", "parity"])
    parser.add_argument("--seed", type=int, nargs="+", default=list(protocol.REPORTED_SEEDS))
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of index.csv")
    parser.add_argument("--out", type=Path, default=CACHE / "fewshot")
    args = parser.parse_args()
    if args.command == "parity":
        (ROOT / "inference" / "learned" / "testing" / "similarity.json").write_text(json.dumps(parity()) + "\n")
        return
    for seed in args.seed:
        folder = args.out / f"seed-{seed}"
        if args.command == "prepare":
            prepare(args.data, seed, folder)
        elif args.command == "ask":
            ask(folder)
        elif args.command == "score":
            print(json.dumps({"seed": seed, **score(folder)}))
        else:
            without = gone(args.data, seed)
            model = fusion(args.data, seed, without)
            print(json.dumps({"seed": seed, **ranked(model, fit.fit(model, args.data, seed, without), args.data, seed)[0]}))


if __name__ == "__main__":
    main()
