import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Model } from "../inference/model.ts";
import { openPackage, shippedPackageFolder } from "../inference/package.ts";
import { identifyBatch, SpotReader, type SpotResult, spotsPerRun } from "./batch.ts";
import { rruffFile } from "./testing/exampleFiles.ts";

let model: Model;
let folder: string;
let reader: SpotReader;
beforeAll(async () => {
  model = await Model.load(await openPackage(shippedPackageFolder, { allowUnsigned: false }));
  folder = mkdtempSync(join(tmpdir(), "lithoscope-batch-"));
  for (const name of ["Quartz", "Calcite", "Forsterite"]) writeFileSync(join(folder, `${name}.txt`), rruffFile(name));
  writeFileSync(join(folder, "empty.txt"), "");
  reader = new SpotReader(model.package.manifest, folder);
});
afterAll(async () => {
  await reader.close();
  await model.close();
  rmSync(folder, { recursive: true });
});

async function answers(lines: readonly string[]): Promise<SpotResult[]> {
  const results: SpotResult[] = [];
  for await (const result of identifyBatch(model, reader, lines.join("\n"), () => {})) results.push(result);
  return results;
}

const leading = (result: SpotResult | undefined) =>
  result !== undefined && "minerals" in result ? result.minerals[0]?.name : undefined;

test("each spot gets its own answer, in the order of the list, over several groups", async () => {
  const names = Array.from({ length: 2 * spotsPerRun + 3 }, (_, i) => ["Quartz", "Calcite", "Forsterite"][i % 3]!);
  const results = await answers(names.map((name, i) => JSON.stringify({ id: `spot ${i}`, raman: [`${name}.txt`] })));
  expect(results.map((r) => r.id)).toEqual(names.map((_, i) => `spot ${i}`));
  expect(results.map(leading)).toEqual(names);
});

test("a bad spot says what is wrong and the rest go on", async () => {
  const results = await answers([
    '{"id": "a", "raman": ["Quartz.txt"]}',
    '{"id": "b", "raman": ["missing.txt"]}',
    '{"id": "c", "raman": []}',
    '{"id": "d", "raman": "Quartz.txt"}',
    "not json",
    '{"id": "f", "raman": ["empty.txt"]}',
    '{"id": "g", "raman": ["Calcite.txt"]}',
  ]);
  expect(results.map((r) => ("error" in r ? r.error.code : leading(r)))).toEqual([
    "Quartz",
    "file-not-found",
    "spot-empty",
    "spot-invalid",
    "spot-invalid",
    "file-empty",
    "Calcite",
  ]);
  expect(results.map((r) => r.id)).toEqual(["a", "b", "c", "d", undefined, "f", "g"]);
});

test("a group of bad spots alone does not stop the list", async () => {
  const bad = Array.from({ length: spotsPerRun }, (_, i) => `{"id": "bad ${i}", "raman": ["missing.txt"]}`);
  const results = await answers([...bad, '{"id": "good", "raman": ["Quartz.txt"]}']);
  expect(leading(results.at(-1))).toBe("Quartz");
});

test("a list that an editor began with a byte order mark and ended with Windows line ends reads all the same", async () => {
  const results = await answers([
    '\uFEFF{"id": "a", "raman": ["Quartz.txt"]}\r',
    '{"id": "b", "raman": ["Calcite.txt"]}\r',
  ]);
  expect(results.map(leading)).toEqual(["Quartz", "Calcite"]);
});

test("replicates of one spot are one answer", async () => {
  const [result] = await answers(['{"id": "a", "raman": ["Quartz.txt", "Quartz.txt"]}']);
  expect(leading(result)).toBe("Quartz");
});

test("an empty list has no answers", async () => {
  expect(await answers([])).toEqual([]);
});
