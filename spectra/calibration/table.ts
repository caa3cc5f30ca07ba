import type { ResidualLine, StandardUsed } from "../../contract/calibration.ts";
import type { Standard } from "./standards.ts";

/** The standard as a record names it. */
export function standardUsed({ id, name, source }: Standard, serial: string | undefined): StandardUsed {
  return { id, name, source, ...(serial === undefined || serial === "" ? {} : { serial }) };
}

/** What a person should know of a line. `weight`: in the fit; undefined if it was not found. */
export function lineNote(role: ResidualLine["role"], weight: number | undefined): string {
  const name = role === "primary" ? "key, must match" : role === "key" ? "key line" : "";
  if (weight === undefined) return name === "" ? "not found, left out" : `${name}, not found`;
  const counted = weight > 0.9 ? "" : weight > 0.1 ? "less weight" : "contradicts the others, left out";
  return [name, counted].filter((part) => part !== "").join(", ");
}
