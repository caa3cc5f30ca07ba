import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, openFile, test } from "./hosts.ts";

/** The first bytes of a JPEG file, then what a camera would write: no text. */
const jpeg = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]),
  Buffer.from(Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919) & 0xff)),
]);

test("wrong file: a JPEG renamed .txt gives a clear sentence and nothing else changes", async ({ app }) => {
  const { page } = app;
  const journal = () => {
    const root = join(app.dataFolder, "journal");
    const [session] = readdirSync(root).filter((name) => existsSync(join(root, name, "events.jsonl")));
    return readFileSync(join(root, session ?? "", "events.jsonl"), "utf8");
  };
  await expect(page.getByRole("button", { name: /^MEASURE/ })).toBeVisible();
  const before = journal();
  await openFile(page, "spectrum.txt", jpeg);
  await expect(page.getByRole("alert")).toContainText("spectrum.txt");
  await expect(page.getByRole("alert")).toContainText(/picture|not a text|no text/i);
  expect(journal()).toBe(before);
});
