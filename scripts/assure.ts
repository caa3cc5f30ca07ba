// The long form of the proofs: `npm run assure`. Figures that are quoted anywhere come from here. Takes an hour or so.
import { spawnSync } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { join } from "node:path";

const data = "../shared/data";
const heldout = ".cache/models/heldout";
const seeds = ["0", "1", "2"];
const python = process.env.PYTHON ?? "python3";
const failed: string[] = [];

function run(
  name: string,
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; output?: string } = {},
): boolean {
  console.log(`\n── ${name}`);
  const { status } = spawnSync(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", options.output === undefined ? "inherit" : openSync(options.output, "w"), "inherit"],
  });
  if (status !== 0) failed.push(name);
  return status === 0;
}

run("journal on a model of a disk, long form", "vitest", ["run", "station/journal"], { env: { ASSURE: "1" } });
run("speed of a batch against its own floor", "node", ["bench/batch.ts", "1000", "7"]);

const hasPython = spawnSync(python, ["-c", "import numpy, onnx, onnxruntime, scipy, sklearn"]).status === 0;
if (!existsSync(data) || !hasPython) {
  console.log(
    `\nSkipped: recognition of held-out specimens needs ${data} and Python with models/requirements.txt (PYTHON names it).`,
  );
} else if (
  run("packages without the held-out specimens", python, ["-m", "lithoscope_models", "heldout", "--seed", ...seeds], {
    cwd: "models",
  })
) {
  for (const seed of seeds) {
    const folder = join(heldout, `seed-${seed}`);
    const answers = join(folder, "answers.jsonl");
    const list = join(folder, "SPOTS.jsonl");
    const identify = ["bin/lithoscope.js", "identify", "--batch", list, "--json", "--model", join(folder, "package")];
    if (run(`held-out specimens of seed ${seed} through the command line`, "node", identify, { output: answers })) {
      const score = ["-m", "lithoscope_models", "score", "--seed", seed, "--answers", "answers.jsonl"];
      run(`score of seed ${seed}, and the same in Python`, python, score, { cwd: "models" });
    }
  }
}

console.log(failed.length === 0 ? "\nAll proofs hold." : `\nFailed: ${failed.join("; ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
