import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { convert } from "jcampconverter";
import { beforeAll, describe, expect, test } from "vitest";
import type { ExportedMeasurement } from "../../contract/exported.ts";
import { readSpectrumFile } from "../../spectra/files/read.ts";
import { openStation } from "../station.ts";
import { recordCampaign } from "../testing/campaign.ts";
import { rruffFile, vnirFile } from "../testing/exampleFiles.ts";
import { freshFolder } from "../testing/folders.ts";
import { openPage } from "../testing/page.ts";
import { crateFile, schemaFile } from "./crate.ts";
import { formats, schemaText, writeDataset } from "./dataset.ts";
import { spectrumOf } from "./jcamp.ts";
import { readDataset } from "./readDataset.ts";
import { sessionsToWrite } from "./source.ts";

let folder: string;
let rows: ExportedMeasurement[];
beforeAll(async () => {
  // Instruments (two tablets) and files (a station as people use it), so that each kind of source and axis is there.
  const root = freshFolder();
  await recordCampaign(
    root,
    [
      { crew: "Kilo", skewMs: 0 },
      { crew: "Lima", skewMs: 1 },
    ],
    12,
  );
  const dataFolder = join(root, "files");
  const station = await openStation({ host: "web", dataFolder, instruments: [] });
  const page = openPage(station);
  const bytes = (text: string) => Buffer.from(text);
  const spotId = await page.newSpot();
  await page.request("openFile", { spotId, name: "calcite.txt", bytes: bytes(rruffFile("Calcite")) });
  await page.request("openFile", { spotId, name: "calcite.csv", bytes: bytes(vnirFile()) });
  await station.close();
  page.leave();
  folder = join(freshFolder(), "export");
  await writeDataset(folder, "readers", formats, await sessionsToWrite(root, "readers"));
  rows = await readDataset(folder);
}, 120_000);

const jdxFiles = () => readdirSync(join(folder, "jcamp"));

describe("the JCAMP-DX files", () => {
  test("read back identical through our reader: axis, values, unit, laser, corrections", () => {
    expect(jdxFiles()).toHaveLength(26);
    for (const name of jdxFiles()) {
      const { spectrum } = readSpectrumFile(name, readFileSync(join(folder, "jcamp", name)));
      const row = rows.find(({ measurement_id }) => name === `${measurement_id}.jdx`);
      expect(spectrum, name).toEqual(row && spectrumOf(row));
    }
  });

  test("read back with the same numbers, type and units through an independent reader", () => {
    for (const name of jdxFiles()) {
      const row = rows.find(({ measurement_id }) => name === `${measurement_id}.jdx`)!;
      const { flatten } = convert(readFileSync(join(folder, "jcamp", name), "latin1"), { keepRecordsRegExp: /.*/ });
      const [entry] = flatten;
      const [spectrum] = entry!.spectra;
      const { x, y } = spectrum!.data as { x: number[]; y: number[] };
      expect(x, name).toEqual(row.raman_shift_cm1 ?? row.wavelength_nm);
      expect(y, name).toEqual(row.intensity);
      expect([spectrum!.xUnits, entry!.dataType]).toEqual(
        row.technique === "raman" ? ["1/CM", "RAMAN SPECTRUM"] : ["NANOMETERS", "VNIR SPECTRUM"],
      );
    }
  });
});

describe("DuckDB on the Parquet dataset", () => {
  const query = async (sql: string) => {
    const connection = await (await DuckDBInstance.create()).connect();
    const dataset = `read_parquet('${folder}/parquet/**/*.parquet', hive_partitioning = true)`;
    return (await connection.runAndReadAll(sql.replace("DATASET", dataset))).getRowObjectsJson();
  };

  test("finds every measurement with its campaign and session, and our counts by answer and technique", async () => {
    const counted = await query(
      "SELECT campaign, session, technique, answer, count(*)::INT AS n FROM DATASET GROUP BY ALL ORDER BY ALL",
    );
    const ours = Map.groupBy(rows, (r) => JSON.stringify(["readers", r.session_id, r.technique, r.answer]));
    const expected = [...ours].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, of]) => [...JSON.parse(key), of.length]);
    expect(counted.map((r) => [r.campaign, r.session, r.technique, r.answer, r.n])).toEqual(expected);
  });

  test("computes the means that we compute, over values, lists and times", async () => {
    const [all] =
      await query(`SELECT avg(signal_to_noise) AS snr, sum(points)::INT AS points, sum(len(counts))::INT AS counted,
      max(list_max(counts))::INT AS brightest, sum(list_sum(list_filter(intensity, v -> NOT isnan(v)))) AS light,
      epoch_ms(max(aligned_at_utc))::VARCHAR AS last, count(*) FILTER (name = 'Quartz')::INT AS quartz FROM DATASET`);
    const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
    const snr = rows.map((r) => r.signal_to_noise ?? 0);
    expect(all).toMatchObject({
      points: sum(rows.map((r) => r.points)),
      counted: sum(rows.map((r) => r.counts?.length ?? 0)),
      brightest: rows.reduce((most, r) => Math.max(most, ...(r.counts ?? [])), 0),
      last: String(Math.max(...rows.map((r) => Date.parse(r.aligned_at_utc)))),
      quartz: rows.filter((r) => r.name === "Quartz").length,
    });
    expect(Number(all?.snr)).toBeCloseTo(sum(snr) / snr.length, 9);
    const light = sum(rows.map((r) => sum(r.intensity.map((v) => v ?? 0))));
    expect(Number(all?.light) / light).toBeCloseTo(1, 12);
  });

  test("answers every query of docs/scale.md that is marked for it", async () => {
    const text = readFileSync(new URL("../../docs/scale.md", import.meta.url), "utf8");
    const queries = [...text.matchAll(/```sql duckdb\n([\s\S]*?)```/g)].map(([, sql = ""]) => sql);
    expect(queries.length).toBeGreaterThanOrEqual(4);
    for (const sql of queries) {
      const here = sql.replaceAll("data/parquet", `${folder}/parquet`);
      expect((await query(here)).length, sql).toBeGreaterThan(0);
    }
  });
});

test("the manifest names every file with its hash and size, and the schema lies beside", () => {
  const crate = JSON.parse(readFileSync(join(folder, crateFile), "utf8"));
  const root = crate["@graph"].find((entity: { "@id": string }) => entity["@id"] === "./");
  const ids = new Set(crate["@graph"].map((entity: { "@id": string }) => entity["@id"]));
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(root.hasPart).toHaveLength(entries.length - 1);
  for (const part of root.hasPart) expect(ids.has(part["@id"]) && existsSync(join(folder, part["@id"]))).toBe(true);
  expect(readFileSync(join(folder, schemaFile), "utf8")).toBe(schemaText());
});

test("a folder that holds something is not written to", async () => {
  await expect(writeDataset(folder, "readers", formats, [])).rejects.toMatchObject({ code: "export-exists" });
});
