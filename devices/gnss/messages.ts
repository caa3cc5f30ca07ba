import type { FixQuality } from "../../contract/position.ts";

/** GGA: where, and how well. Without a position it has only its time and quality. */
export interface Gga {
  kind: "gga";
  /** Milliseconds of the UTC day. */
  dayMs: number;
  /** Undefined: no fix. */
  quality: FixQuality | undefined;
  latitudeDeg?: number;
  longitudeDeg?: number;
  altitudeM?: number;
  satellites?: number;
  hdop?: number;
}

/** RMC: whether it may be used, and the date, which no other sentence tells. */
export interface Rmc {
  kind: "rmc";
  dayMs: number;
  valid: boolean;
  /** The receiver says that it simulates (mode S). */
  simulated: boolean;
  /** UTC day, ISO 8601: "1994-03-23". */
  date?: string;
}

/** The quality field of GGA (reference/protocols.md §6). 0 and what is not listed is no fix. */
const qualities: Record<string, FixQuality> = {
  "1": "gps",
  "2": "dgps",
  "3": "pps",
  "4": "rtk-fixed",
  "5": "rtk-float",
  "6": "dead-reckoning",
  "7": "manual",
  "8": "simulated",
};

/** What a body with a right checksum says, of whatever satellites; undefined if it is another sentence or not understood. */
export function decode(body: string): Gga | Rmc | undefined {
  const [address = "", time = "", ...fields] = body.split(",");
  const dayMs = millisecondsOfDay(time);
  if (dayMs === undefined) return undefined;
  if (/^[A-Z]{2}GGA$/.test(address)) return decodeGga(dayMs, fields);
  return /^[A-Z]{2}RMC$/.test(address) ? decodeRmc(dayMs, fields) : undefined;
}

function decodeGga(dayMs: number, fields: string[]): Gga {
  const [lat = "", ns = "", lon = "", ew = "", quality = "", satellites = "", hdop = "", altitude = "", unit] = fields;
  const latitudeDeg = degrees(lat, ns, "N", "S", 90);
  const longitudeDeg = degrees(lon, ew, "E", "W", 180);
  const placed = latitudeDeg !== undefined && longitudeDeg !== undefined;
  const altitudeM = unit === "M" ? number(altitude) : undefined;
  const count = number(satellites);
  const dilution = number(hdop);
  return {
    kind: "gga",
    dayMs,
    quality: placed ? qualities[quality] : undefined,
    ...(placed && { latitudeDeg, longitudeDeg }),
    ...(altitudeM !== undefined && { altitudeM }),
    ...(count !== undefined && Number.isInteger(count) && count >= 0 && { satellites: count }),
    ...(dilution !== undefined && dilution >= 0 && { hdop: dilution }),
  };
}

/** Mode N (NMEA 2.3) says that the data are not valid, whatever the status. */
function decodeRmc(dayMs: number, fields: string[]): Rmc {
  const [status, , , , , , , day = "", , , mode] = fields;
  const date = isoDate(day);
  return {
    kind: "rmc",
    dayMs,
    valid: status === "A" && mode !== "N",
    simulated: mode === "S",
    ...(date !== undefined && { date }),
  };
}

/** hhmmss.sss; 60 is a leap second. */
function millisecondsOfDay(time: string): number | undefined {
  const [, h, m, s] = /^(\d\d)(\d\d)(\d\d(?:\.\d+)?)$/.exec(time) ?? [];
  const [hours, minutes, seconds] = [Number(h), Number(m), Number(s)];
  if (!(hours < 24 && minutes < 60 && seconds < 61)) return undefined;
  return Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000);
}

/** ddmm.mmmm or dddmm.mmmm with its hemisphere; an empty field is "no data", not zero, and so is one without a hemisphere. */
function degrees(text: string, side: string, positive: string, negative: string, most: number): number | undefined {
  const [, whole, minutes] = (most === 90 ? /^(\d\d)(\d\d(?:\.\d+)?)$/ : /^(\d{3})(\d\d(?:\.\d+)?)$/).exec(text) ?? [];
  const value = Number(whole) + Number(minutes) / 60;
  if (!(Number(minutes) < 60 && value <= most)) return undefined;
  if (side === positive) return value;
  return side === negative ? -value : undefined;
}

function number(text: string): number | undefined {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** ddmmyy; years from 80 on are of the last century, which receivers show before their first fix. */
function isoDate(text: string): string | undefined {
  const [, d, m, y] = /^(\d\d)(\d\d)(\d\d)$/.exec(text) ?? [];
  if (d === undefined) return undefined;
  const date = `${Number(y) < 80 ? "20" : "19"}${y}-${m}-${d}`;
  return Number.isNaN(Date.parse(`${date}T00:00:00Z`)) ? undefined : date;
}
