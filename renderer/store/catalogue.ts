import type { MineralEntry } from "../../contract/mindb.ts";
import type { Store } from "./schema.ts";

/** A page of the catalogue as the station gives it. */
export interface CataloguePage {
  readonly version: string;
  readonly count: number;
  readonly entries: readonly MineralEntry[];
}

/**
 * Caches the catalogue, page by page. Pages lie beside the version in use until all are there; then one transaction
 * changes over and drops the old version. A stop in the middle costs nothing: what is stored is not asked for again.
 */
export async function cacheCatalogue(
  store: Store,
  wanted: { readonly version: string; readonly count: number },
  pageFrom: (from: number) => Promise<CataloguePage>,
  onProgress: (have: number, count: number) => void,
): Promise<void> {
  const current = await store.meta.get("catalogueVersion");
  if (current?.value === wanted.version) return;
  const { version, count } = wanted;
  const stored = () => store.catalogue.where("version").equals(version).count();
  for (let have = await stored(); have < count; ) {
    onProgress(have, count);
    const page = await pageFrom(have);
    // Another version than the one promised: the station was updated in between and says so in its next hello.
    if (page.version !== version || page.entries.length === 0) return;
    await store.catalogue.bulkPut(page.entries.map((entry) => ({ version, name: entry.name, entry })));
    have = await stored();
  }
  await store.transaction("rw", [store.catalogue, store.meta], async () => {
    await store.meta.put({ key: "catalogueVersion", value: version });
    await store.catalogue.where("version").notEqual(version).delete();
  });
  onProgress(count, count);
}

/** The entry of a mineral in the version in use; undefined if it has none or no version is complete yet. */
export async function entryOf(store: Store, name: string): Promise<MineralEntry | undefined> {
  const version = await store.meta.get("catalogueVersion");
  return version ? (await store.catalogue.get([version.value, name]))?.entry : undefined;
}

/** All entries of the version in use, by name. */
export async function allEntries(store: Store): Promise<MineralEntry[]> {
  const version = await store.meta.get("catalogueVersion");
  if (!version) return [];
  const rows = await store.catalogue.where("version").equals(version.value).toArray();
  return rows.map((row) => row.entry).sort((a, b) => a.name.localeCompare(b.name, "en"));
}

/** The names of that version, in the order of the alphabet; read from the keys alone. */
export async function catalogueNames(store: Store): Promise<string[]> {
  const version = await store.meta.get("catalogueVersion");
  if (!version) return [];
  const keys = await store.catalogue.where("version").equals(version.value).primaryKeys();
  return keys.map(([, name]) => name).sort((a, b) => a.localeCompare(b, "en"));
}
