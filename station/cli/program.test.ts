import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import shipped from "../../inference/shipped.json" with { type: "json" };
import { Audience } from "../audience.ts";
import { Recorder } from "../recorder.ts";
import { exitOf, runCommand, startCommand, textOf } from "../testing/command.ts";
import { rruffFile } from "../testing/exampleFiles.ts";
import { freshFolder } from "../testing/folders.ts";

const folder = freshFolder();
const path = (name: string) => join(folder, name);

beforeAll(() => {
  writeFileSync(path("quartz.txt"), rruffFile("Quartz"));
  writeFileSync(path("calcite.txt"), rruffFile("Calcite"));
  writeFileSync(path("picture.txt"), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46]));
});

const Answer = z.object({
  id: z.string(),
  minerals: z.array(z.object({ name: z.string(), probability: z.number() })).min(10),
  unknown: z.number().min(0).max(1),
  set: z.object({ coverage: z.number(), names: z.array(z.string()).min(1) }),
  mixture: z.null(),
  quality: z.record(z.string(), z.object({ verdict: z.string() })),
  model: z.object({ id: z.string(), version: z.string(), provider: z.string() }),
});

describe("lithoscope", () => {
  test("--help names every command and gives examples", async () => {
    const { code, out } = await runCommand("--help");
    expect(code).toBe(0);
    for (const command of ["identify", "learn", "forget", "rock", "station", "simulate", "journal", "model", "key"])
      expect(out).toMatch(new RegExp(`^  ${command}`, "m"));
    expect(out).toContain("Examples:");
  });

  test("an option or command that it does not know is an error, with where to look", async () => {
    for (const [args, hint] of [
      [["identify", "--ramen", "quartz.txt"], "lithoscope identify --help"],
      [["journal", "verify"], "lithoscope journal verify --help"],
      [["identfy"], "lithoscope --help"],
      [["station", "--port", "eighty"], "lithoscope station --help"],
    ] as const) {
      const { code, out, err } = await runCommand(...args);
      expect({ args, code, out }).toEqual({ args, code: 1, out: "" });
      expect(err).toContain(hint);
      expect(err).not.toMatch(/^\s+at /m);
    }
  });
});

describe("lithoscope identify", () => {
  test("answers a person: the mineral, how sure, and by which model", async () => {
    const { code, out } = await runCommand("identify", "--raman", path("calcite.txt"));
    expect(code).toBe(0);
    expect(out).toMatch(/^ \[ Calcite +\d+ %$/m);
    expect(out).toMatch(/^Raman: good, S\/N \d+$/m);
    expect(out).toMatch(/^Model \S+ \S+ on cpu$/m);
  });

  test("--json is one line with ten minerals or more, probabilities that do not exceed one, and no invented mixture", async () => {
    const { code, out } = await runCommand(
      "identify",
      "--raman",
      path("quartz.txt"),
      "--raman",
      path("quartz.txt"),
      "--json",
    );
    expect(code).toBe(0);
    expect(out.trimEnd().split("\n")).toHaveLength(1);
    const { minerals, model } = Answer.parse(JSON.parse(out));
    expect(minerals[0]?.name).toBe("Quartz");
    const sum = minerals.reduce((total, { probability }) => total + probability, 0);
    expect(sum).toBeLessThanOrEqual(1 + 1e-9);
    const probabilities = minerals.map(({ probability }) => probability);
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
    expect(`${model.id}-${model.version}`).not.toContain("undefined");
  });

  test("--batch keeps the order, tells of a bad spot in its place and ends with 2", async () => {
    const spots = [
      { id: "a", raman: ["quartz.txt"] },
      { id: "b", raman: ["missing.txt"] },
      { id: "c", raman: ["picture.txt"] },
      { id: "d", raman: ["calcite.txt"] },
    ];
    writeFileSync(path("spots.jsonl"), spots.map((spot) => JSON.stringify(spot)).join("\n"));
    const { code, out, err } = await runCommand("identify", "--batch", path("spots.jsonl"), "--json");
    expect(code).toBe(2);
    const lines = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
    expect(lines.map((line) => line.error?.code ?? line.minerals[0].name)).toEqual([
      "Quartz",
      "file-not-found",
      "file-not-text",
      "Calcite",
    ]);
    expect(lines[1].error.message).toContain("missing.txt");
    expect(err).toContain("2 of the spots");
  });

  test.each([
    ["a list that is not there", ["--batch", path("none.jsonl")], "file-not-found"],
    ["a file that is not there", ["--raman", path("none.txt")], "file-not-found"],
    ["a picture renamed .txt", ["--raman", path("picture.txt")], "file-not-text"],
    ["nothing to identify", [], "usage"],
    ["a folder that is no model package", ["--raman", path("quartz.txt"), "--model", folder], "package-missing"],
  ])("%s ends with 1, a sentence and a hint", async (_what, args, problem) => {
    const { code, out, err } = await runCommand("identify", ...args);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    const [sentence, hint, tag, ...rest] = err.trimEnd().split("\n");
    expect(sentence).toMatch(/^lithoscope: .+\.$/);
    expect(hint).toMatch(/\w/);
    expect(tag).toBe(`[${problem}]`);
    expect(rest).toEqual([]);
  });

  test("a model package that was changed after it was made is refused", async () => {
    const copy = path("package");
    cpSync(join(import.meta.dirname, "../../models/packages", shipped.folder), copy, { recursive: true });
    writeFileSync(join(copy, "model.onnx"), "not what the manifest says");
    const { code, err } = await runCommand("identify", "--raman", path("quartz.txt"), "--model", copy);
    expect(code).toBe(1);
    expect(err).toContain("[package-invalid]");
  });

  test("whose reader leaves early ends without a stack trace", async () => {
    const spot = JSON.stringify({ id: "a", raman: ["quartz.txt"] });
    writeFileSync(path("long.jsonl"), `${spot}\n`.repeat(64));
    const child = startCommand("identify", "--batch", path("long.jsonl"), "--json");
    const err = textOf(child.stderr);
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await exitOf(child)).toBe(1);
    expect(await err).not.toMatch(/Error|at .*:\d+/); // progress may have been told
  });
});

test("lithoscope journal verify: 0 for an intact journal, 1 for one where a letter was changed", async () => {
  const dataFolder = path("tablet");
  mkdirSync(dataFolder);
  const { recorder } = await Recorder.open(dataFolder, "web", new Audience());
  await recorder.close();
  const journal = join(dataFolder, "journal");
  const intact = await runCommand("journal", "verify", journal, "--keys", join(dataFolder, "keys"));
  expect(intact.code).toBe(0);
  expect(intact.out).toContain("intact");

  const events = join(journal, readdirSync(journal)[0] ?? "", "events.jsonl");
  writeFileSync(events, readFileSync(events, "utf8").replace("Sample 1", "Sample 2"));
  const altered = await runCommand("journal", "verify", journal, "--json");
  expect(altered.code).toBe(1);
  expect(JSON.parse(altered.out)).toMatchObject({ state: "altered", firstBadLine: 2 });

  const nothing = await runCommand("journal", "verify", path("nowhere"));
  expect(nothing.code).toBe(1);
  expect(nothing.err).toContain("[session-not-found]");
});
