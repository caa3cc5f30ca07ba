import Dexie, { type EntityTable, type Table } from "dexie";
import { config } from "zod";
import { classOf } from "../../contract/chemistry/class.ts";
import { Identification } from "../../contract/identification.ts";
import { type CatalogueTables, MineralEntry } from "../../contract/mindb.ts";
import type { Position } from "../../contract/position.ts";
import type { InstrumentIdentity } from "../../contract/reading.ts";
import type { Technique } from "../../contract/spectrum.ts";
import type { TraverseEvent } from "../../contract/traverse.ts";

// The page's policy forbids code made from text, by which zod would speed up parsing.
config({ jitless: true });

/** What the screens know of a session: the projection of its journal up to `headSeq`. */
export interface SessionRow {
  readonly sessionId: string;
  readonly title: string;
  readonly openedAt: string;
  /** The last line projected, and its hash: what the journal must still hold. */
  readonly headSeq: number;
  readonly headHash: string;
}

export interface SampleRow {
  readonly sessionId: string;
  readonly sampleId: string;
  readonly seq: number;
  /** As it was created; traverse events rename it. */
  readonly name: string;
  readonly stopId?: string;
}

export interface SpotRow {
  readonly sessionId: string;
  readonly spotId: string;
  readonly sampleId: string;
  readonly seq: number;
  readonly number: number;
}

/** Where a measurement came from, in short; the arrays stay in the journal. */
export type SourceSummary =
  | { readonly kind: "instrument"; readonly instrument: InstrumentIdentity; readonly exposures: number }
  | {
      readonly kind: "file";
      readonly name: string;
      readonly format: string;
      /** The folder or playback that gave the file; absent if a person opened it. */
      readonly instrument?: InstrumentIdentity;
    };

export interface MeasurementRow {
  readonly sessionId: string;
  readonly measurementId: string;
  readonly seq: number;
  /** When the journal line was written, UTC. */
  readonly at: string;
  readonly sampleId: string;
  readonly spotId: string;
  readonly technique: Technique;
  readonly source: SourceSummary;
  readonly identification: Identification;
  readonly evidence: readonly string[];
  /** Where it was measured, if a receiver knew it. */
  readonly position?: Position;
}

/** Something in the journal that a person should know of and that is no measurement. */
export interface NoticeRow {
  readonly sessionId: string;
  readonly seq: number;
  readonly at: string;
  readonly sentence: string;
}

/** What the journal says of the traverse itself, as it stands there: field/traverse.ts folds it. */
export interface TraverseRow {
  readonly sessionId: string;
  readonly seq: number;
  readonly at: string;
  readonly event: TraverseEvent;
}

/** A catalogue entry under the version of the catalogue that it belongs to: two versions can lie side by side. */
export interface CatalogueRow {
  readonly version: string;
  readonly name: string;
  readonly entry: MineralEntry;
}

/** What the entries of a version of the catalogue refer to. */
export interface CatalogueTablesRow {
  readonly version: string;
  readonly tables: CatalogueTables;
}

/** `catalogueVersion`: the version that the screens read; `lastSession`: what to show before the station answers. */
export interface MetaRow {
  readonly key: "catalogueVersion" | "lastSession";
  readonly value: string;
}

export interface Store extends Dexie {
  readonly sessions: EntityTable<SessionRow, "sessionId">;
  readonly samples: Table<SampleRow, [string, string]>;
  readonly spots: Table<SpotRow, [string, string]>;
  readonly measurements: Table<MeasurementRow, [string, string]>;
  readonly notices: Table<NoticeRow, [string, number]>;
  readonly traverse: Table<TraverseRow, [string, number]>;
  readonly catalogue: Table<CatalogueRow, [string, string]>;
  readonly catalogueTables: EntityTable<CatalogueTablesRow, "version">;
  readonly meta: EntityTable<MetaRow, "key">;
}

/** Tables and indexes of version 1, in Dexie's words; never changed once released. */
export const schemaV1 = {
  sessions: "sessionId",
  samples: "[sessionId+sampleId], sessionId",
  spots: "[sessionId+spotId], sessionId",
  measurements: "[sessionId+measurementId], sessionId",
  notices: "[sessionId+seq], sessionId",
  catalogue: "[version+name], version",
  meta: "key",
} as const;

/** Each version adds a `version(n)` below and a fixture `fixtures/vN.json`, which the e2e suite carries to the latest. */
export const latestVersion = 4;

/**
 * Opens the screens' own store. It holds nothing that the station's journal cannot give again, except the memory of
 * what the journal held (`headSeq`, `headHash`).
 */
export function openStore(name = "lithoscope"): Store {
  const store = new Dexie(name) as Store;
  store.version(1).stores(schemaV1);
  // Checks have states and weights since version 2; the contract knows the former shape from the journal.
  store.version(2).upgrade((transaction) =>
    transaction
      .table<{ identification: unknown }>("measurements")
      .toCollection()
      .modify((row) => {
        row.identification = Identification.parse(row.identification);
      }),
  );
  store.version(3).stores({ traverse: "[sessionId+seq], sessionId" });
  // Since version 4 entries have a class, other names and more, and the catalogue has tables: until the station has brought
  // the next catalogue, the stored one stays in use with what can be told of it.
  store
    .version(4)
    .stores({ catalogueTables: "version" })
    .upgrade(async (transaction) => {
      await transaction
        .table<{ entry: { formula: string } }>("catalogue")
        .toCollection()
        .modify((row) => {
          const { formula } = row.entry;
          row.entry = MineralEntry.parse({ ...notToldBefore, class: classOf(formula), ...row.entry });
        });
      const version: MetaRow | undefined = await transaction.table("meta").get("catalogueVersion");
      if (version) await transaction.table("catalogueTables").put({ version: version.value, tables: noTables });
    });
  return store;
}

const notToldBefore = { depth: "short", otherNames: [], formation: [], properties: [], similar: [], rocks: [] };
const noTables: CatalogueTables = {
  ...{ modes: {}, elementLines: {}, rocks: [], diagrams: [], glossary: [] },
  detectionRules: { raman: "", vnir: "", libs: "" },
};
