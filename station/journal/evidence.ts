import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import type { JournalEvent } from "../../contract/journal.ts";
import type { Disk } from "./disk.ts";

/** A file that a line names. `path` is relative to the session's folder. */
export interface Evidence {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Where a photo, a voice note or a spectrum file lies in the session's folder. */
export const evidencePath = (sha256: string): string => join("files", sha256);

/** The files that an event rests on. */
export function evidenceOf(event: JournalEvent): Evidence[] {
  if (event.kind === "torn-tail") return [{ path: basename(event.file), bytes: event.bytes, sha256: event.sha256 }];
  if (event.kind === "photo-added" || event.kind === "voice-added" || event.kind === "map-added") {
    const { bytes, sha256 } = event.file;
    return [{ path: evidencePath(sha256), bytes, sha256 }];
  }
  if (event.kind !== "measurement" || event.source.kind !== "file") return [];
  const { bytes, sha256 } = event.source;
  return [{ path: evidencePath(sha256), bytes, sha256 }];
}

const chunkBytes = 1 << 20;

/** Whether the file is there with the size and the hash that its line states; read as a stream. */
export async function checkEvidence(
  disk: Disk,
  folder: string,
  file: Evidence,
): Promise<"whole" | "missing" | "altered"> {
  const path = join(folder, file.path);
  const size = await disk.size(path);
  if (size === undefined) return "missing";
  if (size !== file.bytes) return "altered";
  const hash = createHash("sha256");
  for (let at = 0; at < size; at += chunkBytes) hash.update(await disk.read(path, at, chunkBytes));
  return hash.digest("hex") === file.sha256 ? "whole" : "altered";
}
