import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../testing/command.ts";
import { rruffFile } from "../testing/exampleFiles.ts";
import { freshFolder } from "../testing/folders.ts";
import { anotherPackage } from "../testing/packages.ts";

const folder = freshFolder();
const path = (name: string) => join(folder, name);
const data = path("data");
let made: string;
beforeAll(() => {
  made = anotherPackage();
  for (const mineral of ["Quartz", "Calcite", "Gypsum"]) writeFileSync(path(`${mineral}.txt`), rruffFile(mineral));
});

const inData = (...args: string[]) => runCommand(...args, "--data", data);
const problemOf = (err: string) => err.trimEnd().split("\n").at(-1);

/** One person's way with a package, from making a key to going back; each step rests on the one before. */
describe("from the publisher's desk to the tablet", () => {
  test("a publisher makes a key and signs; an operator sees that nobody here trusts it, and enrolls the key", async () => {
    expect((await runCommand("key", "create", path("lab.pem"))).code).toBe(0);
    const before = await inData("model", "verify", made);
    expect(before.code).toBe(1);
    expect(before.out.match(/^BAD /gm)).toHaveLength(1);
    expect(before.out).toMatch(/^ok {3}golden {3}All \d+ golden inputs/m);

    expect((await runCommand("model", "sign", made, "--key", path("lab.pem"))).code).toBe(0);
    const unknown = await inData("model", "install", made);
    expect([unknown.code, problemOf(unknown.err)]).toEqual([1, "[package-key-unknown]"]);

    expect((await inData("key", "enroll", path("lab.public.pem"), "--name", "Petrology lab")).code).toBe(0);
    expect((await inData("key", "list")).out).toContain("Petrology lab");
    const after = await inData("model", "verify", made, "--json");
    const statements = after.out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(after.code).toBe(0);
    expect(statements.map(({ about, ok }) => [about, ok])).toEqual(
      ["manifest", "files", "trust", "version", "golden"].map((about) => [about, true]),
    );
  }, 600_000);

  test("the package travels as a zip file, is installed, activated, used, and left again", async () => {
    expect((await runCommand("model", "pack", made, path("made.zip"))).code).toBe(0);
    expect((await runCommand("model", "pack", made, path("made.zip"))).code).toBe(1); // never over another file
    const installed = await inData("model", "install", path("made.zip"));
    expect(installed.err).toBe("");
    const name = /other-1\.0\.0-[0-9a-f]{8}/.exec(installed.out)?.[0] ?? "";
    expect((await inData("model", "activate", name)).code).toBe(0);
    const listed = (await inData("model", "list", "--json")).out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(listed.map((entry) => [entry.name, entry.active])).toEqual([
      ["shipped", false],
      [name, true],
    ]);
    const used = await inData("identify", "--raman", path("Quartz.txt"), "--json");
    expect([JSON.parse(used.out).model.id, used.err]).toEqual(["other", ""]);
    expect(problemOf((await inData("model", "remove", name)).err)).toBe("[package-active]");

    writeFileSync(join(data, "models", name, "model.onnx"), "altered");
    const fallen = await inData("identify", "--raman", path("Quartz.txt"), "--json");
    expect(JSON.parse(fallen.out).model.id).toBe("fusion-1");
    expect(fallen.err).toContain(`The active model package ${name} is not used`);

    expect((await inData("model", "activate", "shipped")).code).toBe(0);
    expect((await inData("model", "remove", name)).code).toBe(0);
    expect((await inData("identify", "--raman", path("Quartz.txt"), "--json")).err).toBe("");
  }, 600_000);
});

test("model evaluate and compare score a package on spots whose mineral is known", async () => {
  const spots = ["Quartz", "Calcite", "Gypsum"].map((mineral) => ({ id: mineral, raman: [`${mineral}.txt`] }));
  const list = [...spots, { id: "gone", raman: ["gone.txt"] }, { id: "strange", raman: ["Quartz.txt"] }];
  writeFileSync(path("spots.jsonl"), list.map((spot) => JSON.stringify(spot)).join("\n"));
  const truth = { Quartz: "Quartz", Calcite: "Calcite", Gypsum: "Calcite", gone: "Quartz", strange: "Kryptonite" };
  writeFileSync(path("truth.json"), JSON.stringify(truth));
  const on = ["--batch", path("spots.jsonl"), "--truth", path("truth.json"), "--json"];
  const evaluated = await inData("model", "evaluate", made, ...on);
  expect(evaluated.code).toBe(0);
  const { scores, notInLibrary } = JSON.parse(evaluated.out);
  expect(scores[0]).toMatchObject({ techniques: "all", spots: 4, unanswered: 1, minerals: 2, top1: 0.5 });
  expect(scores[1]).toMatchObject({ techniques: "raman", spots: 3 });
  expect(notInLibrary).toMatchObject({ spots: 1 });

  const compared = await inData("model", "compare", made, made, ...on);
  const [all] = JSON.parse(compared.out).results;
  expect(all).toMatchObject({ spots: 5, bothRight: 2, onlyA: 0, onlyB: 0, bothWrong: 3, p: 1 });
}, 600_000);

test("a key with a passphrase is not asked for where nobody can type", async () => {
  expect((await runCommand("key", "create", path("secret.pem"), "--passphrase")).code).toBe(1);
  expect(() => readFileSync(path("secret.pem"))).toThrow();
});
