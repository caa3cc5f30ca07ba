import { c12880maCommanded, c12880maStreams } from "./c12880ma.ts";
import { gnss } from "./gnss.ts";
import { oceanLegacy } from "./oceanLegacy.ts";
import { oceanObp, oceanObpBare } from "./oceanObp.ts";
import type { ProtocolUnderTest } from "./protocol.ts";
import { wasatchOem } from "./wasatchOem.ts";

/** The serial protocols that the fault cases run against, in the order of the table's columns. */
export const protocolsUnderTest: readonly ProtocolUnderTest[] = [
  oceanObp,
  oceanLegacy,
  wasatchOem,
  c12880maCommanded,
  c12880maStreams,
  gnss,
];

/** What the sources leave open about a protocol, played in the long form; not in the table. */
export const variantsUnderTest: readonly ProtocolUnderTest[] = [oceanObpBare];
