// Tries a model package out and ends: it is told a folder and where to run the graph, runs the golden inputs and says what
// they gave and how long a spot took. Who vouches for the package was asked before.

import { toProblem } from "../../contract/errors.ts";
import { ProviderName } from "../../contract/identification.ts";
import { checkGolden, spotMs } from "../../inference/golden.ts";
import { Model } from "../../inference/model.ts";
import { openPackage } from "../../inference/package.ts";

const tell = (message: object): void => {
  process.send?.(message, () => process.disconnect());
};

process.on("disconnect", () => process.exit()); // whoever asked is gone

try {
  const [folder = "", provider = "cpu"] = process.argv.slice(2);
  const modelPackage = await openPackage(folder, { allowUnsigned: true });
  const model = await Model.load(modelPackage, { provider: ProviderName.parse(provider) });
  tell({ report: await checkGolden(model), spotMs: await spotMs(model) });
} catch (error) {
  tell({ problem: toProblem(error) });
}
