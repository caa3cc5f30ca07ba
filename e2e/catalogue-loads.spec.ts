import { fileURLToPath } from "node:url";
import { build } from "vite";
import { expect, test } from "./hosts.ts";

test("the catalogue loads page by page, goes on where it broke off, and the old one stays in use until the new one is whole", async ({
  app,
}) => {
  const result = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(new URL("../renderer/store/catalogueTrial.ts", import.meta.url)),
        formats: ["iife"],
        name: "lithoscopeTrial",
      },
    },
  });
  const [bundle] = Array.isArray(result) ? result : [];
  const code = bundle?.output[0].code ?? "";
  await app.page.evaluate(code.replace(/^var lithoscopeTrial/m, "globalThis.lithoscopeTrial"));
  const told = await app.page.evaluate(() =>
    (globalThis as unknown as { lithoscopeTrial: { tryCatalogue(): Promise<unknown> } }).lithoscopeTrial.tryCatalogue(),
  );
  expect(told).toEqual({
    loaded: { asked: [0, 250, 500], progress: [0, 250, 500, 700], formula: "one", entries: 700 },
    half: { failed: "broken off", asked: [0, 250, 500], formula: "one" },
    resumed: { asked: [500], askedWhenThere: [], formula: "two", rows: 700, tables: 1 },
  });
});
