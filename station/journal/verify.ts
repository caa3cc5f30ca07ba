import { join } from "node:path";
import { z } from "zod";
import { LithoscopeError } from "../../contract/errors.ts";
import { fingerprint, publicKeyFrom } from "../keys/ed25519.ts";
import { readAcknowledged } from "./acknowledged.ts";
import { unsignedLines } from "./chain.ts";
import { type Disk, nodeDisk, readAll } from "./disk.ts";
import { checkEvidence, type Evidence, evidenceOf } from "./evidence.ts";
import { eventsFile } from "./recover.ts";
import { type Scan, scan } from "./scan.ts";

export interface VerifyOptions {
  /** The tablet's key folder, where it is at hand: with it a journal cut at a line's end is noticed. */
  readonly keyFolder?: string;
  readonly disk?: Disk;
}

export interface SessionReport {
  readonly folder: string;
  readonly sessionId: string | undefined;
  readonly title: string | undefined;
  /** Name of the key that signed; compare it with the tablet's own (see docs/journal.md). */
  readonly keyFingerprint: string | undefined;
  /** altered also when evidence is missing or changed. */
  readonly state: "intact" | "torn" | "altered" | "cut";
  /** Lines that are genuine, counted from the first. */
  readonly lines: number;
  /** Lines up to this one are vouched for by a signature; 0: none. */
  readonly lastSignedSeq: number;
  readonly firstBadLine: number | undefined;
  /** Bytes behind the last whole line that a power cut left; still in place. */
  readonly tornBytes: number | undefined;
  /** Paths relative to the session's folder. */
  readonly missingFiles: readonly string[];
  readonly alteredFiles: readonly string[];
  readonly closed: boolean;
  /** All of this for people. */
  readonly sentence: string;
}

/** Reports of the session in this folder, or of every session in a folder of sessions, oldest first. Throws `session-not-found`. */
export async function verifyFolder(folder: string, options: VerifyOptions = {}): Promise<SessionReport[]> {
  const disk = options.disk ?? nodeDisk;
  if ((await disk.size(join(folder, eventsFile))) !== undefined) return [await verifySession(folder, options)];
  const names = (await disk.list(folder)).filter((name) => z.ulid().safeParse(name).success).sort();
  if (names.length === 0) {
    throw new LithoscopeError(
      "session-not-found",
      `There is no session in ${folder}.`,
      "Give the folder of a session (it holds events.jsonl), or the journal folder that holds sessions.",
    );
  }
  const reports: SessionReport[] = [];
  for (const name of names) reports.push(await verifySession(join(folder, name), options));
  return reports;
}

/**
 * Checks one session without changing it: chain, signatures, the key beside the journal, evidence files. Reads the
 * journal as a stream. Throws only for what the disk itself refuses, and `journal-altered` when the key folder's record
 * is damaged.
 */
export async function verifySession(folder: string, options: VerifyOptions = {}): Promise<SessionReport> {
  const disk = options.disk ?? nodeDisk;
  const path = join(folder, eventsFile);
  const { keyFolder } = options;
  const evidence = new Map<string, Evidence>();
  const result = await scan(disk, path, {
    skim: true,
    acknowledged: keyFolder === undefined ? undefined : (id) => readAcknowledged(disk, keyFolder, id),
    visit: ({ event }) => {
      for (const file of evidenceOf(event)) evidence.set(`${file.path} ${file.sha256} ${file.bytes}`, file);
    },
  });
  const missing = new Set<string>();
  const altered = new Set<string>();
  for (const file of evidence.values()) {
    const found = await checkEvidence(disk, folder, file);
    if (found !== "whole") (found === "missing" ? missing : altered).add(file.path);
  }
  const { chain, verdict } = result;
  if (chain.session) {
    const pem = "public-key.pem";
    const text =
      (await disk.size(join(folder, pem))) === undefined ? undefined : await readAll(disk, join(folder, pem));
    if (text === undefined) missing.add(pem);
    else if (!publicKeyFrom(Buffer.from(text).toString())?.equals(chain.session.publicKey)) altered.add(pem);
  }
  const files = { missingFiles: [...missing], alteredFiles: [...altered] };
  return {
    folder,
    sessionId: chain.session?.sessionId,
    title: chain.session?.title,
    keyFingerprint: chain.session && fingerprint(chain.session.publicKey),
    state: missing.size + altered.size > 0 && verdict.state !== "cut" ? "altered" : verdict.state,
    lines: chain.head.seq,
    lastSignedSeq: Math.max(0, chain.signature.seq - 1),
    firstBadLine: verdict.state === "altered" ? verdict.line : undefined,
    tornBytes: verdict.state === "torn" ? verdict.bytes : undefined,
    ...files,
    closed: chain.closed,
    sentence: [sentenceOf(result), ...sentencesOfFiles(files)].join(" "),
  };
}

function sentenceOf({ chain, verdict }: Scan): string {
  const lines = chain.head.seq;
  const unsigned = unsignedLines(chain);
  switch (verdict.state) {
    case "intact":
      return `Every line is genuine (${lines}).${unsigned > 0 ? ` Not signed yet: ${unsigned}.` : ""}`;
    case "torn":
      return `Every whole line is genuine (${lines}). A power cut tore the last write: ${verdict.bytes} bytes that were never acknowledged. The next start of the station moves them aside and says so in the journal.`;
    case "altered":
      return `Line ${verdict.line} ${verdict.reason}. The journal was changed after it was written; only the lines before it are genuine.`;
    case "cut":
      return `Lines are missing at the end: the tablet had ${verdict.acknowledgedSeq} lines safe on disk, ${lines} are here.`;
  }
}

function sentencesOfFiles({
  missingFiles,
  alteredFiles,
}: Pick<SessionReport, "missingFiles" | "alteredFiles">): string[] {
  return [
    ...(missingFiles.length > 0 ? [`Missing beside the journal: ${missingFiles.join(", ")}.`] : []),
    ...(alteredFiles.length > 0 ? [`Changed beside the journal: ${alteredFiles.join(", ")}.`] : []),
  ];
}
