import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder, removed at the end of the test file. */
function freshFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `lithoscope-${name}-`));
  made.push(folder);
  return folder;
}

/** An empty data folder, and LITHOSCOPE_HOME set to it. */
export function freshDataFolder(): string {
  const folder = freshFolder("shell");
  process.env.LITHOSCOPE_HOME = folder;
  return folder;
}

/** A built page of one line. */
export function freshPageFolder(): string {
  const folder = freshFolder("page");
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>Lithoscope</title>");
  return folder;
}
