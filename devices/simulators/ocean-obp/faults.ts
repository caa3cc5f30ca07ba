import { z } from "zod";

const bytes = z.int().nonnegative();
const ms = z.number().nonnegative();

/** What can go wrong with a reply (reference/protocols.md §7.2). */
export const FaultAction = z.discriminatedUnion("kind", [
  /** Hex bytes in front of the reply. */
  z.object({ kind: z.literal("garbage"), hex: z.string().regex(/^([0-9a-f]{2})+$/) }),
  /** The reply in pieces with pauses between. */
  z.object({ kind: z.literal("split"), pieceBytes: z.int().positive(), pauseMs: ms }),
  /** Only the first bytes, then nothing. */
  z.object({ kind: z.literal("truncate"), afterBytes: bytes }),
  /** One bit of the reply is flipped. */
  z.object({ kind: z.literal("flip"), bit: z.int().nonnegative() }),
  z.object({ kind: z.literal("nack"), error: z.int().min(1).max(255) }),
  /** The reply is held back until the next request has arrived, and comes before that one's. */
  z.object({ kind: z.literal("late") }),
  /** The reply comes later than it should. */
  z.object({ kind: z.literal("delay"), ms }),
  /** A pause in the middle. */
  z.object({ kind: z.literal("stall"), afterBytes: bytes, ms }),
  z.object({ kind: z.literal("silent") }),
  z.object({ kind: z.literal("duplicate") }),
  /** A reply of another message type in front. */
  z.object({ kind: z.literal("foreign"), type: z.int().nonnegative() }),
  /** The program ends here, as if the cable was pulled. */
  z.object({ kind: z.literal("die"), afterBytes: bytes }),
]);
export type FaultAction = z.infer<typeof FaultAction>;

/** An action on the replies `from` … `from + count − 1` to one message type, or to all if `type` is absent. */
export const Fault = z.object({
  type: z.int().nonnegative().optional(),
  from: z.int().positive().default(1),
  count: z.int().positive().default(1),
  action: FaultAction,
});
export type Fault = z.infer<typeof Fault>;

/** What goes out on the line: bytes, pauses, the end of the program. */
export type Step = { send: Uint8Array } | { pauseMs: number } | { die: true };

/** Steps that a reply becomes under an action; "late" and "nack" are the device's to do. */
export function faultySteps(reply: Uint8Array, action: FaultAction | undefined, foreign: Uint8Array): Step[] {
  switch (action?.kind) {
    case undefined:
    case "nack":
    case "late":
      return [{ send: reply }];
    case "garbage":
      return [{ send: Uint8Array.from(Buffer.from(action.hex, "hex")) }, { send: reply }];
    case "split":
      return Array.from({ length: Math.ceil(reply.length / action.pieceBytes) }, (_, i) => [
        { send: reply.subarray(i * action.pieceBytes, (i + 1) * action.pieceBytes) },
        { pauseMs: action.pauseMs },
      ]).flat();
    case "truncate":
      return [{ send: reply.subarray(0, action.afterBytes) }];
    case "flip":
      return [{ send: reply.map((byte, i) => (i === action.bit >> 3 ? byte ^ (1 << (action.bit & 7)) : byte)) }];
    case "delay":
      return [{ pauseMs: action.ms }, { send: reply }];
    case "stall":
      return [
        { send: reply.subarray(0, action.afterBytes) },
        { pauseMs: action.ms },
        { send: reply.subarray(action.afterBytes) },
      ];
    case "silent":
      return [];
    case "duplicate":
      return [{ send: reply }, { send: reply }];
    case "foreign":
      return [{ send: foreign }, { send: reply }];
    case "die":
      return [{ send: reply.subarray(0, action.afterBytes) }, { die: true }];
  }
}
