"""Command line of the pipeline: build, heldout, score, evaluate (see models/README.md)."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from .dataset import CACHE
from .heldout import prepare, summary
from .package import matcher
from .write import write

HERE = Path(__file__).resolve().parents[1]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lithoscope_models", description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data", help="folder of index.csv")
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="build the shipped package from all data")
    build.add_argument("--out", type=Path, default=HERE / "packages" / "matcher-1")
    held = commands.add_parser("heldout", help="per seed: a package without the held-out specimens, and their spots")
    held.add_argument("--seed", type=int, nargs="+", default=[0, 1, 2])
    held.add_argument("--out", type=Path, default=CACHE / "heldout")
    score = commands.add_parser("score", help="figures on the held-out spots; compares an answers file")
    score.add_argument("--seed", type=int, nargs="+", default=[0, 1, 2])
    score.add_argument("--dir", type=Path, default=CACHE / "heldout")
    score.add_argument("--answers", default=None, help="file name of the answers inside each seed's folder")
    evaluate = commands.add_parser("evaluate", help="VNIR, LIBS, fusion and robustness figures")
    evaluate.add_argument("--dir", type=Path, default=CACHE / "heldout", help="where `heldout --seed 0` was written")
    evaluate.add_argument("--out", type=Path, default=HERE / "metrics.json")
    for command in commands.choices.values():
        command.add_argument("--data", type=Path, default=argparse.SUPPRESS)
    args = parser.parse_args()

    if args.command == "build":
        metrics = HERE / "metrics.json"
        known = json.loads(metrics.read_text()) if metrics.exists() else {}
        manifest = write(matcher(args.data), args.data, args.out, known)
        print(json.dumps({"classes": len(manifest["classes"]), **manifest["metrics"]["leaveOneSpecimenOut"],
                          "files": manifest["files"]}, indent=1))
    elif args.command == "heldout":
        for seed in args.seed:
            prepare(args.data, seed, args.out / f"seed-{seed}")
    elif args.command == "score":
        folders = [args.dir / f"seed-{s}" for s in args.seed]
        result = summary(args.data, folders, [f / args.answers if args.answers else None for f in folders])
        print(json.dumps(result, indent=1))
        return 0 if all(s.get("agree", True) and not s.get("missing") for s in result["seeds"]) else 1
    else:
        from .evaluate import everything

        result = everything(args.data, args.dir, HERE / "packages" / "matcher-1")
        args.out.write_text(json.dumps(result, indent=1) + "\n")
        print(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
