import { readdir } from "node:fs/promises";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import type { Handlers } from "../../contract/channel.ts";
import { LithoscopeError } from "../../contract/errors.ts";
import type { reviewRequests } from "../../contract/review.ts";
import { CalibrationLog } from "../calibration/log.ts";
import { formats, writeDataset } from "../export/dataset.ts";
import { sessionsToWrite } from "../export/source.ts";
import { nodeDisk, readAll } from "../journal/disk.ts";
import { evidencePath } from "../journal/evidence.ts";
import { reportHtml } from "../report/report.ts";
import { measurementNotFound, SpectrumSource } from "../spectra.ts";
import { appVersion } from "../version.ts";
import { findSessions } from "./bringIn.ts";
import { type LoadedSession, loadSession, viewCampaign } from "./campaign.ts";
import { ReviewStore, readReview, reviewFolder } from "./store.ts";

/** The station's part of a review. The review's journal is opened by the first thing that is written to it. */
export class Review {
  readonly #dataFolder: string;
  #store: Promise<ReviewStore> | undefined;
  /** Sessions as last read, by folder: a campaign is asked for after every statement. */
  readonly #loaded = new Map<string, LoadedSession>();

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder;
  }

  get handlers(): Pick<Handlers, keyof typeof reviewRequests> {
    return {
      reviewSources: () => this.#sources(),
      reviewBringIn: async ({ folder }) => {
        const store = await this.#open();
        return (await store.bringIn([folder])).map(({ outcome, sentence }) => ({ outcome, sentence }));
      },
      review: () => this.#campaign(),
      reviewSpectrum: ({ sessionId, measurementId }) => this.#spectrum(sessionId, measurementId),
      reviewSay: async ({ event }) => ({ seq: (await (await this.#open()).append(event)).seq }),
      reviewAlign: async ({ lines }) => {
        await (await this.#open()).alignByCommonEvent(lines);
        return {};
      },
      reviewReport: async ({ title, crew }) => ({
        html: reportHtml(await this.#campaign(), { title, appVersion, ...(crew !== undefined && { crew }) }),
      }),
      reviewExport: async ({ to, campaign }) =>
        writeDataset(to, campaign, formats, await sessionsToWrite(reviewFolder(this.#dataFolder), campaign)),
    };
  }

  async close(): Promise<void> {
    await (await this.#store?.catch(() => undefined))?.close();
  }

  #open(): Promise<ReviewStore> {
    this.#store ??= ReviewStore.open(reviewFolder(this.#dataFolder), join(this.#dataFolder, "keys")).catch((error) => {
      this.#store = undefined; // the next try may find it free
      throw error;
    });
    return this.#store;
  }

  async #read() {
    const store = await this.#store?.catch(() => undefined);
    if (store === undefined) return readReview(reviewFolder(this.#dataFolder));
    return { sessions: await store.sessions(), log: store.log };
  }

  async #campaign() {
    const { sessions, log } = await this.#read();
    const all: LoadedSession[] = [];
    for (const folder of sessions) {
      const loaded = await this.#load(folder);
      if (loaded !== undefined) all.push(loaded);
    }
    return viewCampaign(all, log);
  }

  async #load(folder: string): Promise<LoadedSession | undefined> {
    const known = this.#loaded.get(folder);
    if (known !== undefined && (await known.isCurrent())) return known;
    const loaded = await loadSession(folder);
    if (loaded !== undefined) this.#loaded.set(folder, loaded);
    return loaded;
  }

  async #spectrum(sessionId: string, measurementId: string) {
    const { sessions } = await this.#read();
    const folder = sessions.find((path) => path.endsWith(sessionId));
    const loaded = folder === undefined ? undefined : await this.#load(folder);
    const seq = loaded?.lines.find(
      ({ event }) => event.kind === "measurement" && event.measurementId === measurementId,
    )?.seq;
    const line = seq === undefined ? undefined : await loaded?.wholeLine(seq);
    if (folder === undefined || line?.event.kind !== "measurement") throw measurementNotFound();
    const calibrations = new CalibrationLog();
    for (const one of loaded?.lines ?? []) calibrations.see(sessionId, one);
    return new SpectrumSource(
      (sha256) => readAll(nodeDisk, join(folder, evidencePath(sha256))),
      (corrections) => calibrations.named(corrections),
    ).of(line.event);
  }

  /** Where a stick appears on this system, and the tablet's own journal; only what holds a session is told. */
  async #sources(): Promise<{ folder: string; label: string }[]> {
    const own = { folder: join(this.#dataFolder, "journal"), label: "This tablet" };
    const candidates = [own];
    for (const place of stickPlaces())
      for (const name of await readdir(place).catch(() => []))
        candidates.push({ folder: join(place, name), label: name });
    const found: typeof candidates = [];
    for (const candidate of candidates) {
      const sessions = await findSessions(candidate.folder).catch((error: unknown) => {
        if (error instanceof LithoscopeError) return [];
        throw error;
      });
      if (sessions.length > 0) found.push(candidate);
    }
    return found;
  }
}

/** Folders in which the systems show what is plugged in. */
function stickPlaces(): string[] {
  if (process.platform === "darwin") return ["/Volumes"];
  if (process.platform === "win32") return []; // drives are letters; the person types one
  const { username } = userInfo();
  return [join("/media", username), join("/run/media", username), join(homedir(), "media")];
}
