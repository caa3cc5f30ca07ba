// Speed of `identify --batch` as a ratio to its own floor: bare session.run on the same tensors plus a bare read of the
// same files, measured in the same process, turn by turn, so that a noisy machine slows both alike.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Model } from "../inference/model.ts";
import { openPackage, shippedPackageFolder } from "../inference/package.ts";
import { identifyBatch, SpotReader, spotsPerRun } from "../station/batch.ts";
import { answerJson } from "../station/cli/answers.ts";
import { loadSpectrum } from "../station/files.ts";
import { exampleRruffFile } from "../station/testing/exampleFiles.ts";

const spots = Number(process.argv[2] ?? 1000);
const rounds = Number(process.argv[3] ?? 3);

const model = await Model.load(await openPackage(shippedPackageFolder, { allowUnsigned: false }), { forBatches: true });
const folder = mkdtempSync(join(tmpdir(), "lithoscope-bench-"));
try {
  const names = Array.from({ length: spots }, (_, i) => `spot-${i}.txt`);
  for (const [i, name] of names.entries()) writeFileSync(join(folder, name), exampleRruffFile(i));
  const list = names.map((name, i) => JSON.stringify({ id: String(i), raman: [name], vnir: [], libs: [] })).join("\n");

  const inputs = names.map((n) => model.prepare([loadSpectrum(join(folder, n), "raman")]).input);
  const groups: ReturnType<Model["tensors"]>[] = [];
  for (let i = 0; i < spots; i += spotsPerRun) groups.push(model.tensors(inputs.slice(i, i + spotsPerRun)));
  // Start-up is outside, of the model as of the reading thread; both are once for a batch of any length.
  const reader = new SpotReader(model.package.manifest, folder);
  await reader.read([{ text: list.split("\n")[0] ?? "", number: 1 }]);
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const floorMs = await timed(async () => {
      for (const name of names) readFileSync(join(folder, name));
      for (const tensors of groups) await model.runTensors(tensors);
    });
    let answered = 0;
    const batchMs = await timed(async () => {
      for await (const result of identifyBatch(model, reader, list, () => {}))
        answered += answerJson(result.id, result).length > 0 ? 1 : 0;
    });
    if (answered !== spots) throw new Error(`${answered} of ${spots} spots answered`);
    ratios.push(floorMs / batchMs);
    console.log(
      `round ${round + 1}: ${spots} spots, bare run + read ${floorMs.toFixed(0)} ms, identify --batch ${batchMs.toFixed(0)} ms, ratio ${(floorMs / batchMs).toFixed(2)}`,
    );
  }
  await reader.close();
  ratios.sort((a, b) => a - b);
  console.log(`median ratio ${ratios[Math.floor(ratios.length / 2)]?.toFixed(2)} (bar: at least 0.70)`);
} finally {
  rmSync(folder, { recursive: true });
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
