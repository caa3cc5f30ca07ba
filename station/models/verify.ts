import { createHash } from "node:crypto";
import { type Problem, toProblem } from "../../contract/errors.ts";
import { type ModelManifest, trustWords } from "../../contract/model.ts";
import { assertGolden } from "../../inference/golden.ts";
import { readManifest, trustOf, verifyFiles } from "../../inference/package.ts";
import type { EnrolledKey } from "../../inference/signature.ts";
import { appVersion } from "../version.ts";
import { checkGoldenApart } from "./golden.ts";
import { assertAppVersion } from "./version.ts";

/** One thing that holds or does not hold of a package. */
export interface Statement {
  readonly about: "manifest" | "files" | "trust" | "version" | "golden";
  readonly sentence: string;
  /** Why it does not hold; undefined if it does. */
  readonly problem?: Problem;
}

/**
 * Everything that installing asks of a package, one statement after the other. A package whose
 * manifest or files do not hold is not run.
 */
export async function* verifyPackage(folder: string, enrolled: readonly EnrolledKey[]): AsyncGenerator<Statement> {
  let manifest: ModelManifest;
  let bytes: Buffer;
  try {
    ({ manifest, bytes } = await readManifest(folder));
  } catch (error) {
    yield failed("manifest", error);
    return;
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const { id, version, classes, minimumAppVersion } = manifest;
  yield { about: "manifest", sentence: `${id} ${version}, ${classes.length} minerals, manifest SHA-256 ${sha256}.` };

  const files = await statement("files", async () => {
    await verifyFiles(folder, manifest);
    return `Each file has the SHA-256 that the manifest states: ${Object.keys(manifest.files).join(", ")}.`;
  });
  yield files;
  yield statement("trust", async () => trustWords(await trustOf(folder, bytes, { allowUnsigned: false, enrolled })));
  yield statement("version", async () => {
    assertAppVersion(manifest);
    return `It needs Lithoscope ${minimumAppVersion} or later; this is ${appVersion}.`;
  });
  if (files.problem !== undefined) return;
  yield statement("golden", async () => {
    const report = await checkGoldenApart({ folder, manifest });
    assertGolden({ manifest }, report);
    return `All ${report.cases} golden inputs have the answers they had when it was made (largest difference ${report.largestDifference.toExponential(0)}).`;
  });
}

async function statement(about: Statement["about"], check: () => Promise<string>): Promise<Statement> {
  try {
    return { about, sentence: await check() };
  } catch (error) {
    return failed(about, error);
  }
}

function failed(about: Statement["about"], error: unknown): Statement {
  const problem = toProblem(error);
  return { about, sentence: problem.sentence, problem };
}
