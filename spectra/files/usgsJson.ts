import { z } from "zod";
import { badJson } from "./problems.ts";
import type { Table } from "./table.ts";

const Library = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  wavelengths: z.array(z.number().nullable()),
  reflectance: z.array(z.number().nullable()),
});

/**
 * The USGS spectral library as JSON: two lists, wavelength in µm and reflectance as a fraction; null is a deleted channel
 * (a null wavelength is no point at all). Throws file-unreadable.
 */
export function readUsgsJson(name: string, text: string): Table {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw badJson(name, `it is damaged (${error instanceof Error ? error.message : error})`);
  }
  const library = Library.safeParse(data);
  if (!library.success) throw badJson(name, 'it lacks the lists "wavelengths" and "reflectance" of numbers');
  const { wavelengths, reflectance } = library.data;
  if (wavelengths.length !== reflectance.length) {
    throw badJson(name, `it has ${wavelengths.length} wavelengths and ${reflectance.length} values`);
  }
  const x: number[] = [];
  const y: number[] = [];
  for (const [i, wavelength] of wavelengths.entries()) {
    if (wavelength === null) continue;
    x.push(wavelength);
    y.push(reflectance[i] ?? Number.NaN);
  }
  const header = [`name: ${library.data.name ?? ""}`, `id: ${library.data.id ?? ""}`];
  return {
    format: "usgs-json",
    x: Float64Array.from(x),
    y: Float64Array.from(y),
    header,
    axisTitle: "wavelength_um",
    valueTitle: "reflectance",
  };
}
