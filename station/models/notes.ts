import { join } from "node:path";
import { makeDurableDirectory, nodeDisk, readAll, replaceFile } from "../journal/disk.ts";

/** The content of a small file. Throws SyntaxError, or what reading throws. */
export const readJson = async (path: string): Promise<unknown> =>
  JSON.parse(Buffer.from(await readAll(nodeDisk, path)).toString("utf8"));

/** Replaces a small file; the old or the new content is there after a power cut, never half of one. */
export async function writeJson(path: string, content: object): Promise<void> {
  await makeDurableDirectory(nodeDisk, join(path, ".."));
  await replaceFile(nodeDisk, path, Buffer.from(`${JSON.stringify(content)}\n`));
}
