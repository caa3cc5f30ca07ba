// Writes the hash of a package's manifest into inference/shipped.json: from then on that package is the trusted one.
// Run after `python -m lithoscope_models build`:  node scripts/shipPackage.ts fusion-1
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const folder = process.argv[2];
if (folder === undefined) throw new Error("name a folder of models/packages, for example fusion-1");
const manifestSha256 = createHash("sha256")
  .update(readFileSync(`models/packages/${folder}/manifest.json`))
  .digest("hex");
writeFileSync("inference/shipped.json", `${JSON.stringify({ folder, manifestSha256 }, undefined, 2)}\n`);
