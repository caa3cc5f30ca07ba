/**
 * Collects what the machine said of held-out specimens, for the simulation of samples:
 * node inference/rocks/testing/buildAnswers.ts FOLDER ANSWERS.jsonl [FOLDER ANSWERS.jsonl …]
 * Each FOLDER is one of `python -m lithoscope_models heldout`, ANSWERS what `lithoscope identify --batch --json` said of it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Identification } from "../../../contract/identification.ts";
import { accessories, simulatedMinerals } from "./minerals.ts";

const Truth = z.record(z.string(), z.string());
const Line = Identification.pick({ minerals: true, unknown: true }).extend({ id: z.string() });
/** Names kept of an answer. */
const kept = 8;

const answers: Record<string, { unknown: number; minerals: [string, number][] }[]> = {};
const given = process.argv.slice(2);
for (let i = 0; i + 1 < given.length; i += 2) {
  const truth = Truth.parse(JSON.parse(readFileSync(join(given[i] ?? "", "truth.json"), "utf8")));
  for (const text of readFileSync(given[i + 1] ?? "", "utf8")
    .trimEnd()
    .split("\n")) {
    const line = Line.safeParse(JSON.parse(text));
    const mineral = line.success ? truth[line.data.id] : undefined;
    if (!line.success || mineral === undefined) continue;
    const { minerals, unknown } = line.data;
    answers[mineral] ??= [];
    answers[mineral].push({
      unknown: round(unknown),
      minerals: minerals.slice(0, kept).map(({ name, probability }) => [name, round(probability)]),
    });
  }
}
const wanted = simulatedMinerals.filter((name) => answers[name] !== undefined).sort();
/** The shapes of all answers, by which the answer to a mineral without a second specimen is made up. */
const all = Object.entries(answers).flatMap(([mineral, list]) =>
  list.map(({ unknown, minerals }) => ({
    unknown,
    rank: minerals.findIndex(([name]) => name === mineral),
    probabilities: minerals.map(([, probability]) => probability),
  })),
);
const shapes = all.filter((_, i) => i % Math.ceil(all.length / 200) === 0);
const Pack = z.object({
  entries: z.array(z.object({ name: z.string(), massFractions: z.record(z.string(), z.number()) })),
});
const pack = Pack.parse(JSON.parse(readFileSync(new URL("../../../mindb/pack.json", import.meta.url), "utf8")));
const composed = new Set([...simulatedMinerals, ...accessories]);
const compositions = pack.entries
  .filter(({ name }) => composed.has(name))
  .map(({ name, massFractions }) => `${JSON.stringify(name)}:${JSON.stringify(massFractions)}`);
const lines = wanted.map((name) => `${JSON.stringify(name)}:${JSON.stringify(answers[name])}`);
writeFileSync(
  new URL("answers.json", import.meta.url),
  `{"answers":{\n${lines.join(",\n")}\n},\n"compositions":{\n${compositions.join(",\n")}\n},\n"shapes":[\n${shapes.map((shape) => JSON.stringify(shape)).join(",\n")}\n]}\n`,
);
console.log({
  minerals: wanted.length,
  without: simulatedMinerals.filter((name) => !(name in answers)),
  shapes: shapes.length,
});

function round(p: number): number {
  return Math.round(p * 10_000) / 10_000;
}
