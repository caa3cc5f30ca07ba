import { generateKeyPairSync } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import type { JournalLine } from "../../contract/journal.ts";
import { publicPem } from "../keys/ed25519.ts";
import { type DiskModel, diskModel } from "./diskModel.ts";
import { signHead } from "./key.ts";
import { noHash, parseLine, sealLine, sha256 } from "./line.ts";
import { folders, id, openJournal, spectrumFile, traverse } from "./scenario.ts";
import { verifyFolder, verifySession } from "./verify.ts";

const session = `${folders.root}/${id(101)}`;
const events = `${session}/events.jsonl`;

let disk: DiskModel;
beforeEach(async () => {
  disk = diskModel();
  await traverse(await openJournal(disk));
});

const bytesOf = (path: string): Uint8Array => disk.contents().get(path)!;
const linesOf = (path: string): string[] =>
  Buffer.from(bytesOf(path))
    .toString()
    .split(/(?<=\n)/);

async function put(path: string, content: Uint8Array | string): Promise<void> {
  const file = await disk.create(path);
  await file.write(Buffer.from(content));
}

const verify = (keyFolder?: string) => verifySession(session, { disk, ...(keyFolder && { keyFolder }) });

/** The chain made anew from changed lines: hashes and links right, signatures as they were or as `resign` makes them. */
function rehashed(lines: JournalLine[], resign = (line: JournalLine, _prev: string): JournalLine => line): string {
  let prev = noHash;
  let text = "";
  for (const [index, line] of lines.entries()) {
    const sealed = sealLine({ ...resign(line, prev), seq: index + 1, prev });
    prev = sealed.line.hash;
    text += Buffer.from(sealed.bytes).toString();
  }
  return text;
}
const parsed = () => linesOf(events).map((text) => parseLine(Buffer.from(text.trimEnd()))!);

describe("a journal that nobody touched", () => {
  it("is intact, closed and signed to its end", async () => {
    const lines = linesOf(events).length;
    expect(await verify()).toMatchObject({ state: "intact", lines, lastSignedSeq: lines - 1, closed: true });
    expect(
      (await verifyFolder(folders.root, { disk, ...folders })).map(({ state, closed }) => [state, closed]),
    ).toEqual([
      ["intact", true],
      ["intact", false],
    ]);
  });

  it("is found in its own folder, and not in an empty one", async () => {
    expect(await verifyFolder(session, { disk })).toHaveLength(1);
    await expect(verifyFolder("/data/keys", { disk })).rejects.toMatchObject({ code: "session-not-found" });
  });
});

