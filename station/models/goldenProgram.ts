// Tries a model package out and ends: it is told a folder, runs the golden inputs there and says what they gave. Who
// vouches for the package was asked before.
import { toProblem } from "../../contract/errors.ts";
import { checkGolden } from "../../inference/golden.ts";
import { Model } from "../../inference/model.ts";
import { openPackage } from "../../inference/package.ts";

const tell = (message: object): void => {
  process.send?.(message, () => process.disconnect());
};

process.on("disconnect", () => process.exit()); // whoever asked is gone

try {
  const model = await Model.load(await openPackage(process.argv[2] ?? "", { allowUnsigned: true }));
  tell({ report: await checkGolden(model) });
} catch (error) {
  tell({ problem: toProblem(error) });
}
