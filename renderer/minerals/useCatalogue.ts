import { useLiveQuery } from "dexie-react-hooks";
import { useEffect, useState } from "react";
import { useStation } from "../parts/hooks.ts";
import { type Catalogue, wholeCatalogue } from "../store/catalogue.ts";
import { buildIndex, type SearchIndex } from "./search/index.ts";

/** The catalogue in use and what it is searched by. */
export interface ReadyCatalogue extends Catalogue {
  readonly index: SearchIndex;
}

/** Kept while the page lives: reading and indexing some megabytes takes longer than changing the workspace. */
let ready: ReadyCatalogue | undefined;

/** The whole catalogue; undefined while it is read, or as long as no version is complete. */
export function useCatalogue(): ReadyCatalogue | undefined {
  const { store } = useStation();
  const version = useLiveQuery(async () => (await store.meta.get("catalogueVersion"))?.value, [store]);
  const [, show] = useState<ReadyCatalogue>();
  useEffect(() => {
    if (version === undefined || ready?.version === version) return;
    let wanted = true;
    void wholeCatalogue(store).then(async (catalogue) => {
      if (!wanted || catalogue === undefined) return;
      const index = await buildIndex(catalogue.entries, catalogue.tables.elementLines);
      if (!wanted) return;
      ready = { ...catalogue, index };
      show(ready);
    });
    return () => {
      wanted = false;
    };
  }, [store, version]);
  return ready;
}
