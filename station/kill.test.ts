import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Input, Output, RequestName } from "../contract/api.ts";
import { decode, encode } from "../contract/wire.ts";
import { nodeDisk } from "./journal/disk.ts";
import { Journal } from "./journal/journal.ts";
import { steppingClock } from "./journal/scenario.ts";
import { verifyFolder } from "./journal/verify.ts";
import { rruffFile } from "./testing/exampleFiles.ts";
import { freshFolder } from "./testing/folders.ts";
import { jpegOf, webmOf } from "./testing/pictures.ts";

const kills = process.env.ASSURE === "1" ? 200 : 8;
/** The scripted traverse takes about this long on two cores; a kill may come at any moment of it. */
const longestLifeMs = 1500;

/** The station as its host runs it, with one page. */
class Life {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (reply: { ok: boolean; value?: unknown }) => void>();
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  #lastId = 0;

  constructor(dataFolder: string) {
    const program = fileURLToPath(new URL("process.ts", import.meta.url));
    const config = JSON.stringify({ host: "web", dataFolder, instruments: [] });
    this.#child = spawn(process.execPath, [program, config], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.ended = new Promise((resolve) => this.#child.once("exit", () => resolve()));
    this.ready = new Promise((resolve, reject) => {
      void this.ended.then(() => reject(new Error("the station ended before it was ready")));
      this.#child.on("message", (message: { type: string; text?: string; problem?: unknown }) => {
        if (message.type === "ready") {
          this.#child.send({ type: "open", page: 1 });
          resolve();
        }
        if (message.type === "failed") reject(new Error(JSON.stringify(message.problem)));
        if (message.text === undefined) return;
        const said = decode(message.text) as { id?: number; ok: boolean; value?: unknown };
        if (said.id !== undefined) this.#waiting.get(said.id)?.(said);
      });
    });
  }

  /** Undefined where the station died before it answered. */
  async ask<Name extends RequestName>(call: Name, input: Input<Name>): Promise<Output<Name> | undefined> {
    const id = ++this.#lastId;
    const reply = new Promise<{ ok: boolean; value?: unknown }>((resolve) => this.#waiting.set(id, resolve));
    if (this.#child.connected) this.#child.send({ type: "text", page: 1, text: encode({ id, call, input }) }, () => {});
    const said = await Promise.race([reply, this.ended.then(() => undefined)]);
    if (said === undefined) return undefined;
    if (!said.ok) throw new Error(JSON.stringify(said));
    return said.value as Output<Name>;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}

/** What a person has been told is saved: a word that a journal line must hold, and the file that must lie beside it. */
interface Shown {
  readonly word: string;
  readonly file?: Uint8Array;
}

/** A traverse as a crew walks it, until the station dies. */
async function walk(life: Life, round: number, shown: Shown[]): Promise<void> {
  const quartz = new TextEncoder().encode(rruffFile("Quartz"));
  const title = `Traverse ${round}`;
  if (round % 3 === 0 && (await life.ask("startTraverse", { title, site: "LZ", crew: ["Kilo"], plan: "" }))) {
    shown.push({ word: title });
  }
  for (let step = 0; ; step += 1) {
    const sample = await life.ask("createSample", {});
    const spot = sample && (await life.ask("createSpot", { sampleId: sample.sampleId }));
    if (!sample || !spot) return;
    shown.push({ word: spot.spotId });
    const target = { sampleId: sample.sampleId, spotId: spot.spotId };
    const seed = 1000 * round + step;
    const photo = jpegOf(seed, 200_000);
    const taken = await life.ask("addPhoto", { target, bytes: photo, type: "image/jpeg" });
    if (!taken) return;
    shown.push({ word: taken.evidenceId, file: photo });
    const voice = webmOf(seed, 60_000);
    const said = await life.ask("addVoice", { target, bytes: voice, type: "audio/webm", durationMs: 4000 });
    if (!said) return;
    shown.push({ word: said.evidenceId, file: voice });
    const note = await life.ask("addNote", { target, text: `note ${seed}` });
    if (!note) return;
    shown.push({ word: note.evidenceId });
    const name = `Olivine ${seed}`;
    if (!(await life.ask("sayMineral", { spotId: spot.spotId, name }))) return;
    shown.push({ word: name });
    if (step % 4 !== 0) continue;
    const measured = await life.ask("openFile", { spotId: spot.spotId, name: "quartz.txt", bytes: quartz });
    if (!measured) return;
    shown.push({ word: measured.measurementId, file: quartz });
  }
}

test(`SIGKILL of the station at ${kills} random moments of a traverse: nothing that was shown as saved is missing`, {
  timeout: 3_600_000,
}, async () => {
  const dataFolder = freshFolder();
  const shown: Shown[] = [];
  for (let round = 0; round < kills; round += 1) {
    const life = new Life(dataFolder);
    await life.ready;
    const walked = walk(life, round, shown);
    const before = shown.length;
    const timer = setTimeout(() => life.kill(), Math.random() * longestLifeMs);
    await walked.finally(() => clearTimeout(timer)).finally(() => life.kill());
    await life.ended;
    expect(shown.length).toBeGreaterThanOrEqual(before);
  }
  expect(shown.length, "something was saved between the kills").toBeGreaterThan(kills);

  const root = join(dataFolder, "journal");
  for (const report of await verifyFolder(root, { keyFolder: join(dataFolder, "keys") })) {
    expect(report.state, report.sentence).toMatch(/^(intact|torn)$/);
  }
  const journal = await Journal.open({
    ...{ root, keyFolder: join(dataFolder, "keys"), disk: nodeDisk, clock: steppingClock() },
  });
  const texts: string[] = [];
  const files = new Map<string, string>();
  for (const { sessionId } of await journal.sessions()) {
    const { lines } = await journal.readLines(sessionId, 0, Number.MAX_SAFE_INTEGER);
    for (const { event } of lines) {
      if (event.kind === "measurement") files.set(event.source.kind === "file" ? event.source.sha256 : "", sessionId);
      if (event.kind === "photo-added" || event.kind === "voice-added") files.set(event.file.sha256, sessionId);
      texts.push(JSON.stringify(event.kind === "measurement" ? event.measurementId : event));
    }
  }
  const all = texts.join("\n");
  const missing = shown.filter(({ word, file }) => {
    if (!all.includes(word)) return true;
    if (file === undefined) return false;
    const hash = createHash("sha256").update(file).digest("hex");
    const sessionId = files.get(hash);
    return sessionId === undefined || !readFileSync(join(root, sessionId, "files", hash)).equals(file);
  });
  expect(missing).toEqual([]);
  await journal.release();
});
