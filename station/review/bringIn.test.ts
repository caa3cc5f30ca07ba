import { cpSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { nodeDisk } from "../journal/disk.ts";
import { Journal } from "../journal/journal.ts";
import { sha256 } from "../journal/line.ts";
import { id, note, opening, sample, spectrumFile, steppingClock, traverse } from "../journal/scenario.ts";
import { verifyFolder } from "../journal/verify.ts";
import { freshFolder } from "../testing/folders.ts";
import { bringIn, findSessions } from "./bringIn.ts";

const openTablet = (folder: string) =>
  Journal.open({
    ...{ root: join(folder, "journal"), keyFolder: join(folder, "keys"), disk: nodeDisk, clock: steppingClock() },
  });

let tablet: string;
let root: string;
beforeEach(async () => {
  [tablet, root] = [freshFolder(), join(freshFolder(), "sessions")];
  await traverse(await openTablet(tablet));
});
const outcomes = async (...sources: string[]) => (await bringIn(sources, root)).map(({ outcome }) => outcome);
const events = (folder: string, n: number) => join(folder, id(n), "events.jsonl");

describe("bringing sessions in", () => {
  test("finds them wherever they lie on the stick and copies them whole, read-only", async () => {
    const stick = freshFolder();
    mkdirSync(join(stick, "day 3", "Kilo"), { recursive: true });
    cpSync(join(tablet, "journal"), join(stick, "day 3", "Kilo", "journal"), { recursive: true });
    expect(await outcomes(stick)).toEqual(["new", "new"]);
    const reports = await verifyFolder(root);
    expect(reports.map(({ state }) => state)).toEqual(["intact", "intact"]);
    expect(readFileSync(events(root, 101))).toEqual(readFileSync(events(join(tablet, "journal"), 101)));
    if (process.platform !== "win32") expect(statSync(events(root, 101)).mode & 0o222).toBe(0);
    expect(await outcomes(stick, join(stick, "day 3"))).toEqual(["same", "same", "same", "same"]);
  });

  test("takes a session that went on, keeps the longer one against an older stick", async () => {
    const old = freshFolder();
    cpSync(join(tablet, "journal"), old, { recursive: true });
    expect(await outcomes(old)).toEqual(["new", "new"]);
    const journal = await openTablet(tablet);
    await (await journal.reopen(id(102))).append(note("later"));
    await journal.release();
    expect(await outcomes(tablet)).toEqual(["same", "longer"]);
    expect(await outcomes(old)).toEqual(["same", "older"]);
    expect(readFileSync(events(root, 102))).toEqual(readFileSync(events(join(tablet, "journal"), 102)));
  });

  test("refuses two different journals under one id, and leaves the first as it is", async () => {
    const other = freshFolder();
    const journal = await openTablet(other);
    const session = await journal.create({ ...opening(102), title: "Another" });
    await session.append(sample(9));
    await journal.release();
    expect(await outcomes(tablet)).toEqual(["new", "new"]);
    const before = readFileSync(events(root, 102));
    const [clash] = await bringIn([other], root);
    expect(clash).toMatchObject({ outcome: "refused", sentence: expect.stringContaining("same id") });
    expect(readFileSync(events(root, 102))).toEqual(before);
  });

  test("refuses a session whose evidence was changed or is missing, and names the file", async () => {
    const file = join(tablet, "journal", id(101), "files", sha256(spectrumFile));
    writeFileSync(file, "another");
    const [changed] = await bringIn([join(tablet, "journal", id(101))], root);
    expect(changed).toMatchObject({ outcome: "refused", sentence: expect.stringContaining(sha256(spectrumFile)) });
  });

  test("after a power cut in the middle, goes on: half a copy goes, a replaced one comes back", async () => {
    expect(await outcomes(tablet)).toEqual(["new", "new"]);
    mkdirSync(`${join(root, id(103))}.incoming`);
    renameSync(join(root, id(102)), `${join(root, id(102))}.before`);
    expect(await outcomes(tablet)).toEqual(["same", "same"]);
    expect(await nodeDisk.list(root)).toEqual([id(101), id(102)]);
  });

  test("says so when nothing is there", async () => {
    await expect(findSessions(freshFolder())).rejects.toMatchObject({ code: "session-not-found" });
    await expect(bringIn([join(tablet, "no such folder")], root)).rejects.toMatchObject({ code: "session-not-found" });
  });
});
