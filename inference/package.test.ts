import { generateKeyPairSync, sign as rawSign } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openPackage, shippedPackageFolder } from "./package.ts";
import { signatureText } from "./signature.ts";

let copy: string;
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "lithoscope-package-"));
  cpSync(shippedPackageFolder, copy, { recursive: true });
});
afterEach(() => rmSync(copy, { recursive: true }));

function editManifest(edit: (manifest: Record<string, unknown>) => void): void {
  const manifest = JSON.parse(readFileSync(join(copy, "manifest.json"), "utf8"));
  edit(manifest);
  writeFileSync(join(copy, "manifest.json"), JSON.stringify(manifest));
}

test("the shipped package is trusted by its hash, wherever it lies", async () => {
  await expect(openPackage(copy, { allowUnsigned: false })).resolves.toMatchObject({ trust: { kind: "shipped" } });
});

test("the shipped package is small enough to ship: at most 25 MB", async () => {
  const { manifest } = await openPackage(shippedPackageFolder, { allowUnsigned: false });
  const bytes = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
  expect(bytes).toBeLessThanOrEqual(25e6);
});

test("one changed byte of the model is refused, naming the file", async () => {
  const bytes = readFileSync(join(copy, "model.onnx"));
  bytes.writeUInt8(bytes.readUInt8(1000) ^ 1, 1000);
  writeFileSync(join(copy, "model.onnx"), bytes);
  await expect(openPackage(copy, { allowUnsigned: true })).rejects.toMatchObject({
    code: "package-invalid",
    message: /model\.onnx/,
  });
});

test("a package that is whole but not the shipped one is refused where unsigned packages are not allowed", async () => {
  editManifest((m) => {
    m.description = "mine";
  });
  await expect(openPackage(copy, { allowUnsigned: false })).rejects.toMatchObject({ code: "package-untrusted" });
  await expect(openPackage(copy, { allowUnsigned: true })).resolves.toMatchObject({ trust: { kind: "unsigned" } });
});

describe("a signature over the manifest", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const enrolled = [{ name: "Petrology lab", fingerprint: "0123", publicKey }];
  const sign = (key = privateKey, fingerprint = "0123") => {
    const manifest = readFileSync(join(copy, "manifest.json"));
    writeFileSync(join(copy, "signature.json"), signatureText(manifest, { privateKey: key, fingerprint }));
  };
  const opened = (allowUnsigned = false) => openPackage(copy, { allowUnsigned, enrolled });
  const mine = () =>
    editManifest((m) => {
      m.description = "mine";
    });

  test("by an enrolled key makes a package trusted, by that key's name", async () => {
    mine();
    sign();
    await expect(opened()).resolves.toMatchObject({ trust: { kind: "signed", by: "Petrology lab", key: "0123" } });
  });

  test("does not stand in the way of the shipped package, whoever signed it", async () => {
    sign(generateKeyPairSync("ed25519").privateKey, "stranger");
    await expect(opened()).resolves.toMatchObject({ trust: { kind: "shipped" } });
  });

  test("by a stranger is no trust: refused, and where unsigned ones are allowed as good as none", async () => {
    mine();
    sign(generateKeyPairSync("ed25519").privateKey, "stranger");
    await expect(opened()).rejects.toMatchObject({ code: "package-key-unknown", message: /stranger/ });
    await expect(opened(true)).resolves.toMatchObject({ trust: { kind: "unsigned" } });
  });

  test.each([
    ["by a stranger in an enrolled key's name", () => sign(generateKeyPairSync("ed25519").privateKey)],
    [
      "over another manifest",
      () => {
        sign();
        editManifest((m) => Object.assign(m, { version: "2.0.0" }));
      },
    ],
    ["without the form of one", () => writeFileSync(join(copy, "signature.json"), "[]")],
    ["of megabytes", () => writeFileSync(join(copy, "signature.json"), " ".repeat(5e6))],
  ])("%s refuses the package, also where unsigned ones are allowed", async (_, spoil) => {
    mine();
    spoil();
    await expect(opened(true)).rejects.toMatchObject({ code: "package-signature-bad" });
  });

  test("cannot be one of something else with the same key", async () => {
    mine();
    const manifest = readFileSync(join(copy, "manifest.json"));
    const signature = rawSign(null, manifest, privateKey).toString("base64");
    const content = { format: "lithoscope-signature/1", key: "0123", signature };
    writeFileSync(join(copy, "signature.json"), JSON.stringify(content));
    await expect(opened()).rejects.toMatchObject({ code: "package-signature-bad" });
  });
});

test.each([
  ["another format", (m: Record<string, unknown>) => Object.assign(m, { format: "lithoscope-model/3" })],
  ["no classes", (m: Record<string, unknown>) => Object.assign(m, { classes: [] })],
  [
    "a file outside its folder",
    (m: Record<string, unknown>) => Object.assign(m, { files: { "../x": { sha256: "0".repeat(64), bytes: 1 } } }),
  ],
])("a manifest with %s is refused", async (_what, edit) => {
  editManifest(edit);
  await expect(openPackage(copy, { allowUnsigned: true })).rejects.toMatchObject({ code: "package-invalid" });
});

test("a folder without a manifest is said to be none", async () => {
  await expect(openPackage(tmpdir(), { allowUnsigned: true })).rejects.toMatchObject({ code: "package-missing" });
});
