import type { CatalogueTables, MineralEntry } from "../../contract/mindb.ts";
import type { Store } from "./schema.ts";

/** A page of the catalogue as the station gives it. */
export interface CataloguePage {
  readonly version: string;
  readonly count: number;
  readonly entries: readonly MineralEntry[];
}

/** Where the catalogue comes from: the station. */
export interface CatalogueSource {
  page(from: number): Promise<CataloguePage>;
  tables(): Promise<{ readonly version: string; readonly tables: CatalogueTables }>;
}

/**
 * Caches the catalogue, page by page. Pages lie beside the version in use until all are there; then one transaction
 * changes over and drops the old version. A stop in the middle costs nothing: what is stored is not asked for again.
 */
export async function cacheCatalogue(
  store: Store,
  wanted: { readonly version: string; readonly count: number },
  source: CatalogueSource,
  onProgress: (have: number, count: number) => void,
): Promise<void> {
  const current = await store.meta.get("catalogueVersion");
  if (current?.value === wanted.version) return;
  const { version, count } = wanted;
  let have = await store.catalogue.where("version").equals(version).count();
  while (have < count) {
    onProgress(have, count);
    const page = await source.page(have);
    // Another version than the one promised: the station was updated in between and says so in its next hello.
    if (page.version !== version || page.entries.length === 0) return;
    await store.catalogue.bulkPut(page.entries.map((entry) => ({ version, name: entry.name, entry })));
    have += page.entries.length;
  }
  const { version: ofTables, tables } = await source.tables();
  if (ofTables !== version) return;
  await store.transaction("rw", [store.catalogue, store.catalogueTables, store.meta], async () => {
    await store.catalogueTables.put({ version, tables });
    await store.meta.put({ key: "catalogueVersion", value: version });
    await store.catalogue.where("version").notEqual(version).delete();
    await store.catalogueTables.where("version").notEqual(version).delete();
  });
  onProgress(count, count);
}

/** The entry of a mineral in the version in use; undefined if it has none or no version is complete yet. */
export async function entryOf(store: Store, name: string): Promise<MineralEntry | undefined> {
  const version = await store.meta.get("catalogueVersion");
  return version ? (await store.catalogue.get([version.value, name]))?.entry : undefined;
}

/** The whole catalogue in use. */
export interface Catalogue {
  readonly version: string;
  /** In the order of the alphabet. */
  readonly entries: readonly MineralEntry[];
  readonly tables: CatalogueTables;
}

/** The version in use, whole; undefined as long as none is complete. Reads some megabytes. */
export async function wholeCatalogue(store: Store): Promise<Catalogue | undefined> {
  const version = (await store.meta.get("catalogueVersion"))?.value;
  if (version === undefined) return undefined;
  const rows = await store.catalogue.where("version").equals(version).toArray();
  const tables = (await store.catalogueTables.get(version))?.tables;
  if (tables === undefined) return undefined;
  const entries = rows.map((row) => row.entry).sort((a, b) => alphabet.compare(a.name, b.name));
  return { version, entries, tables };
}

const alphabet = new Intl.Collator("en");

/** The names of that version, in the order of the alphabet; read from the keys alone. */
export async function catalogueNames(store: Store): Promise<string[]> {
  const version = await store.meta.get("catalogueVersion");
  if (!version) return [];
  const keys = await store.catalogue.where("version").equals(version.value).primaryKeys();
  return keys.map(([, name]) => name).sort(alphabet.compare);
}
