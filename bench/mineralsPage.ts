// Runs in the browser for bench/minerals.ts: the catalogue's first load and search beside bare Dexie, on the same objects.
import Dexie, { type Table } from "dexie";
import type { MinDbPack, MineralEntry } from "../contract/mindb.ts";
import { buildIndex } from "../renderer/minerals/search/index.ts";
import { parseQuery } from "../renderer/minerals/search/query.ts";
import { search } from "../renderer/minerals/search/search.ts";
import { cacheCatalogue } from "../renderer/store/catalogue.ts";
import { openStore } from "../renderer/store/schema.ts";

/** What people type, letter by letter: names, a misspelled one, lines, elements, a formula, all together. */
const typed = ["quartz", "pyroxene", "plagoclase", "Steinsalz", "967", "1086 281", "+Fe -Al", "CaCO3", "carb +Mg 1094"];
const pageSize = 250;

export interface Figures {
  readonly entries: number;
  readonly loadMs: { readonly own: number; readonly bare: number };
  readonly indexMs: number;
  readonly keystrokes: readonly { readonly text: string; readonly own: number; readonly bare: number }[];
}

export async function measure(pack: MinDbPack, rounds: number): Promise<Figures> {
  const own: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Turn by turn, the first of each round changing: what the machine does besides hits both.
    const turns = [() => ownLoad(pack).then((ms) => own.push(ms)), () => bareLoad(pack).then((ms) => bare.push(ms))];
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
  }
  const keystrokes = await measureSearch(pack, rounds);
  return { entries: pack.entries.length, loadMs: { own: middle(own), bare: middle(bare) }, ...keystrokes };
}

async function ownLoad({ version, entries, tables }: MinDbPack): Promise<number> {
  const store = openStore("bench-own");
  await store.open();
  const source = {
    page: async (from: number) => ({ version, count: entries.length, entries: entries.slice(from, from + pageSize) }),
    tables: async () => ({ version, tables }),
  };
  const start = performance.now();
  await cacheCatalogue(store, { version, count: entries.length }, source, () => undefined);
  const ms = performance.now() - start;
  await store.delete();
  return ms;
}

async function bareLoad({ version, entries }: MinDbPack): Promise<number> {
  const store = new Dexie("bench-bare");
  store.version(1).stores({ catalogue: "[version+name], version" });
  await store.open();
  const rows = entries.map((entry) => ({ version, name: entry.name, entry }));
  const start = performance.now();
  await store.table("catalogue").bulkPut(rows);
  const ms = performance.now() - start;
  await store.delete();
  return ms;
}

async function measureSearch(
  { entries, tables }: MinDbPack,
  rounds: number,
): Promise<Pick<Figures, "indexMs" | "keystrokes">> {
  const store = new Dexie("bench-search") as Dexie & { minerals: Table<{ name: string; entry: MineralEntry }, string> };
  store.version(1).stores({ minerals: "name" });
  await store.open();
  await store.minerals.bulkPut(entries.map((entry) => ({ name: entry.name.toLowerCase(), entry })));
  const start = performance.now();
  const index = await buildIndex(entries, tables.elementLines);
  const indexMs = performance.now() - start;
  const texts = typed.flatMap((text) => Array.from(text, (_, i) => text.slice(0, i + 1)));
  const times = texts.map((text) => ({ text, own: [] as number[], bare: [] as number[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { text, own, bare } of times) {
      const before = performance.now();
      search(index, parseQuery(text));
      const between = performance.now();
      await store.minerals.where("name").startsWith(text.toLowerCase()).toArray();
      own.push(between - before);
      bare.push(performance.now() - between);
    }
  }
  await store.delete();
  return { indexMs, keystrokes: times.map(({ text, own, bare }) => ({ text, own: middle(own), bare: middle(bare) })) };
}

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
