import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPackage, shippedPackageFolder } from "./package.ts";

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
  await expect(openPackage(copy, { allowUnsigned: false })).resolves.toMatchObject({ trust: "shipped" });
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
  await expect(openPackage(copy, { allowUnsigned: true })).resolves.toMatchObject({ trust: "unsigned" });
});

test.each([
  ["another format", (m: Record<string, unknown>) => Object.assign(m, { format: "lithoscope-model/2" })],
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
