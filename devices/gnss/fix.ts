import type { Position } from "../../contract/position.ts";
import type { Gga, Rmc } from "./messages.ts";

/** reference/protocols.md §6: a position that is older is not where the tablet is. */
export const oldestMs = 5000;

/** A position on which GGA and RMC agree. */
type Agreed = Omit<Position, "ageMs"> & { arrivedMs: number };

/** What the sentences so far say. */
export interface Fix {
  gga?: Gga & { arrivedMs: number };
  rmc?: Rmc & { arrivedMs: number };
  agreed?: Agreed;
}

/**
 * Takes a sentence in. A position counts when a GGA with a fix and an RMC with status A tell the same epoch; one that says
 * that there is no fix takes back what was agreed before.
 * @param arrivedMs on the monotonic clock.
 */
export function withSentence(fix: Fix, told: Gga | Rmc, arrivedMs: number): Fix {
  const next: Fix = { ...fix, [told.kind]: { ...told, arrivedMs } };
  const lost = told.kind === "gga" ? told.quality === undefined : !told.valid;
  if (lost) delete next.agreed;
  const { gga, rmc } = next;
  if (gga === undefined || rmc === undefined || gga.dayMs !== rmc.dayMs) return next;
  const { latitudeDeg, longitudeDeg, quality } = gga;
  if (latitudeDeg === undefined || longitudeDeg === undefined || quality === undefined) return next;
  if (!rmc.valid || rmc.date === undefined) return next;
  const { altitudeM, satellites, hdop } = gga;
  next.agreed = {
    latitudeDeg,
    longitudeDeg,
    quality,
    fixedAt: new Date(Date.parse(`${rmc.date}T00:00:00Z`) + gga.dayMs).toISOString(),
    simulated: quality === "simulated" || rmc.simulated,
    ...(altitudeM !== undefined && { altitudeM }),
    ...(satellites !== undefined && { satellites }),
    ...(hdop !== undefined && { hdop }),
    arrivedMs: Math.min(gga.arrivedMs, rmc.arrivedMs),
  };
  return next;
}

/** The position with its age; undefined if there is none, or none that is young enough. */
export function positionAt({ agreed }: Fix, nowMs: number): Position | undefined {
  if (agreed === undefined) return undefined;
  const { arrivedMs, ...position } = agreed;
  const ageMs = Math.max(0, nowMs - arrivedMs);
  return ageMs < oldestMs ? { ...position, ageMs } : undefined;
}
