import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { runCommand } from "../testing/command.ts";
import { rruffFile, strangeRamanFile } from "../testing/exampleFiles.ts";
import { freshFolder } from "../testing/folders.ts";

const folder = freshFolder();
const path = (name: string) => join(folder, name);
beforeAll(() => {
  writeFileSync(path("strange.csv"), strangeRamanFile());
  writeFileSync(path("again.csv"), strangeRamanFile(2));
  writeFileSync(path("quartz.txt"), rruffFile("Quartz"));
});

test("what lithoscope learn teaches is named by identify --learned until lithoscope forget", async () => {
  const data = ["--data", path("tablet")];
  const ask = () => runCommand("identify", "--raman", path("again.csv"), "--learned", path("tablet"), "--json");
  const taught = await runCommand("learn", "Site mineral A", "--raman", path("strange.csv"), ...data);
  expect(taught).toMatchObject({ code: 0, err: "" });
  expect(taught.out).toMatch(/^Learned Site mineral A from 1 spectrum /);
  expect((await runCommand("forget", ...data)).out).toMatch(/^\w{26} {2}Site mineral A\n$/);
  expect(JSON.parse((await ask()).out).minerals[0]).toMatchObject({ name: "Site mineral A", learned: true });

  expect((await runCommand("forget", "site mineral a", ...data)).out).toBe("Forgot Site mineral A.\n");
  expect(JSON.parse((await ask()).out).minerals[0].name).not.toBe("Site mineral A");
  const twice = await runCommand("forget", "Site mineral A", ...data);
  expect(twice.code).toBe(1);
  expect(twice.err).toContain("[learned-not-found]");
  const intact = await runCommand(
    "journal",
    "verify",
    join(path("tablet"), "journal"),
    "--keys",
    join(path("tablet"), "keys"),
  );
  expect(intact.code).toBe(0);
}, 120_000);

test("identify --batch --learn names what the list teaches, for that run alone", async () => {
  writeFileSync(path("learn.jsonl"), '{"name": "Site mineral A", "raman": ["strange.csv"]}\n');
  writeFileSync(path("spots.jsonl"), '{"id": "a", "raman": ["again.csv"]}\n{"id": "b", "raman": ["quartz.txt"]}\n');
  const { code, out, err } = await runCommand(
    "identify",
    "--batch",
    path("spots.jsonl"),
    "--learn",
    path("learn.jsonl"),
    "--json",
  );
  expect(code).toBe(0);
  expect(err).toMatch(/1 minerals learned; the slowest took \d+ ms\./);
  const names = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).minerals[0].name);
  expect(names).toEqual(["Site mineral A", "Quartz"]);
}, 60_000);

test("a line that teaches nothing is told with its number, and the rest goes on", async () => {
  writeFileSync(
    path("bad.jsonl"),
    'not json\n{"name": "", "raman": ["strange.csv"]}\n{"name": "B", "raman": ["none.csv"]}\n',
  );
  const { code, out, err } = await runCommand(
    "identify",
    "--raman",
    path("quartz.txt"),
    "--learn",
    path("bad.jsonl"),
    "--json",
  );
  expect(code).toBe(2);
  expect(JSON.parse(out).minerals[0].name).toBe("Quartz");
  for (const line of [1, 2, 3]) expect(err).toContain(`line ${line} of `);
}, 60_000);

test("identify --learned of a folder without a journal says so", async () => {
  const { code, err } = await runCommand("identify", "--raman", path("quartz.txt"), "--learned", path("nowhere"));
  expect(code).toBe(1);
  expect(err).toContain("[session-not-found]");
}, 60_000);
