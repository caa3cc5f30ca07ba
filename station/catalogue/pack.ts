import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { LithoscopeError } from "../../contract/errors.ts";
import type { MinDbPack } from "../../contract/mindb.ts";
import { type EnrolledKey, signatureOf } from "../../inference/signature.ts";
import { parsePack } from "../../mindb/pack.ts";
import { unreadable } from "../files.ts";

/** The file of a catalogue in its folder; its signature lies beside it. */
export const packFile = "pack.json";

/** Ten times the pack that ships (6 MB). What is larger is a mistake or an attack. */
const largestPackBytes = 64 * 2 ** 20;

/** A catalogue from elsewhere that was read, found whole, and vouched for. */
export interface SignedPack {
  readonly bytes: Uint8Array;
  readonly pack: MinDbPack;
  /** Name of the key's owner, as enrolled here. */
  readonly signedBy: string;
}

/** The bytes of a folder's pack. Throws file-not-found, package-invalid if it is too large, file-unreadable. */
export async function packBytes(folder: string): Promise<Buffer> {
  const path = join(folder, packFile);
  const size = await stat(path).then(
    (found) => found.size,
    (error: NodeJS.ErrnoException) => {
      throw error.code === "ENOENT" ? missing(path) : unreadable(path, error);
    },
  );
  if (size > largestPackBytes) {
    throw new LithoscopeError(
      "package-invalid",
      `${path} is ${Math.round(size / 1e6)} MB, more than any mineral catalogue has.`,
      "Get it again from its publisher.",
    );
  }
  return readFile(path).catch((error) => {
    throw unreadable(path, error);
  });
}

/**
 * The catalogue in a folder (on a stick, say), if it is whole and signed by an enrolled key. Throws file-not-found,
 * package-invalid, package-untrusted (not signed), package-key-unknown, package-signature-bad.
 */
export async function openSignedPack(folder: string, enrolled: readonly EnrolledKey[]): Promise<SignedPack> {
  const bytes = await packBytes(folder);
  // Who vouches for it is asked first: nothing of a stranger's file is looked into.
  const trust = await signatureOf(folder, bytes, enrolled, "mineral catalogue");
  if (trust.kind !== "signed") {
    throw new LithoscopeError(
      "package-untrusted",
      `The mineral catalogue in ${folder} is not signed, so nobody vouches for it.`,
      "Ask its publisher for a signed one, or sign it: lithoscope mindb sign FOLDER --key KEY.",
    );
  }
  return { bytes, pack: parsePack(bytes.toString("utf8")), signedBy: trust.by };
}

const missing = (path: string): LithoscopeError =>
  new LithoscopeError(
    "file-not-found",
    `There is no mineral catalogue at ${path}.`,
    "Name the folder that holds pack.json and signature.json.",
  );
