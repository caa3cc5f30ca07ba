import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { expect, test } from "./hosts.ts";

const store = fileURLToPath(new URL("../renderer/store/", import.meta.url));
const fixtures = readdirSync(`${store}fixtures`);

/** What renderer/store/fixture.ts puts on the page. */
interface StoreModule {
  walkFixture(name: string, fixture: unknown): Promise<{ version: number; rows: Record<string, unknown[]> }>;
  latestVersion: number;
}

for (const file of fixtures) {
  test(`old data opens: a store as ${file.replace(".json", "")} left it is carried to today's version in a real IndexedDB`, async ({
    app,
  }) => {
    const result = await build({
      configFile: false,
      logLevel: "error",
      build: { write: false, lib: { entry: `${store}fixture.ts`, formats: ["iife"], name: "lithoscopeStore" } },
    });
    const [bundle] = Array.isArray(result) ? result : [];
    const code = bundle?.output[0].code ?? "";
    // The page's policy forbids scripts from elsewhere; the debugging protocol that Playwright speaks is not the page.
    await app.page.evaluate(`${code.replace(/^var lithoscopeStore/m, "globalThis.lithoscopeStore")}`);
    const fixture: unknown = JSON.parse(readFileSync(`${store}fixtures/${file}`, "utf8"));
    const walked = await app.page.evaluate(async (given) => {
      const { walkFixture, latestVersion } = (globalThis as unknown as { lithoscopeStore: StoreModule })
        .lithoscopeStore;
      return { latestVersion, ...(await walkFixture("walk", given)) };
    }, fixture);
    expect(walked.version).toBe(walked.latestVersion);
    // All fixtures hold the same measurements, each in its version's form.
    const newest = JSON.parse(readFileSync(`${store}fixtures/v${walked.latestVersion}.json`, "utf8"));
    const { rows } = newest as { rows: Record<string, unknown[]> };
    for (const [table, expected] of Object.entries(rows)) expect(walked.rows[table], table).toEqual(expected);
  });
}
