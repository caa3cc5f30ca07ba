import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadPack, packText, versionOf } from "../../mindb/pack.ts";
import { runCommand } from "../testing/command.ts";
import { freshFolder } from "../testing/folders.ts";

const folder = freshFolder();
const path = (name: string) => join(folder, name);
const inData = (...args: string[]) => runCommand(...args, "--data", path("data"));
const problemOf = (err: string) => err.trimEnd().split("\n").at(-1);

test("a publisher signs a catalogue; an operator enrolls the key, verifies and installs it from a stick, and goes back", async () => {
  const shipped = loadPack();
  const entries = shipped.entries.slice(0, 2);
  const version = versionOf({ entries, tables: shipped.tables });
  mkdirSync(path("stick"));
  writeFileSync(path("stick/pack.json"), packText({ ...shipped, entries, version, released: "2099-01-01" }));

  expect(problemOf((await inData("mindb", "install", path("stick"))).err)).toBe("[package-untrusted]");
  expect((await runCommand("key", "create", path("lab.pem"))).code).toBe(0);
  expect((await runCommand("mindb", "sign", path("stick"), "--key", path("lab.pem"))).out).toContain(version);
  expect(problemOf((await inData("mindb", "verify", path("stick"))).err)).toBe("[package-key-unknown]");
  expect((await inData("key", "enroll", path("lab.public.pem"), "--name", "Petrology lab")).code).toBe(0);
  expect((await inData("mindb", "verify", path("stick"))).out).toContain("signed by Petrology lab");
  expect((await inData("mindb", "install", path("stick"))).out).toContain("from the next start");
  expect((await inData("mindb", "show")).out).toContain(version);
  expect((await inData("mindb", "remove")).code).toBe(0);
  expect((await inData("mindb", "show")).out).toContain(shipped.version);
}, 600_000);
