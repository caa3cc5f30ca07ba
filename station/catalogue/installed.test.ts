import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { MinDbPack } from "../../contract/mindb.ts";
import { signatureText } from "../../inference/signature.ts";
import { loadPack, packText, versionOf } from "../../mindb/pack.ts";
import { enrollKey } from "../keys/enrolled.ts";
import { createKey, readSigner } from "../keys/privateKey.ts";
import { freshFolder } from "../testing/folders.ts";
import { installCatalogue, loadCatalogue, removeCatalogue } from "./installed.ts";

const shipped = loadPack();
const later = "2099-01-01";

/** A small catalogue that differs from the one that ships. */
function anotherPack(released = later): MinDbPack {
  const entries = shipped.entries.slice(0, 3).map((entry) => ({ ...entry, oldestMa: 1 }));
  return { ...shipped, released, entries, version: versionOf({ entries, tables: shipped.tables }) };
}

let dataFolder: string;
let publicPem: string;
let sign: (folder: string) => void;
let asModel: (folder: string) => string;
beforeAll(async () => {
  dataFolder = freshFolder();
  const { privateFile, publicFile } = await createKey(join(freshFolder(), "lab.pem"), undefined);
  const signer = await readSigner(privateFile, async () => "");
  publicPem = readFileSync(publicFile, "utf8");
  sign = (folder) => {
    const text = signatureText(readFileSync(join(folder, "pack.json")), signer, "mineral catalogue");
    writeFileSync(join(folder, "signature.json"), text);
  };
  asModel = (folder) => signatureText(readFileSync(join(folder, "pack.json")), signer, "model package");
  await enrollKey(dataFolder, publicPem, "Petrology lab");
});

function stick(pack: MinDbPack, isSigned = true): string {
  const folder = join(freshFolder(), "catalogue");
  mkdirSync(folder);
  writeFileSync(join(folder, "pack.json"), packText(pack));
  if (isSigned) sign(folder);
  return folder;
}

describe("a catalogue on a stick", () => {
  test("replaces the one that ships, and goes again", async () => {
    expect(await loadCatalogue(dataFolder)).toMatchObject({ pack: { version: shipped.version }, problem: undefined });
    const pack = anotherPack();
    await installCatalogue(dataFolder, stick(pack));
    const { signedBy, pack: used } = await loadCatalogue(dataFolder);
    expect([signedBy, used.version, used.entries.length]).toEqual(["Petrology lab", pack.version, 3]);
    // Installing again replaces it; nothing half done stays beside it.
    await installCatalogue(dataFolder, stick(anotherPack("2099-02-02")));
    expect((await loadCatalogue(dataFolder)).pack.released).toBe("2099-02-02");
    expect(readdirSync(join(dataFolder, "mindb"))).toEqual(["installed"]);
    expect(await removeCatalogue(dataFolder)).toBe(true);
    expect(await removeCatalogue(dataFolder)).toBe(false);
    expect((await loadCatalogue(dataFolder)).pack.version).toBe(shipped.version);
  });

  test.each<[string, () => string, string]>([
    ["not signed", () => stick(anotherPack(), false), "package-untrusted"],
    [
      "changed after it was signed",
      () => {
        const folder = stick(anotherPack());
        const path = join(folder, "pack.json");
        writeFileSync(path, readFileSync(path, "utf8").replace('"oldestMa":1', '"oldestMa":2'));
        return folder;
      },
      "package-signature-bad",
    ],
    [
      "signed as if it were a model",
      () => {
        const folder = stick(anotherPack());
        writeFileSync(join(folder, "signature.json"), asModel(folder));
        return folder;
      },
      "package-signature-bad",
    ],
    [
      "signed, but of another version than it says",
      () => stick({ ...anotherPack(), version: "0123456789ab" }),
      "package-invalid",
    ],
    ["not there", () => join(freshFolder(), "nothing"), "file-not-found"],
  ])("that is %s is refused, and nothing changes", async (_, make, code) => {
    await expect(installCatalogue(dataFolder, make())).rejects.toMatchObject({ code });
    expect(existsSync(join(dataFolder, "mindb", "installed"))).toBe(false);
    expect((await loadCatalogue(dataFolder)).pack.version).toBe(shipped.version);
  });

  test("of a publisher who is not enrolled here is refused", async () => {
    const elsewhere = freshFolder();
    await expect(installCatalogue(elsewhere, stick(anotherPack()))).rejects.toMatchObject({
      code: "package-key-unknown",
      message: expect.stringContaining("mineral catalogue"),
    });
  });

  test("that is altered after it was installed is not used, and the station says why", async () => {
    await installCatalogue(dataFolder, stick(anotherPack()));
    const path = join(dataFolder, "mindb", "installed", "pack.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"oldestMa":1', '"oldestMa":2'));
    const { pack, problem } = await loadCatalogue(dataFolder);
    expect(pack.version).toBe(shipped.version);
    expect(problem).toMatchObject({ code: "package-signature-bad", sentence: expect.stringContaining("not used") });
    await removeCatalogue(dataFolder);
  });

  test("that is older than the one that ships is kept, but not used", async () => {
    await installCatalogue(dataFolder, stick(anotherPack("2020-01-01")));
    expect(await loadCatalogue(dataFolder)).toMatchObject({ pack: { version: shipped.version }, problem: undefined });
  });
});
