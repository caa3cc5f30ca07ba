// One fused spot (Raman, VNIR and LIBS) through the bare session.run of the shipped package, as a ratio to a reference CNN of
// three branches run turn by turn in the same process. Make the reference first: bench/referenceCnn.py.
import { existsSync } from "node:fs";
import * as ort from "onnxruntime-node";
import { techniques } from "../contract/spectrum.ts";
import { Model } from "../inference/model.ts";
import { openPackage, shippedPackageFolder } from "../inference/package.ts";

const referencePath = process.argv[2] ?? ".cache/bench/reference.onnx";
const rounds = Number(process.argv[3] ?? 300);
if (!existsSync(referencePath)) {
  console.error(`There is no ${referencePath}. Make it: python bench/referenceCnn.py ${referencePath}`);
  process.exit(1);
}

const model = await Model.load(await openPackage(shippedPackageFolder, { allowUnsigned: false }));
const reference = await ort.InferenceSession.create(referencePath, { executionProviders: ["cpu"] });
const gridded = (count: number) => {
  const values = Float32Array.from({ length: count }, () => Math.random());
  return { values, mask: new Float32Array(count).fill(1), covered: count };
};
const { techniques: inputs } = model.package.manifest;
const spot = Object.fromEntries(techniques.map((t) => [t, gridded(inputs[t].grid.count)]));
const fused = model.tensors([spot]);
const feeds = Object.fromEntries(
  techniques.map((t) => [t, new ort.Tensor("float32", spot[t]?.values ?? [], [1, 1, inputs[t].grid.count])]),
);

const times = { fused: [] as number[], reference: [] as number[] };
for (let round = 0; round < rounds; round++) {
  times.fused.push(await timed(() => model.runTensors(fused)));
  times.reference.push(await timed(() => reference.run(feeds)));
}
const middle = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const [own, other] = [middle(times.fused), middle(times.reference)];
console.log(
  `fused spot ${own.toFixed(2)} ms, reference CNN ${other.toFixed(2)} ms, ratio ${(own / other).toFixed(2)} (bar: at most 5)`,
);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
