import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { enrolledKeys, removeKey } from "../keys/enrolled.ts";
import { openStation } from "../station.ts";
import { exitOf, startCommand, textOf } from "../testing/command.ts";
import { freshFolder } from "../testing/folders.ts";
import { anotherPackage, signedPackage } from "../testing/packages.ts";
import { openPage } from "../testing/page.ts";
import { activatePackage, activeName, openActive } from "./active.ts";
import { checkGoldenApart } from "./golden.ts";
import { installPackage, removePackage } from "./install.ts";

const code = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error) => error.code,
  );
const namesIn = (dataFolder: string) =>
  existsSync(join(dataFolder, "models")) ? readdirSync(join(dataFolder, "models")) : [];

describe("installing", () => {
  test("puts a signed package into a folder of its own; a second time there is nothing to do", async () => {
    const { dataFolder, folder } = await signedPackage();
    const { name, added, package: installed } = await installPackage(dataFolder, folder);
    expect(name).toMatch(/^other-1\.0\.0-[0-9a-f]{8}$/);
    expect({ added, trust: installed.trust }).toMatchObject({
      added: true,
      trust: { kind: "signed", by: "Petrology lab" },
    });
    expect(namesIn(dataFolder)).toEqual([name]);
    expect(await installPackage(dataFolder, folder)).toMatchObject({ name, added: false });
    await removePackage(dataFolder, name);
    expect(namesIn(dataFolder)).toEqual([]);
  });

  test("repairs an installed package that was damaged", async () => {
    const { dataFolder, folder } = await signedPackage();
    const { name } = await installPackage(dataFolder, folder);
    writeFileSync(join(dataFolder, "models", name, "golden.json"), "damaged");
    expect(await installPackage(dataFolder, folder)).toMatchObject({ name, added: true });
    expect(namesIn(dataFolder)).toEqual([name]);
  });

  test.each([
    ["nobody signed", "package-untrusted", (folder: string) => rmSync(join(folder, "signature.json"))],
    ["was altered", "package-invalid", (folder: string) => writeFileSync(join(folder, "golden.json"), "{}")],
    [
      "whose signature is garbage",
      "package-signature-bad",
      (folder: string) => writeFileSync(join(folder, "signature.json"), "{}"),
    ],
    [
      "whose manifest was changed after it was signed",
      "package-signature-bad",
      (folder: string) => {
        const path = join(folder, "manifest.json");
        writeFileSync(path, readFileSync(path, "utf8").replace('"classes":[', '"classes": ['));
      },
    ],
  ])("refuses a package that %s, and keeps nothing of it", async (_, expected, spoil) => {
    const { dataFolder, folder } = await signedPackage();
    spoil(folder);
    expect(await code(installPackage(dataFolder, folder))).toBe(expected);
    expect(namesIn(dataFolder)).toEqual([]);
  });

  test("refuses one signed with a key that is not enrolled, naming where it came from", async () => {
    const { folder } = await signedPackage();
    const dataFolder = freshFolder();
    const refusal = await installPackage(dataFolder, folder).catch((error) => error);
    expect(refusal).toMatchObject({ code: "package-key-unknown" });
    expect(refusal.sentence).toContain(folder);
  });

  test("refuses one for a later version of the app, and one whose id is a path", async () => {
    const later = await signedPackage({ manifest: { minimumAppVersion: "99.0.0" } });
    expect(await code(installPackage(later.dataFolder, later.folder))).toBe("package-too-new");
    const path = await signedPackage({ manifest: { id: "../../evil" } });
    expect(await code(installPackage(path.dataFolder, path.folder))).toBe("package-invalid");
    expect([...namesIn(later.dataFolder), ...namesIn(path.dataFolder)]).toEqual([]);
  });

  test("refuses one whose golden inputs have other answers here", async () => {
    const { dataFolder, folder } = await signedPackage({
      golden: ({ cases }) => {
        cases[0]!.unknown += 0.01;
      },
    });
    const refusal = await installPackage(dataFolder, folder).catch((error) => error);
    expect(refusal).toMatchObject({ code: "package-golden-failed" });
    expect(refusal.sentence).toContain("golden inputs otherwise than when it was made");
    expect(namesIn(dataFolder)).toEqual([]);
  });

  test.each([
    ["dies", "process.kill(process.pid, 'SIGKILL')", /ended by itself \(SIGKILL\)/],
    ["ends without a word", "process.exit(3)", /exit code 3/],
    ["never ends", "setInterval(() => {}, 1000)", /did not end within 0.5 s/],
  ])("refuses one whose trial process %s", async (_, program, words) => {
    const { dataFolder, folder } = await signedPackage();
    const path = join(freshFolder(), "trial.mjs");
    writeFileSync(path, program);
    const limitMs = program.startsWith("setInterval") ? 500 : 20_000;
    const refusal = await installPackage(dataFolder, folder, (p) =>
      checkGoldenApart(p, { program: path, limitMs }),
    ).catch((error) => error);
    expect(refusal).toMatchObject({ code: "package-golden-failed" });
    expect(refusal.sentence).toMatch(words);
    expect(namesIn(dataFolder)).toEqual([]);
  });

  test("that is killed in the middle leaves no package, and the next one clears away what it left", async () => {
    const { dataFolder, folder } = await signedPackage();
    const child = startCommand("model", "install", folder, "--data", dataFolder);
    const ended = exitOf(child);
    void textOf(child.stdout);
    await expect
      .poll(() => namesIn(dataFolder).some((name) => name.startsWith(".unfinished-")), { timeout: 25_000, interval: 5 })
      .toBe(true);
    child.kill("SIGKILL");
    await ended;
    expect(namesIn(dataFolder).filter((name) => !name.startsWith("."))).toEqual([]);
    const { name } = await installPackage(dataFolder, folder);
    expect(namesIn(dataFolder)).toEqual([name]);
  });
});

