import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { beforeAll, describe, expect, test } from "vitest";
import { freshFolder } from "../testing/folders.ts";
import { anotherPackage, newPublisher } from "../testing/packages.ts";
import { filesOfArchive, filesOfFolder, packFolder } from "./archive.ts";

let folder: string;
let files: Record<string, Uint8Array>;
beforeAll(async () => {
  folder = anotherPackage();
  await (await newPublisher()).sign(folder);
  files = Object.fromEntries(await filesOfFolder(folder));
});

function written(bytes: Uint8Array): string {
  const path = join(freshFolder(), "package.zip");
  writeFileSync(path, bytes);
  return path;
}

/** More than a golden file ever has, and a number that stands nowhere else in an archive. */
const bombBytes = 16 * 2 ** 20 + 12_345;

/** The package with a golden.json that is all zeros, a thousandth of that packed. */
function bomb(): Buffer {
  const others = Object.entries(files).map(([name, bytes]) => [name, [bytes, { level: 0 }]] as const);
  return Buffer.from(
    zipSync({ ...Object.fromEntries(others), "golden.json": [new Uint8Array(bombBytes), { level: 6 }] }),
  );
}

/** Stored, not deflated: quick to make, and sizes can be found and changed. */
const zipped = (content: Record<string, Uint8Array>): string => written(zipSync(content, { level: 0 }));

test("what was packed comes out again, byte for byte, with its signature and nothing else", async () => {
  writeFileSync(join(folder, "notes.txt"), "not of the package");
  const packed = await packFolder(folder);
  const unpacked = await filesOfArchive(written(packed));
  for (const [name, bytes] of Object.entries(files)) {
    expect(Buffer.compare(unpacked.get(name) ?? new Uint8Array(), bytes), name).toBe(0);
  }
  expect([...unpacked.keys()].sort()).toEqual(Object.keys(files).sort());
  expect(Buffer.from(await packFolder(folder)).equals(packed)).toBe(true);
});

describe("an archive is refused that", () => {
  const refused = (path: string) =>
    filesOfArchive(path).then(
      () => "taken",
      ({ code, message }) => `${code}: ${message}`,
    );

  test.each(["../evil.txt", "a/model.onnx", "/etc/passwd", "C:\\evil", "..", ".hidden", "x\u0000y"])(
    "names a place outside of a package: %j",
    async (name) => expect(await refused(zipped({ ...files, [name]: new Uint8Array(3) }))).toMatch(/^archive-invalid/),
  );

  test("holds a file that its manifest does not name", async () =>
    expect(await refused(zipped({ ...files, "extra.bin": new Uint8Array(3) }))).toMatch(/does not name/));

  test("lacks a file that its manifest names, or the manifest", async () => {
    const { "golden.json": _, ...rest } = files;
    expect(await refused(zipped(rest))).toMatch(/golden\.json is missing/);
    expect(await refused(zipped({ "model.onnx": new Uint8Array(3) }))).toMatch(/holds no manifest\.json/);
  });

  test("holds a file larger than its manifest says: a bomb is never unpacked", async () => {
    const path = written(bomb());
    expect(await refused(path)).toMatch(/golden\.json in it is larger/);
  });

  test("lies about a size, by its hash: no more is unpacked than it states", async () => {
    const bytes = bomb();
    const stated = Buffer.alloc(4);
    stated.writeUInt32LE(bombBytes);
    for (let at = bytes.indexOf(stated); at >= 0; at = bytes.indexOf(stated, at + 1)) bytes.writeUInt32LE(10, at);
    expect(await refused(written(bytes))).toBe("taken"); // ten bytes of it, which the hash in the manifest then refuses
    expect((await filesOfArchive(written(bytes))).get("golden.json")).toHaveLength(10);
  });

  test("holds a name twice", async () => {
    const bytes = Buffer.from(zipSync({ ...files, "golden.jsoX": files["golden.json"]! }, { level: 0 }));
    for (let at = bytes.indexOf("golden.jsoX"); at >= 0; at = bytes.indexOf("golden.jsoX"))
      bytes.write("golden.json", at);
    expect(await refused(written(bytes))).toMatch(/"golden\.json" twice/);
  });

  test("is cut, is no zip file, or is not there", async () => {
    const whole = readFileSync(zipped(files));
    expect(await refused(written(whole.subarray(0, whole.length / 2)))).toMatch(/^archive-invalid/);
    expect(await refused(written(Buffer.from("no zip file at all, but long enough to look")))).toMatch(
      /^archive-invalid/,
    );
    expect(await refused(written(new Uint8Array()))).toMatch(/^archive-invalid/);
    expect(await refused(join(folder, "none.zip"))).toMatch(/^file-not-found/);
    expect(await refused(zipped({}))).toMatch(/^archive-invalid/);
  });

  test("holds more files than any package", async () => {
    const many = Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [`f${i}`, new Uint8Array()]));
    expect(await refused(zipped({ ...files, ...many }))).toMatch(/more files than any package/);
  });
});