describe("verify", () => {
  it("names the line of every single flipped bit; in the last line it may look like a power cut", async () => {
    // The short journal has a line of each part: opening, content, signature.
    const folder = process.env.ASSURE === "1" ? session : `${folders.root}/${id(102)}`;
    const path = `${folder}/events.jsonl`;
    const original = bytesOf(path).slice();
    const last = linesOf(path).length;
    let line = 1;
    for (const [at, byte] of original.entries()) {
      const changed = original.slice();
      changed[at] = byte ^ (1 << (at % 8));
      await put(path, changed);
      const report = await verifySession(folder, { disk });
      const told = report.state === "torn" ? report.lines + 1 : report.firstBadLine;
      expect([report.state, told], `byte ${at}`).toEqual([line === last ? "torn" : "altered", line]);
      if (byte === 10) line++;
    }
    expect(line).toBe(last + 1);
  }, 120_000);

  it("with the key folder at hand, knows even a flipped bit in the signed last line from a power cut", async () => {
    const changed = bytesOf(events).slice();
    changed[changed.length - 20]! ^= 1;
    await put(events, changed);
    expect(await verify(folders.keyFolder)).toMatchObject({ state: "altered", firstBadLine: linesOf(events).length });
  });

  it("notices a line taken out, doubled, or exchanged with the next", async () => {
    const lines = linesOf(events);
    for (let i = 0; i < lines.length - 1; i++) {
      await put(events, lines.toSpliced(i, 1).join(""));
      expect(await verify(), "taken out").toMatchObject({ state: "altered", firstBadLine: i + 1 });
      await put(events, lines.toSpliced(i, 2, lines[i + 1]!, lines[i]!).join(""));
      expect(await verify(), "exchanged").toMatchObject({ state: "altered", firstBadLine: i + 1 });
      await put(events, lines.toSpliced(i, 0, lines[i]!).join(""));
      expect(await verify(), "doubled").toMatchObject({ state: "altered", firstBadLine: i + 2 });
    }
  });

  it("notices a chain hashed anew without the key: at its first signature, or where one is missing", async () => {
    const renamed = parsed().map((line) =>
      line.event.kind === "sample-created" ? { ...line, event: { ...line.event, name: "Swapped" } } : line,
    );
    const firstSignature = renamed.findIndex(({ event }) => event.kind === "head-signed") + 1;
    await put(events, rehashed(renamed));
    expect(await verify()).toMatchObject({ state: "altered", firstBadLine: firstSignature });

    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const forge = (line: JournalLine, prev: string): JournalLine => {
      if (line.event.kind !== "head-signed") return line;
      const signature = signHead({ privateKey, publicKey }, id(101), { seq: line.event.headSeq, hash: prev });
      return { ...line, event: { ...line.event, headHash: prev, signature } };
    };
    await put(events, rehashed(renamed, forge));
    expect(await verify(), "signed with another key").toMatchObject({ state: "altered", firstBadLine: firstSignature });

    await put(events, rehashed(renamed.filter(({ event }) => event.kind !== "head-signed")));
    expect(await verify(), "signatures left out").toMatchObject({ state: "altered", firstBadLine: firstSignature });

    const forgedKey = (line: JournalLine, prev: string): JournalLine =>
      line.event.kind === "session-opened"
        ? { ...line, event: { ...line.event, publicKey: publicPem(publicKey) } }
        : forge(line, prev);
    await put(events, rehashed(renamed, forgedKey));
    expect(await verify(), "another key in line 1").toMatchObject({
      state: "altered",
      alteredFiles: ["public-key.pem"],
    });
    const genuine = (await verifySession(`${folders.root}/${id(102)}`, { disk })).keyFingerprint;
    expect((await verify()).keyFingerprint, "people can compare the key's name").not.toBe(genuine);
    await put(`${session}/public-key.pem`, publicPem(publicKey));
    expect((await verify()).state, "the session alone cannot show a whole new key").toBe("intact");
    expect((await verify(folders.keyFolder)).state, "its tablet can").toBe("altered");
  });

  it("notices a journal cut at any line's end when the key folder is at hand", async () => {
    const lines = linesOf(events);
    for (let kept = 1; kept < lines.length; kept++) {
      await put(events, lines.slice(0, kept).join(""));
      expect(await verify(folders.keyFolder)).toMatchObject({ state: "cut", lines: kept });
      expect((await verify()).state, "without it, the rest is a genuine journal").toBe("intact");
    }
    await put(events, "");
    expect(await verify()).toMatchObject({ state: "altered", firstBadLine: 1 });
  });

  it("notices evidence that is missing, changed or of another size", async () => {
    const name = sha256(spectrumFile);
    const path = `files/${name}`;
    const changed = spectrumFile.slice();
    changed[0]! ^= 1;
    await put(`${session}/${path}`, changed);
    expect(await verify()).toMatchObject({ state: "altered", alteredFiles: [path], firstBadLine: undefined });
    await put(`${session}/${path}`, spectrumFile.subarray(1));
    expect(await verify()).toMatchObject({ state: "altered", alteredFiles: [path] });
    await disk.rename(`${session}/${path}`, `${session}/files/elsewhere`);
    expect(await verify()).toMatchObject({ state: "altered", missingFiles: [path] });
  });
});
