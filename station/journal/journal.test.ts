import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { JournalLine } from "../../contract/journal.ts";
import { nodeDisk } from "./disk.ts";
import { type DiskFaults, diskModel } from "./diskModel.ts";
import { Journal } from "./journal.ts";
import {
  allLines,
  folders,
  id,
  measured,
  measuredFrom,
  note,
  opening,
  openJournal,
  sample,
  spectrumFile,
  steppingClock,
} from "./scenario.ts";
import { verifyFolder, verifySession } from "./verify.ts";

const sessionFolder = (number: number) => `${folders.root}/${id(number)}`;
const kinds = (lines: JournalLine[]) => lines.map(({ event }) => event.kind);

describe("a session", () => {
  it("tells its listener of every line in order, its own signatures included, and reads them back the same", async () => {
    const heard: JournalLine[] = [];
    const journal = await openJournal(diskModel(), (_sessionId, line) => heard.push(line));
    const session = await journal.create(opening(1));
    const appended = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((n) => session.append(measured(n))));
    await session.close();
    expect(appended.map(({ seq }) => seq)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(kinds(heard).filter((kind) => kind !== "measurement")).toEqual([
      ...["session-opened", "head-signed", "session-closed", "head-signed"],
    ]);
    expect(await allLines(journal, id(1))).toEqual(heard);
    expect((await journal.readLines(id(1), 3, 2)).lines.map(({ seq }) => seq)).toEqual([4, 5]);
    expect((await journal.readLines(id(1), 99, 2)).lines).toEqual([]);
  });

  it("goes on after it was put away, and ends for good when it is closed", async () => {
    const disk = diskModel();
    const before = await openJournal(disk);
    await (await before.create(opening(1))).append(sample(1));
    await before.release();
    const journal = await openJournal(disk);
    const session = await journal.reopen(id(1));
    expect(await journal.reopen(id(1)), "one session, one writer").toBe(session);
    await session.append(sample(2));
    await session.close();
    await expect(session.append(sample(3))).rejects.toMatchObject({ code: "journal-not-written" });
    expect((await (await openJournal(disk)).reopen(id(1))).state).toBe("closed");
    expect(kinds(await allLines(journal, id(1)))).toEqual([
      ...["session-opened", "sample-created", "head-signed", "sample-created", "session-closed", "head-signed"],
    ]);
  });

  it("names no evidence that is not stored, and gives stored evidence back", async () => {
    const journal = await openJournal(diskModel());
    const session = await journal.create(opening(1));
    await expect(session.append(measuredFrom(3, spectrumFile))).rejects.toThrow("before it is stored");
    const name = await session.storeFile(spectrumFile);
    await session.append(measuredFrom(3, spectrumFile));
    expect(Buffer.from(await journal.readFile(id(1), name))).toEqual(spectrumFile);
    await expect(journal.readFile(id(1), "0".repeat(64))).rejects.toMatchObject({ code: "file-not-found" });
  });

  it("refuses an event that the contract does not know, and goes on", async () => {
    const session = await (await openJournal(diskModel())).create(opening(1));
    await expect(session.append({ kind: "sample-created", sampleId: id(1), name: "" })).rejects.toThrow("Too small");
    expect((await session.append(sample(2))).seq).toBe(2);
  });

  it("that a page asks for by a path is not found", async () => {
    const journal = await openJournal(diskModel());
    for (const name of ["../keys", "..", "", id(9)]) {
      await expect(journal.reopen(name)).rejects.toMatchObject({ code: "session-not-found" });
      await expect(journal.readLines(name, 0, 1)).rejects.toMatchObject({ code: "session-not-found" });
    }
  });

  it("whose lines are gone is listed as altered, and the others are listed as they are", async () => {
    const disk = diskModel();
    const journal = await openJournal(disk);
    await journal.create(opening(1));
    await disk.makeDirectory(sessionFolder(2));
    expect((await journal.sessions()).map(({ sessionId, state }) => [sessionId, state])).toEqual([
      [id(1), "open"],
      [id(2), "altered"],
    ]);
    await expect(journal.reopen(id(2))).rejects.toMatchObject({ code: expect.stringMatching(/journal-|session-/) });
  });

  it("is one process' alone until that lets go", async () => {
    const disk = diskModel();
    const here = await openJournal(disk);
    const there = await openJournal(disk);
    await here.create(opening(1));
    await expect(there.reopen(id(1))).rejects.toMatchObject({ code: "journal-locked" });
    expect(kinds(await allLines(there, id(1))), "anybody may read").toEqual(["session-opened"]);
    await here.release();
    expect((await there.reopen(id(1))).state).toBe("open");
  });

  it("of another tablet is read and not continued", async () => {
    const disk = diskModel();
    await (await (await openJournal(disk)).create(opening(1))).release();
    const other = await Journal.open({ ...folders, keyFolder: "/data/other", disk, clock: steppingClock() });
    await expect(other.reopen(id(1))).rejects.toMatchObject({ code: "journal-locked" });
    expect((await allLines(other, id(1)))[0]?.event.kind).toBe("session-opened");
    expect((await verifySession(sessionFolder(1), { disk, keyFolder: "/data/other" })).state).toBe("intact");
  });
});

