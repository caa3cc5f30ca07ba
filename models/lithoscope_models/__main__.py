"""Command line of the pipeline: train, calibrate, export, evaluate (see models/README.md)."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from . import build, evaluate, protocol, spots
from .calibration import mean
from .dataset import CACHE
from .fit import fit
from .write import write

HERE = Path(__file__).resolve().parents[1]
CALIBRATION, METRICS = HERE / "calibration.json", HERE / "metrics.json"


def calibrated(data: Path, seeds: list[int]) -> dict:
    """Fit every seed; {"scales", "calibration", "presenceLimits"} as means over the seeds."""
    found = []
    for seed in seeds:
        model = build.fusion(data, seed)
        calibration = fit(model, data, seed)
        found.append({"scales": {t: h.scale for t, h in model.heads.items()}, "calibration": calibration,
                      "presenceLimits": model.heads["libs"].about["presenceLimits"]})
        print(f"seed {seed} calibrated", flush=True)
    return {"seeds": seeds, **mean(found)}


def exported(data: Path, out: Path) -> dict:
    """The shipped package: trained on all specimens, with the calibration of calibration.json."""
    told = json.loads(CALIBRATION.read_text())
    model = build.fusion(data, None)
    for technique, scale in told["scales"].items():
        model.heads[technique].scale = scale
    model.heads["libs"].about["presenceLimits"] = told["presenceLimits"]
    metrics = evaluate.short(json.loads(METRICS.read_text())) if METRICS.exists() else {}
    trained = {"seed": 0, "specimens": "all", "calibrated": f"mean over the held-out packages of seeds {told['seeds']}"}
    return write(model, told["calibration"], data, out, metrics, trained)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lithoscope_models", description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data", help="folder of index.csv")
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train the networks of the shipped package (and of seeds) into the cache")
    train.add_argument("--seed", type=int, nargs="*", default=[])
    calibrate = commands.add_parser("calibrate", help="scales, weights, sets and the unknown -> calibration.json")
    calibrate.add_argument("--seed", type=int, nargs="+", default=list(protocol.REPORTED_SEEDS))
    export = commands.add_parser("export", help="write the shipped package")
    export.add_argument("--out", type=Path, default=HERE / "packages" / "fusion-1")
    measure = commands.add_parser("evaluate", help="packages and spots per seed, asked through the product -> metrics.json")
    measure.add_argument("--seed", type=int, nargs="+", default=list(protocol.REPORTED_SEEDS))
    measure.add_argument("--dir", type=Path, default=CACHE / "measured")
    measure.add_argument("--only", choices=("prepare", "ask", "score"), nargs="+", default=["prepare", "ask", "score"])
    measure.add_argument("--out", type=Path, default=METRICS)
    bands = commands.add_parser("bands", help="write the bands of a package again")
    bands.add_argument("--out", type=Path, default=HERE / "packages" / "fusion-1")
    for command in commands.choices.values():
        command.add_argument("--data", type=Path, default=argparse.SUPPRESS)
    args = parser.parse_args()

    if args.command == "train":
        for seed in [*args.seed, None]:
            build.fusion(args.data, seed)
        for seed in args.seed:
            build.fusion(args.data, seed, frozenset(protocol.removed(spots.index(args.data), seed)))
    elif args.command == "calibrate":
        CALIBRATION.write_text(json.dumps(calibrated(args.data, args.seed), indent=1) + "\n")
    elif args.command == "export":
        print(json.dumps(exported(args.data, args.out)["files"], indent=1))
    elif args.command == "bands":
        from .bands import write as write_bands

        write_bands(args.data, args.out)
    else:
        folders = {s: args.dir / f"seed-{s}" for s in args.seed}
        for seed, folder in folders.items():
            if "prepare" in args.only:
                evaluate.prepare(args.data, seed, folder)
            if "ask" in args.only:
                evaluate.ask(folder)
        if "score" in args.only:
            result = evaluate.score(args.data, folders)
            args.out.write_text(json.dumps(result, indent=1) + "\n")
            print(json.dumps({k: v for k, v in result.items() if k != "accuracy"}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
