// The long form of the proofs: `npm run assure`. Figures that are quoted anywhere come from here. Takes hours where the networks are not in the cache.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const data = "../shared/data";
const python = process.env.PYTHON ?? "python3";
const failed: string[] = [];

function run(
  name: string,
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): void {
  console.log(`\n── ${name}`);
  const { status } = spawnSync(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) failed.push(name);
}

run("property tests, twenty times as many inputs", "vitest", ["run", "contract", "spectra", "renderer", "inference"], {
  env: { PROPERTY_RUNS: "2000" },
});
run("journal on a model of a disk, long form", "vitest", ["run", "station/journal"], { env: { ASSURE: "1" } });
run("an instrument is plugged in again, a hundred times", "vitest", ["run", "devices/reconnect.test.ts"], {
  env: { ASSURE: "1" },
});
run("every fault of a line, long form", "vitest", ["run", "devices/testing/faults"], { env: { ASSURE: "1" } });
run("ten million bytes of anything through each parser", "vitest", ["run", "devices/testing/fuzz.test.ts"], {
  env: { ASSURE: "1" },
});
run("parsers against the fastest line", "node", ["bench/parsers.ts"]);
run("a live trace for ten minutes", "vitest", ["run", "devices/testing/live"], { env: { ASSURE: "1" } });
// An hour; SOAK_MINUTES makes it longer.
run("four instruments on bad lines", "vitest", ["run", "devices/testing/soak.test.ts"], { env: { ASSURE: "1" } });
run("SIGKILL of the station during a traverse, 200 times", "vitest", ["run", "station/kill.test.ts"], {
  env: { ASSURE: "1" },
});
run("names of simulated samples, long form", "vitest", ["run", "inference/rocks/simulation.test.ts"], {
  env: { ASSURE: "1" },
});
run(
  "calibration of 1,000 random instruments of each technique",
  "vitest",
  ["run", "spectra/calibration/randomInstruments.test.ts"],
  {
    env: { ASSURE: "1" },
  },
);
run("speed of a batch against its own floor", "node", ["bench/batch.ts", "1000", "7"]);

run("speed of verifying a journal against SHA-256 alone", "node", ["bench/verify.ts", "800", "15"]);
run("one fused spot against the reference CNN", "node", ["bench/fused.ts"]);

const hasPython = spawnSync(python, ["-c", "import numpy, onnx, onnxruntime, scipy, sklearn, torch"]).status === 0;
if (existsSync(data) && hasPython) {
  run(
    "the measurement of models/PROTOCOL.md, through the command line",
    python,
    ["-m", "lithoscope_models", "evaluate"],
    {
      cwd: "models",
    },
  );
} else {
  console.log(
    `\nSkipped: recognition of held-out specimens needs ${data} and Python with models/requirements.txt (PYTHON names it).`,
  );
}

console.log(failed.length === 0 ? "\nAll proofs hold." : `\nFailed: ${failed.join("; ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
