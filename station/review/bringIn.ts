import { chmod, copyFile, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { LithoscopeError } from "../../contract/errors.ts";
import { type Disk, makeDurableDirectory, nodeDisk } from "../journal/disk.ts";
import { isSealed, parseLine } from "../journal/line.ts";
import { eventsFile } from "../journal/recover.ts";
import { type Scan, scan } from "../journal/scan.ts";
import { type SessionReport, verifySession } from "../journal/verify.ts";

/**
 * new: copied. longer: the copy here was a beginning of it and was replaced. same, older: what is here already has it all. refused: altered, cut,
 * or another journal under the same id; nothing was taken.
 */
export type Outcome = "new" | "longer" | "same" | "older" | "refused";

export interface BroughtIn {
  /** The folder that it came from. */
  readonly from: string;
  readonly outcome: Outcome;
  readonly report: SessionReport;
  readonly head: { readonly seq: number; readonly hash: string } | undefined;
  /** For people: what was found and what became of it. */
  readonly sentence: string;
}

/** How deep a stick is searched: journals lie at its top, in the data folder, or in a dated folder of a crew. */
const deepest = 5;

/**
 * The folders of sessions at or below a folder, by path. A folder of ours that is being made (`.new`, `.incoming`) is none. Throws
 * session-not-found if there is none.
 */
export async function findSessions(folder: string): Promise<string[]> {
  const found: string[] = [];
  const look = async (path: string, depth: number): Promise<void> => {
    const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (depth === 0) throw noSession(path, error);
      return []; // a folder of the stick that nobody may read holds no session of ours
    });
    if (entries.some((entry) => entry.name === eventsFile)) {
      found.push(path);
      return;
    }
    if (depth >= deepest) return;
    for (const entry of entries) {
      if (entry.isDirectory() && !/\.(new|incoming|before)$/.test(entry.name))
        await look(join(path, entry.name), depth + 1);
    }
  };
  await look(folder, 0);
  if (found.length === 0) throw noSession(folder);
  return found.sort();
}

const noSession = (folder: string, cause?: unknown): LithoscopeError =>
  new LithoscopeError(
    "session-not-found",
    `There is no session in ${folder}.`,
    "Give the folder or stick that holds the tablet's journal: in it lie folders with an events.jsonl.",
    { cause },
  );

/**
 * Brings the sessions below these folders into `root`, each checked before and its copy checked again before it counts. Doing it again changes nothing; a
 * session that went on since is replaced by its longer self. The sources are only read. A power cut leaves what was there.
 */
export async function bringIn(
  sources: readonly string[],
  root: string,
  onSession: (brought: BroughtIn) => Promise<void> | void = () => {},
): Promise<BroughtIn[]> {
  await makeDurableDirectory(nodeDisk, root);
  await settle(root);
  const all: BroughtIn[] = [];
  for (const source of sources) {
    for (const from of await findSessions(source)) {
      const brought = await bringInOne(from, root);
      await onSession(brought);
      all.push(brought);
    }
  }
  return all;
}

