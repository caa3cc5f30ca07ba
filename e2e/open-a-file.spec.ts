import { rruffFile } from "../station/testing/exampleFiles.ts";
import { expect, openFile, test } from "./hosts.ts";

test("open a file: an RRUFF file gives its mineral, with its catalogue entry", async ({ app }) => {
  const { page } = app;
  await openFile(page, "calcite.txt", rruffFile("Calcite"));
  const answer = page.getByRole("region", { name: "Answer" });
  await expect(answer.getByRole("heading", { name: "Calcite" })).toBeVisible();
  await expect(page.getByRole("region", { name: "What it means" })).toContainText("Ca(CO3)");
});
