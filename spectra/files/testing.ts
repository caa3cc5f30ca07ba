/** Helpers that only tests use: the shared library of real spectra, unpacked once beside the checkout. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Technique, techniques } from "../../contract/spectrum.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const library = join(root, "../shared/data");
const unpacked = join(root, ".cache/spectra");

/** One row of the library's index.csv. */
export interface IndexRow {
  readonly id: string;
  readonly technique: Technique;
  readonly source: string;
  readonly path: string;
  readonly laserNm: string;
  readonly axisUnit: string;
  readonly least: number;
  readonly most: number;
  readonly points: number;
}

/** Why the library cannot be read here; undefined if it can. Unpacks it on the first call (needs tar and xz). */
export function libraryMissing(): string | undefined {
  if (!existsSync(join(library, "index.csv"))) return "there is no ../shared/data";
  mkdirSync(unpacked, { recursive: true });
  for (const technique of techniques) {
    if (existsSync(join(unpacked, technique))) continue;
    const partial = join(unpacked, `${technique}.partial`);
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial);
    try {
      execFileSync("tar", ["-xJf", join(library, `${technique}.tar.xz`), "-C", partial], { stdio: "ignore" });
    } catch {
      return "tar cannot unpack ../shared/data";
    }
    renameSync(join(partial, technique), join(unpacked, technique)); // whole or not at all
    rmSync(partial, { recursive: true });
  }
  return undefined;
}

export function readIndex(): IndexRow[] {
  const [head = [], ...rows] = readFileSync(join(library, "index.csv"), "utf8").trimEnd().split(/\r?\n/).map(cells);
  return rows.map((row) => {
    const value = (title: string): string => {
      const cell = row[head.indexOf(title)];
      if (cell === undefined) throw new Error(`index.csv has no ${title} in "${row.join(",")}"`);
      return cell;
    };
    const technique = techniques.find((t) => t === value("technique"));
    if (technique === undefined) throw new Error(`index.csv has an unknown technique ${value("technique")}`);
    return {
      id: value("id"),
      technique,
      source: value("source"),
      path: value("path"),
      laserNm: value("laser_nm"),
      axisUnit: value("x_unit"),
      least: Number(value("x_min")),
      most: Number(value("x_max")),
      points: Number(value("n_points")),
    };
  });
}

export function libraryFile(row: IndexRow): { name: string; bytes: Uint8Array } {
  return { name: basename(row.path), bytes: readFileSync(join(unpacked, row.path)) };
}

function cells(line: string): string[] {
  return Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, quoted, plain]) =>
    quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'),
  );
}