async function bringInOne(from: string, root: string): Promise<BroughtIn> {
  const report = await verifySession(from);
  const name = `${report.title ?? "An unreadable session"} (${from})`;
  const refused = (why: string): BroughtIn => ({
    ...{ from, outcome: "refused", report, head: undefined },
    sentence: `${name} was not brought in. ${why}`,
  });
  if (report.state !== "intact" && report.state !== "torn") return refused(report.sentence);
  const { sessionId } = report;
  // Upper case alone: on a disk that ignores case, one session must not have two names.
  if (sessionId === undefined || sessionId !== sessionId.toUpperCase())
    return refused("It does not say which session it is.");
  const source = await scan(nodeDisk, join(from, eventsFile));
  const target = join(root, sessionId);
  const here = (await nodeDisk.size(target)) === undefined ? undefined : await scan(nodeDisk, join(target, eventsFile));
  const relation = here === undefined ? "new" : await compare(nodeDisk, target, here, from, source);
  const { head } = source.chain;
  const told = (outcome: Outcome, what: string): BroughtIn => ({
    ...{ from, outcome, report, head },
    sentence: `${name}: ${what} ${report.sentence}`,
  });
  if (relation === "clash")
    return refused(
      `Another journal with the same id is here already, and from some line on the two tell different things. Keep both folders; one of them is a copy that somebody went on writing to.`,
    );
  if (relation === "same") return told("same", "is here already.");
  if (relation === "older") return told("older", `a longer copy is here already (${here?.chain.head.seq} lines).`);
  const incoming = `${target}.incoming`;
  await rm(incoming, { recursive: true, force: true });
  await copyDurably(from, incoming);
  const copied = await scan(nodeDisk, join(incoming, eventsFile));
  const again = await verifySession(incoming);
  if (copied.chain.head.hash !== head.hash || again.state !== report.state) {
    await rm(incoming, { recursive: true, force: true });
    return refused(`Its copy is not the same: the stick or this disk is failing. ${again.sentence}`);
  }
  if (relation === "longer") await rename(target, `${target}.before`);
  await rename(incoming, target);
  await nodeDisk.syncDirectory(root);
  if (relation === "longer") {
    await rm(`${target}.before`, { recursive: true, force: true });
    return told("longer", `brought in again, it went on from line ${here?.chain.head.seq} to ${head.seq}.`);
  }
  return told("new", "brought in.");
}

/** What a power cut left of an earlier time: a copy that was not finished goes, a replaced one comes back if its successor is not there. */
async function settle(root: string): Promise<void> {
  for (const name of await nodeDisk.list(root)) {
    const path = join(root, name);
    if (name.endsWith(".incoming")) await rm(path, { recursive: true, force: true });
    if (!name.endsWith(".before")) continue;
    const target = path.slice(0, -".before".length);
    if ((await nodeDisk.size(target)) === undefined) await rename(path, target);
    else await rm(path, { recursive: true, force: true });
  }
}

/** How the journal in `from` stands to the one in `target`: the shorter must be the beginning of the longer, line by line. */
async function compare(
  disk: Disk,
  target: string,
  here: Scan,
  from: string,
  source: Scan,
): Promise<"same" | "longer" | "older" | "clash"> {
  const [a, b] = [here.chain.head, source.chain.head];
  if (a.seq === b.seq) return a.hash === b.hash ? "same" : "clash";
  // Hashes are chained: if one line agrees, all before it do.
  if (a.seq < b.seq) return (await hashAt(disk, from, source, a.seq)) === a.hash ? "longer" : "clash";
  return (await hashAt(disk, target, here, b.seq)) === b.hash ? "older" : "clash";
}

async function hashAt(disk: Disk, folder: string, { starts, end }: Scan, seq: number): Promise<string | undefined> {
  const from = starts[seq - 1] ?? end;
  const bytes = await disk.read(join(folder, eventsFile), from, (starts[seq] ?? end) - from - 1);
  return isSealed(bytes) ? parseLine(bytes)?.hash : undefined;
}

/** Copies a session's folder; every byte and name is durable afterwards. Its files are read-only from then on. */
async function copyDurably(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyDurably(source, target);
    else if (entry.isFile()) {
      await copyFile(source, target);
      const handle = await open(target, "r+");
      await handle.sync().finally(() => handle.close());
      await chmod(target, 0o444);
    }
  }
  await nodeDisk.syncDirectory(to);
  await nodeDisk.syncDirectory(dirname(to));
}

/** Sessions in a folder of brought-in sessions, oldest first. */
export async function sessionFolders(root: string): Promise<string[]> {
  const names = (await nodeDisk.list(root)).filter((name) => /^[0-9A-Z]{26}$/.test(name)).sort();
  const folders = names.map((name) => join(root, basename(name)));
  const isFolder = await Promise.all(folders.map(async (folder) => (await stat(folder)).isDirectory()));
  return folders.filter((_, index) => isFolder[index]);
}