describe("the active package", () => {
  let made: { dataFolder: string; name: string };
  beforeAll(async () => {
    const { dataFolder, folder } = await signedPackage();
    const { name } = await installPackage(dataFolder, folder);
    await activatePackage(dataFolder, "other"); // by its id
    made = { dataFolder, name };
  }, 600_000);

  /** A data folder of its own, in which the package is installed and active. */
  function activated() {
    const dataFolder = join(freshFolder(), "data");
    cpSync(made.dataFolder, dataFolder, { recursive: true });
    return { dataFolder, name: made.name, installed: join(dataFolder, "models", made.name) };
  }

  async function helloOf(dataFolder: string) {
    const station = await openStation({ host: "web", dataFolder, instruments: [] });
    const page = openPage(station);
    const hello = await page.request("hello", {});
    const lines = await page.lines();
    const problems = page.heard("problem");
    await station.close();
    page.leave();
    return { hello, problems, kinds: lines.map(({ event }) => event.kind) };
  }

  test("is the one that the station uses from its next start on, until a person goes back", async () => {
    const { dataFolder, name } = activated();
    expect(await activeName(dataFolder)).toBe(name);
    const { hello, problems } = await helloOf(dataFolder);
    expect(hello.model).toMatchObject({ id: "other", trust: { kind: "signed", by: "Petrology lab" } });
    expect({ fallback: hello.modelFallback, problems }).toEqual({ fallback: undefined, problems: [] });
    expect(readdirSync(join(dataFolder, "models"))).not.toContain("starting.json");
    await activatePackage(dataFolder, "shipped");
    expect((await helloOf(dataFolder)).hello.model).toMatchObject({ id: "fusion-1", trust: { kind: "shipped" } });
  });

  test("that was altered gives way to the shipped one, and screen, About and journal say so", async () => {
    const { dataFolder, name, installed } = activated();
    writeFileSync(join(installed, "golden.json"), "altered");
    const { hello, problems, kinds } = await helloOf(dataFolder);
    expect(hello.model.id).toBe("fusion-1");
    expect(hello.modelFallback).toMatchObject({ code: "package-invalid", sentence: expect.stringContaining(name) });
    expect(problems).toEqual([hello.modelFallback]);
    expect(kinds).toContain("problem");
  });

  test("whose publisher is trusted no longer, that is gone, or whose note is damaged, gives way too", async () => {
    const { dataFolder, name, installed } = activated();
    const [key] = await enrolledKeys(dataFolder);
    await removeKey(dataFolder, key!.name);
    expect((await openActive(dataFolder)).fallback).toMatchObject({ code: "package-key-unknown" });
    rmSync(installed, { recursive: true });
    expect((await openActive(dataFolder)).fallback).toMatchObject({ code: "package-not-installed" });
    writeFileSync(join(dataFolder, "models", "active.json"), JSON.stringify({ package: "../../etc" }));
    const { package: used, fallback } = await openActive(dataFolder);
    expect([used.trust.kind, fallback?.code]).toEqual(["shipped", "package-invalid"]);
    expect(name).not.toBe(await code(activeName(dataFolder)));
  });

  test("is not loaded a third time by a station that ended twice while it loaded it, until a person says so", async () => {
    const { dataFolder, name } = activated();
    writeFileSync(join(dataFolder, "models", "starting.json"), JSON.stringify({ package: name, starts: 2 }));
    expect((await helloOf(dataFolder)).hello).toMatchObject({
      model: { id: "fusion-1" },
      modelFallback: { code: "model-failed" },
    });
    expect((await helloOf(dataFolder)).hello.modelFallback?.code).toBe("model-failed");
    await activatePackage(dataFolder, name);
    expect((await helloOf(dataFolder)).hello.model.id).toBe("other");
  });

  test("stays as it was when another one cannot be activated", async () => {
    const { dataFolder, name, installed } = activated();
    expect(await code(activatePackage(dataFolder, "nothing"))).toBe("package-not-installed");
    expect(await code(activatePackage(dataFolder, "../models"))).toBe("package-not-installed");
    const stray = join(dataFolder, "models", "stray-1.0.0-00000000");
    mkdirSync(stray);
    expect(await code(activatePackage(dataFolder, "stray-1.0.0-00000000"))).toBe("package-missing");
    expect([await activeName(dataFolder), existsSync(installed)]).toEqual([name, true]);
  });
});

test("a package that was never signed has no trust, wherever it lies", async () => {
  expect(await code(installPackage(freshFolder(), anotherPackage()))).toBe("package-untrusted");
});
