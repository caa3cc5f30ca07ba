import { z } from "zod";

const Ulid = z.ulid();

/** undetermined: a person looked and nobody can say. */
export const TruthKind = z.enum(["mineral", "mixture", "rock", "undetermined"]);
export type TruthKind = z.infer<typeof TruthKind>;

/** What truth, notes and opinions are about. A truth of a sample holds for its spots that have none of their own, if it is a mineral. */
export const ReviewTarget = z.object({
  sessionId: Ulid,
  sampleId: Ulid,
  /** Absent: the sample as a whole. */
  spotId: Ulid.optional(),
});
export type ReviewTarget = z.infer<typeof ReviewTarget>;

const name = z.string().trim().min(1).max(80);

/** The trainer's ground truth of a spot or a sample. */
export const Truth = z.object({
  kind: TruthKind,
  /** IMA names (a mixture has two or more, the largest share first), a rock name, or nothing for `undetermined`. */
  names: z.array(name).max(6),
  certain: z.boolean(),
  /** How it is known: "thin section TS-112", "XRD", "looked at it". */
  basis: z.string().max(400),
});
export type Truth = z.infer<typeof Truth>;

/** What a trainer says of a spot, a sample or a session. */
export const ReviewStatement = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("truth-set"), target: ReviewTarget, truth: Truth, by: name, blind: z.boolean() }),
  /** The truth of this target is taken back. */
  z.object({ kind: z.literal("truth-withdrawn"), target: ReviewTarget, by: name }),
  z.object({
    kind: z.literal("review-noted"),
    target: ReviewTarget,
    text: z.string().trim().min(1).max(4000),
    by: name,
  }),
  /** What the astronaut called it before or beside the machine, with the confidence that she stated. */
  z.object({
    kind: z.literal("astronaut-said"),
    target: ReviewTarget,
    name,
    confidence: z.number().min(0).max(1).optional(),
    by: name,
  }),
  z.object({ kind: z.literal("crew-named"), sessionId: Ulid, crew: name }),
]);
export type ReviewStatement = z.infer<typeof ReviewStatement>;

/**
 * The events of a review's journal. A later line about the same target takes the place of an earlier one; nothing is erased, and the field
 * journals are never touched.
 */
export const reviewEvents = [
  ...ReviewStatement.options,
  /** A session that was copied into the review: how far it went and what its check said. */
  z.object({
    kind: z.literal("session-brought-in"),
    sessionId: Ulid,
    from: z.string(),
    headSeq: z.int().positive(),
    headHash: z.string(),
    state: z.enum(["intact", "torn"]),
    keyFingerprint: z.string(),
  }),
  /** Somebody tried to bring in a session that does not hold; nothing of it was taken. */
  z.object({ kind: z.literal("session-refused"), from: z.string(), title: z.string(), sentence: z.string() }),
  /** From now on `offsetMs` is added to the session's clock. */
  z.object({
    kind: z.literal("clock-aligned"),
    sessionId: Ulid,
    offsetMs: z.number(),
    by: z.discriminatedUnion("kind", [
      /** Line `seq` of the session and line `referenceSeq` of the other are the same moment. */
      z.object({ kind: z.literal("common-event"), seq: z.int(), referenceSessionId: Ulid, referenceSeq: z.int() }),
      /** Median of receiver time minus tablet time over so many fixes. */
      z.object({ kind: z.literal("gnss"), fixes: z.int().positive() }),
      z.object({ kind: z.literal("hand"), reason: z.string().max(400) }),
    ]),
  }),
] as const;
