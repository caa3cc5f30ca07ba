import type { CatalogueTables, MineralEntry } from "../../contract/mindb.ts";
import { type CatalogueSource, cacheCatalogue, entryOf, wholeCatalogue } from "./catalogue.ts";
import { openStore } from "./schema.ts";

const count = 700;
const perPage = 250;
const tables: CatalogueTables = {
  ...{ modes: {}, elementLines: {}, rocks: [], diagrams: [], glossary: [] },
  detectionRules: { raman: "", vnir: "", libs: "" },
};

const entry = (name: string, version: string): MineralEntry => ({
  ...{ name, depth: "short", formula: version, elements: [], class: "silicate", crystalSystem: "cubic" },
  ...{ otherNames: [], massFractions: {}, massFractionsApproximate: false, formation: [], properties: [] },
  ...{ occurrences: [], features: [], lookAlikes: [], similar: [], rocks: [] },
});

/** A catalogue of 700 minerals whose formula is its version; `failAt` breaks off there once, as a lost station does. */
function sourceOf(version: string, asked: number[], failAt?: number): CatalogueSource {
  return {
    async page(from) {
      asked.push(from);
      if (from === failAt) throw new Error("the station is gone");
      const names = Array.from({ length: Math.min(perPage, count - from) }, (_, i) => `Mineral ${1000 + from + i}`);
      return { version, count, entries: names.map((name) => entry(name, version)) };
    },
    tables: async () => ({ version, tables }),
  };
}

/**
 * Loads a catalogue, then a second one that breaks off half way and is taken up again. Needs a real IndexedDB, so the e2e
 * suite runs it in Chromium.
 */
export async function tryCatalogue(): Promise<Record<string, unknown>> {
  const store = openStore("catalogue-trial");
  const formula = async () => (await entryOf(store, "Mineral 1000"))?.formula;
  const progress: number[] = [];
  const first: number[] = [];
  await cacheCatalogue(store, { version: "one", count }, sourceOf("one", first), (have) => progress.push(have));
  const loaded = {
    asked: first,
    progress,
    formula: await formula(),
    entries: (await wholeCatalogue(store))?.entries.length,
  };

  const broken: number[] = [];
  const failed = await cacheCatalogue(
    store,
    { version: "two", count },
    sourceOf("two", broken, 500),
    () => undefined,
  ).then(
    () => "done",
    () => "broken off",
  );
  const half = { failed, asked: broken, formula: await formula() };

  const again: number[] = [];
  await cacheCatalogue(store, { version: "two", count }, sourceOf("two", again), () => undefined);
  const idle: number[] = [];
  await cacheCatalogue(store, { version: "two", count }, sourceOf("two", idle), () => undefined);
  const resumed = {
    ...{ asked: again, askedWhenThere: idle, formula: await formula() },
    rows: await store.catalogue.count(),
    tables: await store.catalogueTables.count(),
  };
  await store.delete();
  return { loaded, half, resumed };
}
