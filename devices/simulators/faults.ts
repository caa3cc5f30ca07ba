import { z } from "zod";
import { type Random, seededRandom } from "../../spectra/random.ts";

const bytes = z.int().nonnegative();
const ms = z.number().nonnegative();
const hex = z.string().regex(/^([0-9a-f]{2})*$/);

/** What can go wrong with a reply (reference/protocols.md §7.2). */
export const FaultAction = z.discriminatedUnion("kind", [
  /** Hex bytes in front of the reply (noise, a boot banner, a false start, a whole reply of another kind), then a pause. */
  z.object({ kind: z.literal("garbage"), hex, pauseMs: ms.default(0) }),
  /** Hex bytes in place of the reply. */
  z.object({ kind: z.literal("replace"), hex }),
  /** The reply in pieces with pauses between. */
  z.object({ kind: z.literal("split"), pieceBytes: z.int().positive(), pauseMs: ms }),
  /** Only the first bytes, then nothing. */
  z.object({ kind: z.literal("truncate"), afterBytes: bytes }),
  /** One bit of the reply is flipped; bits are counted from the first byte's lowest. */
  z.object({ kind: z.literal("flip"), bit: z.int().nonnegative() }),
  /** One byte is lost, or comes twice. */
  z.object({ kind: z.literal("lose"), byte: bytes }),
  z.object({ kind: z.literal("double"), byte: bytes }),
  /** A negative answer with the protocol's own number. */
  z.object({ kind: z.literal("nack"), error: z.int().min(1).max(255) }),
  /** The reply is held back until the next request has arrived, and comes before that one's. */
  z.object({ kind: z.literal("late") }),
  /** The reply comes later than it should. */
  z.object({ kind: z.literal("delay"), ms }),
  /** A pause in the middle. */
  z.object({ kind: z.literal("stall"), afterBytes: bytes, ms }),
  z.object({ kind: z.literal("silent") }),
  /** The reply comes this many times more, and after that its first bytes once more. */
  z.object({ kind: z.literal("duplicate"), copies: z.int().positive().default(1), thenBytes: bytes.default(0) }),
  /** The device restarts by itself: settings, light and rate as after power-up. It says what it has for that, or nothing. */
  z.object({ kind: z.literal("reset") }),
  /** The program ends here, as if the cable was pulled. */
  z.object({ kind: z.literal("die"), afterBytes: bytes }),
]);
export type FaultAction = z.output<typeof FaultAction>;

/** How a simulator's fault menu names its replies: the protocol's own number, letter or word for them. */
export const ReplyName = z.union([z.int().nonnegative(), z.string()]);
export type ReplyName = z.infer<typeof ReplyName>;

/** An action on the replies `from` … `from + count − 1` of one kind, or of all kinds if `type` is absent. */
export const Fault = z.object({
  type: ReplyName.optional(),
  from: z.int().positive().default(1),
  count: z.int().positive().default(1),
  /** Again from every so many replies on, for a device that streams whether anybody listens or not. */
  every: z.int().positive().optional(),
  action: FaultAction,
});
export type Fault = z.output<typeof Fault>;
/** As a test or a person writes it. */
export type FaultInput = z.input<typeof Fault>;

/** Random faults, for long runs: this share of all replies gets an action drawn with the seed. */
export const Chaos = z.object({
  share: z.number().min(0).max(1),
  seed: z.int(),
  /** The first replies stay good, so that a connection can be made. */
  after: z.int().nonnegative().default(0),
  /** Flipped bits too; not for a protocol without a checksum, where nobody can see them. */
  flips: z.boolean().default(true),
});
export type Chaos = z.output<typeof Chaos>;

/** Longest pause of a random fault: far below every deadline, so that a run meets many. */
const longestChaosMs = 40;

