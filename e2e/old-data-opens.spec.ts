import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, loadOnPage, test } from "./hosts.ts";

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
    await loadOnPage(app.page, "renderer/store/fixture.ts", "lithoscopeStore");
    const fixture: { stores: Record<string, string> } = JSON.parse(readFileSync(`${store}fixtures/${file}`, "utf8"));
    const walked = await app.page.evaluate(async (given) => {
      const { walkFixture, latestVersion } = (globalThis as unknown as { lithoscopeStore: StoreModule })
        .lithoscopeStore;
      return { latestVersion, ...(await walkFixture("walk", given)) };
    }, fixture);
    expect(walked.version).toBe(walked.latestVersion);
    // All fixtures hold the same rows, each in its version's form; tables that came later are empty, or hold what can be
    // told of the rows that were there.
    const newest = JSON.parse(readFileSync(`${store}fixtures/v${walked.latestVersion}.json`, "utf8"));
    const { rows } = newest as { rows: Record<string, unknown[]> };
    for (const [table, expected] of Object.entries(rows))
      expect(table in fixture.stores ? [expected] : [expected, []], table).toContainEqual(walked.rows[table]);
  });
}
