import { expect, journalText, openFile, test } from "./hosts.ts";

/** The first bytes of a JPEG file, then what a camera would write: no text. */
const jpeg = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]),
  Buffer.from(Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919) & 0xff)),
]);

test("wrong file: a JPEG renamed .txt gives a clear sentence and nothing else changes", async ({ app }) => {
  const { page } = app;
  await expect(page.getByRole("button", { name: /^MEASURE/ })).toBeVisible();
  const before = journalText(app);
  await openFile(page, "spectrum.txt", jpeg);
  await expect(page.getByRole("alert")).toContainText("spectrum.txt");
  await expect(page.getByRole("alert")).toContainText(/picture|not a text|no text/i);
  expect(journalText(app)).toBe(before);
});
