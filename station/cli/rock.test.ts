import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RockAssessment } from "../../contract/rock.ts";
import { runCommand } from "../testing/command.ts";
import { freshFolder } from "../testing/folders.ts";

const folder = freshFolder();
const timeout = 120_000;

/** Answers as `identify --batch --json` writes them. */
function answers(name: string, lines: readonly object[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => JSON.stringify(line)).join("\n"));
  return path;
}
const answer = (mineral: string, i: number) => ({
  id: `spot ${i}`,
  minerals: [{ name: mineral, probability: 0.95 }],
  unknown: 0.02,
  set: { coverage: 0.9, names: [mineral] },
  mixture: null,
  quality: { raman: { verdict: "good", signalToNoise: 50, checks: [] } },
  model: { id: "matcher-1", version: "1.0.0", sha256: "0", provider: "cpu" },
});
const limestone = Array.from({ length: 20 }, (_, i) => answer(i < 19 ? "Calcite" : "Quartz", i));

test("rock tells a person the shares with their ranges and the names with their scheme", { timeout }, async () => {
  const { code, out } = await runCommand(
    "rock",
    answers("a.jsonl", limestone),
    "--place",
    "earth",
    "--texture",
    "organic framework",
  );
  expect(code).toBe(0);
  expect(out).toMatch(/^Counted on 20 spots: calcite \d+ %/);
  expect(out).toMatch(/calcite +\d+ +\d+ to (\d+|>99) +Calcite/);
  expect(out).toMatch(/boundstone +(\d+|>99) % +Dunham|boundstone/);
});

test("--json is one line that fits the contract; a spot with an error is left out", { timeout }, async () => {
  const failed = { id: "b", error: { code: "file-not-found", message: "There is no such file." } };
  const { code, out } = await runCommand(
    "rock",
    answers("b.jsonl", [...limestone, failed]),
    "--json",
    "--place",
    "earth",
  );
  expect(code).toBe(0);
  expect(out.trimEnd().split("\n")).toHaveLength(1);
  expect(RockAssessment.parse(JSON.parse(out)).spots.counted).toBe(20);
});

test.each([
  ["a file that is not there", [join(folder, "none.jsonl")], "[file-not-found]"],
  ["a line that is no answer", [answers("c.jsonl", [{ id: "a" }])], "[spot-invalid]"],
  ["an oxide that nobody knows", [answers("d.jsonl", limestone), "--chemistry", "Kryptonite=3"], "[usage]"],
  ["a place that nobody knows", [answers("e.jsonl", limestone), "--place", "venus"], "lithoscope rock --help"],
])("%s is told in a sentence", { timeout }, async (_what, args, told) => {
  const { code, out, err } = await runCommand("rock", ...args);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain(told);
  expect(err).not.toMatch(/^\s+at /m);
});
