import Dexie from "dexie";
import { z } from "zod";
import { openStore } from "./schema.ts";

export { latestVersion } from "./schema.ts";

/** A store as one version left it: its tables in Dexie's words, and rows in each. */
export const StoreFixture = z.object({
  version: z.int().positive(),
  stores: z.record(z.string(), z.string()),
  rows: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
});
export type StoreFixture = z.infer<typeof StoreFixture>;

/**
 * Writes a database of the fixture's version, opens it with today's code and returns what every table then holds.
 * Needs a real IndexedDB, so the e2e suite runs it in Chromium; the database is removed again.
 */
export async function walkFixture(
  name: string,
  given: unknown,
): Promise<{ version: number; rows: StoreFixture["rows"] }> {
  const fixture = StoreFixture.parse(given);
  const old = new Dexie(name);
  old.version(fixture.version).stores(fixture.stores);
  for (const [table, rows] of Object.entries(fixture.rows)) await old.table(table).bulkAdd(rows);
  old.close();

  const store = await openStore(name).open();
  const rows: StoreFixture["rows"] = {};
  for (const table of store.tables) rows[table.name] = await table.toArray();
  await store.delete();
  return { version: store.verno, rows };
}
