import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { fromProblem, LithoscopeError, Problem } from "../../contract/errors.ts";
import type { ProviderName } from "../../contract/identification.ts";
import type { GoldenReport } from "../../inference/golden.ts";
import type { ModelPackage } from "../../inference/package.ts";

/**
 * A trial takes one or two seconds of processor time. By the clock that can be minutes where other programs hold the
 * processor (seen: more than two with 28 processes waiting for two cores), and a good package must not be refused for it.
 */
const deadlineMs = 600_000;

/** What the child process says before it ends. */
export const FromGoldenChild = z.union([
  z.object({
    report: z.object({ cases: z.int(), failures: z.array(z.string()), largestDifference: z.number() }),
    spotMs: z.number(),
  }),
  z.object({ problem: Problem }),
]);

/** In its room as source, or beside the bundle of the desktop shell. */
const defaultProgram = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "goldenProgram.ts" : "./golden.js", import.meta.url),
);

/** What a trial gave: the golden report, and the median time of a spot in ms. */
export type Trial = GoldenReport & { readonly spotMs: number };

/**
 * Runs a package's golden inputs in a process of its own, which a graph can kill or hold for ever without harm to
 * anybody. Throws what the check throws there, and package-golden-failed if the process dies or does not end in time.
 */
export async function checkGoldenApart(
  { folder, manifest }: Pick<ModelPackage, "folder" | "manifest">,
  { program = defaultProgram, limitMs = deadlineMs, provider = "cpu" as ProviderName } = {},
): Promise<Trial> {
  const child = fork(program, [folder, provider], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: [],
    // In the desktop shell the executable is Electron; this makes it plain Node.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, limitMs);
  let said: unknown;
  child.on("message", (message) => {
    said = message;
  });
  try {
    const end = await new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    const parsed = FromGoldenChild.safeParse(said);
    if (!parsed.success) {
      const reason = late ? `did not end within ${limitMs / 1000} s` : `ended by itself (${end})`;
      throw new LithoscopeError(
        "package-golden-failed",
        `The model package ${manifest.id} ${manifest.version} was tried out in a process of its own, which ${reason}.`,
        late
          ? "If other programs keep this machine busy, close them and try again. Otherwise do not use the package here."
          : "Do not use it on this machine. Tell its publisher what machine this is.",
      );
    }
    if ("problem" in parsed.data) throw fromProblem(parsed.data.problem);
    return { ...parsed.data.report, spotMs: parsed.data.spotMs };
  } finally {
    clearTimeout(timer);
  }
}