/** What goes wrong with a reply of this length, of the kinds that any protocol can suffer; the last is a flipped bit. */
function randomAction(random: Random, length: number, flips: boolean): FaultAction {
  const below = (count: number) => Math.floor(random() * count);
  const at = below(Math.max(1, length));
  const noise = () => Buffer.from(Array.from({ length: 1 + below(40) }, () => below(256))).toString("hex");
  switch (below(flips ? 11 : 10)) {
    case 0:
      return { kind: "garbage", hex: noise(), pauseMs: 0 };
    case 1:
      return { kind: "replace", hex: noise() };
    case 2:
      return { kind: "split", pieceBytes: 1 + Math.ceil(length / 8), pauseMs: 1 + below(4) };
    case 3:
      return { kind: "truncate", afterBytes: at };
    case 4:
      return { kind: "lose", byte: at };
    case 5:
      return { kind: "double", byte: at };
    case 6:
      return { kind: "late" };
    case 7:
      return { kind: "stall", afterBytes: at, ms: below(longestChaosMs) };
    case 8:
      return { kind: "silent" };
    case 9:
      return { kind: "duplicate", copies: 1, thenBytes: below(2) * at };
    default:
      return { kind: "flip", bit: at * 8 + below(8) };
  }
}

/** Goes through a fault menu, reply by reply. */
export class FaultMenu {
  readonly #faults: readonly Fault[];
  readonly #chaos: Chaos | undefined;
  readonly #random: Random;
  readonly #seen = new Map<Fault, number>();
  #replies = 0;

  constructor(faults: readonly Fault[], chaos?: Chaos) {
    this.#faults = faults;
    this.#chaos = chaos;
    this.#random = seededRandom(chaos?.seed ?? 0);
  }

  /** The action that the menu has for the next reply of this kind. */
  next(type: ReplyName): FaultAction | undefined {
    let action: FaultAction | undefined;
    for (const fault of this.#faults) {
      if (fault.type !== undefined && fault.type !== type) continue;
      const count = (this.#seen.get(fault) ?? 0) + 1;
      this.#seen.set(fault, count);
      const since = count - fault.from;
      if (since >= 0 && since % (fault.every ?? Number.POSITIVE_INFINITY) < fault.count) action ??= fault.action;
    }
    return action;
  }

  /** A random action for a reply of this length, if its turn has come. */
  drawn(length: number): FaultAction | undefined {
    if (this.#chaos === undefined || ++this.#replies <= this.#chaos.after) return undefined;
    return this.#random() < this.#chaos.share ? randomAction(this.#random, length, this.#chaos.flips) : undefined;
  }
}

/** What goes out on the line: bytes, pauses, the end of the program. */
export type Step = { send: Uint8Array } | { pauseMs: number } | { die: true };

/** Steps that a reply becomes under an action; "late" is the line's to do, "nack" and "reset" are the device's. */
export function faultySteps(reply: Uint8Array, action: FaultAction | undefined): Step[] {
  switch (action?.kind) {
    case undefined:
    case "nack":
    case "reset":
    case "late":
      return [{ send: reply }];
    case "garbage":
      return [{ send: fromHex(action.hex) }, { pauseMs: action.pauseMs }, { send: reply }];
    case "replace":
      return [{ send: fromHex(action.hex) }];
    case "split":
      return Array.from({ length: Math.ceil(reply.length / action.pieceBytes) }, (_, i) => [
        { send: reply.subarray(i * action.pieceBytes, (i + 1) * action.pieceBytes) },
        { pauseMs: action.pauseMs },
      ]).flat();
    case "truncate":
      return [{ send: reply.subarray(0, action.afterBytes) }];
    case "flip":
      return [{ send: reply.map((byte, i) => (i === action.bit >> 3 ? byte ^ (1 << (action.bit & 7)) : byte)) }];
    case "lose":
      return [{ send: reply.subarray(0, action.byte) }, { send: reply.subarray(action.byte + 1) }];
    case "double":
      return [{ send: reply.subarray(0, action.byte + 1) }, { send: reply.subarray(action.byte) }];
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
    case "duplicate": {
      const copies = Array.from({ length: action.copies + 1 }, () => reply);
      return [{ send: Buffer.concat([...copies, reply.subarray(0, action.thenBytes)]) }];
    }
    case "die":
      return [{ send: reply.subarray(0, action.afterBytes) }, { die: true }];
  }
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "hex"));
}