describe("a journal that was changed", () => {
  async function changedTo(change: (bytes: Uint8Array) => Uint8Array) {
    const disk = diskModel();
    const before = await openJournal(disk);
    const session = await before.create(opening(1));
    for (let n = 1; n <= 12; n++) await session.append(sample(n));
    await before.release();
    const path = `${sessionFolder(1)}/events.jsonl`;
    const bytes = change(disk.contents().get(path)!);
    await (await disk.create(path)).write(bytes);
    return openJournal(disk);
  }

  it("takes no further line and is read up to the change", async () => {
    const journal = await changedTo((bytes) => bytes.with(3000, bytes[3000]! ^ 1));
    await expect(journal.reopen(id(1))).rejects.toMatchObject({ code: "journal-altered" });
    const { lines, headSeq } = await journal.readLines(id(1), 0, 100);
    expect(lines.map(({ seq }) => seq)).toEqual(Array.from({ length: headSeq }, (_, i) => i + 1));
    expect(headSeq).toBeGreaterThan(3);
    expect((await journal.sessions())[0]).toMatchObject({ title: "Traverse 1", state: "altered" });
  });

  it("or cut at a line's end is noticed by its own tablet", async () => {
    const journal = await changedTo((bytes) => bytes.slice(0, bytes.lastIndexOf(10, -2) + 1));
    await expect(journal.reopen(id(1))).rejects.toMatchObject({ code: "journal-cut" });
    expect((await journal.sessions())[0]).toMatchObject({ state: "altered" });
  });
});

describe("storage that fails", () => {
  const cases: [string, string, DiskFaults["fails"]][] = [
    ["is full", "storage-full", (operation) => (operation === "write" ? "ENOSPC" : undefined)],
    ["fails an fsync", "journal-not-written", (operation) => (operation === "sync" ? "EIO" : undefined)],
  ];
  it.each(cases)(
    "%s: the line is refused, so is every other, until the session is opened again",
    async (_name, code, fails) => {
      let failing = false;
      const disk = diskModel({ fails: (operation, path) => (failing ? fails?.(operation, path) : undefined) });
      const journal = await openJournal(disk);
      const session = await journal.create(opening(1));
      await session.append(sample(1));
      failing = true;
      await expect(session.append(sample(2))).rejects.toMatchObject({ code });
      await expect(journal.reopen(id(1)), "nothing to recover on").rejects.toMatchObject({ code });
      expect(kinds(await allLines(journal, id(1))), "what was not saved is not shown").toHaveLength(2);
      failing = false;
      await expect(session.append(sample(3))).rejects.toMatchObject({ code: "journal-not-written" });

      const again = await journal.reopen(id(1));
      await again.append(sample(4));
      expect(kinds(await allLines(journal, id(1)))).toEqual([
        ...["session-opened", "sample-created", "torn-tail", "sample-created"],
      ]);
      // The kernel holds bytes that it dropped for good: a power cut now must not show that anything rested on them.
      const left = disk.restarted(() => 0);
      expect((await verifySession(sessionFolder(1), { disk: left })).state).toBe("intact");
      expect((await verifySession(sessionFolder(1), { disk: left })).lines).toBe(4);
    },
  );

  it("fails while torn bytes are told of: the next attempt tells of all, and does not trust what the first wrote", async () => {
    const before = diskModel();
    await (await (await openJournal(before)).create(opening(1))).append(sample(1));
    const path = `${sessionFolder(1)}/events.jsonl`;
    const file = await before.open(path);
    await file.write(Buffer.from('{"seq":3,"pr'));
    await file.sync();
    let syncs = 0;
    // Third: after making the file as found durable and cutting it back, the line that tells of the torn bytes.
    const fails = (operation: string, at: string) =>
      operation === "sync" && at === path && ++syncs === 3 ? "EIO" : undefined;
    const disk = before.afterKill({ fails });
    const journal = await openJournal(disk);
    await expect(journal.reopen(id(1))).rejects.toMatchObject({ code: "journal-not-written" });
    await journal.reopen(id(1));
    const left = await openJournal(disk.restarted(() => 0));
    expect(kinds(await allLines(left, id(1)))).toEqual(["session-opened", "sample-created", "torn-tail", "torn-tail"]);
  });

  it("cannot take a photo: the session goes on without it", async () => {
    let full = false;
    const disk = diskModel({
      fails: (operation, path) => (full && operation === "write" && path.includes("/files/") ? "ENOSPC" : undefined),
    });
    const session = await (await openJournal(disk)).create(opening(1));
    full = true;
    await expect(session.storeFile(spectrumFile)).rejects.toMatchObject({ code: "storage-full" });
    expect((await session.append(note("no photo"))).seq).toBe(2);
  });
});

describe("on this machine's disk", () => {
  it("a session survives, is locked against a second station, and its key is readable by its owner alone", async () => {
    const folder = await mkdtemp(join(tmpdir(), "journal-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const options = {
      root: join(folder, "a", "journal"),
      keyFolder: join(folder, "keys"),
      disk: nodeDisk,
      clock: steppingClock(),
    };
    const journal = await Journal.open(options);
    const session = await journal.create(opening(1));
    const name = await session.storeFile(spectrumFile);
    await session.append(measuredFrom(3, spectrumFile));
    const other = await Journal.open(options);
    await expect(other.reopen(id(1))).rejects.toMatchObject({ code: "journal-locked" });
    await journal.release();
    await (await other.reopen(id(1))).close();
    expect(await readFile(join(options.root, id(1), "files", name))).toEqual(spectrumFile);
    expect(await verifyFolder(options.root, options)).toMatchObject([{ state: "intact", closed: true }]);
    if (process.platform !== "win32")
      expect((await stat(join(options.keyFolder, "device-key.pem"))).mode & 0o777).toBe(0o600);
  });
});
