import type { KeyObject } from "node:crypto";
import { publicKeyFrom } from "../keys/ed25519.ts";
import { type Head, isSignedBy } from "./key.ts";
import { type ChainedLine, noHash } from "./line.ts";

/**
 * At most this many lines stand between two signatures. It is a rule of the format: a chain in which more follow each
 * other unsigned was not written by a station, so whoever rewrites a journal can do so only behind its last signature.
 */
export const signEvery = 8;

/** How far a session's lines have been followed. */
export interface Chain {
  /** The last line; seq 0 before the first. */
  readonly head: Head;
  /** The last `head-signed` line. It vouches for every line before it. */
  readonly signature: Head;
  readonly session:
    | { readonly sessionId: string; readonly title: string; readonly openedAt: string; readonly publicKey: KeyObject }
    | undefined;
  readonly closed: boolean;
}

const start: Head = { seq: 0, hash: noHash };
export const emptyChain: Chain = { head: start, signature: start, session: undefined, closed: false };

export const unsignedLines = (chain: Chain): number => chain.head.seq - chain.signature.seq;

/** How a signature is checked; {@link isSignedBy}, or something that does so later. */
export type CheckSignature = typeof isSignedBy;

/** The chain with one line more, or why the line cannot stand there, as the end of "line 7 …". */
export function follow(chain: Chain, line: ChainedLine, check: CheckSignature = isSignedBy): Chain | string {
  const { event } = line;
  if (line.seq !== chain.head.seq + 1) return `carries number ${line.seq}`;
  if (line.prev !== chain.head.hash) return "does not continue the line before it";
  const head = { seq: line.seq, hash: line.hash };
  if (chain.session === undefined) {
    if (event.kind !== "session-opened") return "does not open a session";
    const publicKey = publicKeyFrom(event.publicKey);
    if (publicKey === undefined) return "names no Ed25519 key";
    const { sessionId, title } = event;
    return { ...chain, head, session: { sessionId, title, openedAt: line.at, publicKey } };
  }
  if (event.kind === "head-signed") {
    const { headSeq, headHash, signature } = event;
    if (headSeq !== chain.head.seq || headHash !== chain.head.hash) return "signs other lines than those before it";
    if (!check(chain.session.publicKey, chain.session.sessionId, chain.head, signature))
      return "has a signature that the tablet's key did not make";
    return { ...chain, head, signature: head };
  }
  if (event.kind === "session-opened") return "opens the session a second time";
  if (unsignedLines(chain) >= signEvery) return "stands where a signature must";
  const session = event.kind === "traverse-planned" ? { ...chain.session, title: event.title } : chain.session;
  // A cut during the last signature is told behind the closing line.
  if (chain.closed && event.kind !== "torn-tail") return "follows the end of the session";
  return { ...chain, head, session, closed: chain.closed || event.kind === "session-closed" };
}
