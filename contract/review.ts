import { z } from "zod";
import { CampaignName } from "./exported.ts";
import { AnswerKind, Identification } from "./identification.ts";
import { Position } from "./position.ts";
import { Spectrum, Technique } from "./spectrum.ts";
import { ReviewStatement, ReviewTarget, Truth } from "./truth.ts";

const Ulid = z.ulid();
const share = z.number().min(0).max(1);

/**
 * The machine's last answer on a spot against the trainer's truth. in-set: not first, but in the set of names. not-known: it said that it does not
 * know. Absent where no truth was set that a name can be held against (a rock, undetermined, none).
 */
export const Verdict = z.enum(["right", "in-set", "wrong", "not-known", "poor"]);
export type Verdict = z.infer<typeof Verdict>;

export const ReviewMeasurement = z.object({
  measurementId: Ulid,
  seq: z.int(),
  /** On the common clock, UTC. */
  at: z.iso.datetime(),
  technique: Technique,
  simulated: z.boolean(),
  /** The instrument, or the file's name. */
  source: z.string(),
  position: Position.optional(),
  /** Absent for a reading that the model could not name. */
  identification: Identification.optional(),
});
export type ReviewMeasurement = z.infer<typeof ReviewMeasurement>;

/** What a person said of a spot or sample. */
export const ReviewNote = z.object({ text: z.string(), by: z.string(), at: z.iso.datetime() });

/** A spot as the trainer sees it. */
export const ReviewSpot = z.object({
  target: ReviewTarget.required(),
  crew: z.string(),
  sampleName: z.string(),
  number: z.int(),
  /** Metres east and north of the campaign's first known place. */
  place: z.object({ eastM: z.number(), northM: z.number() }).optional(),
  /** Oldest first; at least one. */
  measurements: z.array(ReviewMeasurement).min(1),
  /** What the machine said last; "unnamed" if the model could not run. */
  answer: z.enum([...AnswerKind.options, "unnamed"]),
  truth: Truth.extend({ blind: z.boolean(), by: z.string() }).optional(),
  opinion: z.object({ name: z.string(), confidence: share.optional() }).optional(),
  notes: z.array(ReviewNote),
  verdict: Verdict.optional(),
});
export type ReviewSpot = z.infer<typeof ReviewSpot>;

/** Something else that happened: a sample named, an instrument lost, a problem, a torn tail. */
export const ReviewEvent = z.object({ sessionId: Ulid, seq: z.int(), at: z.iso.datetime(), sentence: z.string() });
export type ReviewEvent = z.infer<typeof ReviewEvent>;

export const ReviewSession = z.object({
  sessionId: Ulid,
  title: z.string(),
  crew: z.string(),
  state: z.enum(["intact", "torn", "altered"]),
  lines: z.int(),
  tabletKey: z.string(),
  /** First and last line on the common clock. */
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  clock: z.object({ offsetMs: z.number(), by: z.enum(["none", "common-event", "gnss", "hand"]) }),
});
export type ReviewSession = z.infer<typeof ReviewSession>;

/** A count of successes with its interval (Wilson 1927, 95 %). */
export const Rate = z.object({ of: z.int(), hits: z.int(), low: share, high: share });
export type Rate = z.infer<typeof Rate>;

export const Score = z.object({
  name: z.string(),
  spots: z.int(),
  /** Spots with a truth that a name can be held against. */
  judged: z.int(),
  rightFirst: Rate,
  /** First or elsewhere in the set. */
  inSet: Rate,
  wrong: z.int(),
  notKnown: z.int(),
  poor: z.int(),
});
export type Score = z.infer<typeof Score>;

export const Sampling = z.object({
  crew: z.string(),
  samples: z.int(),
  spots: z.int(),
  /** Measurements beyond the first on a spot. */
  repeats: z.int(),
  techniques: z.partialRecord(Technique, z.int()),
  /** Median minutes from the first to the last measurement of a sample, and from one spot to the next. */
  minutesPerStop: z.number().optional(),
  minutesPerSpot: z.number().optional(),
  /** Whether places are known, and how far they spread. */
  placed: z.int(),
  pathM: z.number().optional(),
});
export type Sampling = z.infer<typeof Sampling>;

export const ReviewScores = z.object({
  crews: z.array(Score),
  techniques: z.array(Score),
  groups: z.array(Score),
  all: Score,
  /** Two by two, over spots where both spoke. */
  agreement: z.array(z.object({ between: z.string(), rate: Rate })),
  /** Bins of the first name's probability: how sure the machine was, and how often it was right. */
  calibration: z.array(z.object({ from: share, to: share, meanProbability: share, rate: Rate })),
  /** How often the truth was in the set, against what the model package states. */
  coverage: z.object({ stated: share, rate: Rate }).optional(),
  sampling: z.array(Sampling),
});
export type ReviewScores = z.infer<typeof ReviewScores>;

/** All that was brought in, on one clock, with what the trainer said of it. */
export const ReviewCampaign = z.object({
  sessions: z.array(ReviewSession),
  spots: z.array(ReviewSpot),
  events: z.array(ReviewEvent),
  refused: z.array(z.string()),
  scores: ReviewScores,
  /** What these data cannot say, in sentences. */
  limits: z.array(z.string()),
});
export type ReviewCampaign = z.infer<typeof ReviewCampaign>;

/** What the review is asked. Folders are of the station's own machine; the page cannot look into them. */
export const reviewRequests = {
  /** Sticks that are plugged in, and this tablet's own journal: where sessions may lie. */
  reviewSources: { input: z.object({}), output: z.array(z.object({ folder: z.string(), label: z.string() })) },
  /** Brings sessions in, each checked; answers with what became of each. */
  reviewBringIn: {
    input: z.object({ folder: z.string().min(1) }),
    output: z.array(z.object({ outcome: z.enum(["new", "longer", "same", "older", "refused"]), sentence: z.string() })),
  },
  review: { input: z.object({}), output: ReviewCampaign },
  /** The spectrum of a brought-in measurement, computed again from its source. */
  reviewSpectrum: { input: z.object({ sessionId: Ulid, measurementId: Ulid }), output: Spectrum },
  /** What the trainer says; saved in the review's journal when this answers. */
  reviewSay: { input: z.object({ event: ReviewStatement }), output: z.object({ seq: z.int() }) },
  /** One clock: the lines in which these sessions recorded the same event; the first keeps its clock. */
  reviewAlign: {
    input: z.object({ lines: z.array(z.object({ sessionId: Ulid, seq: z.int().positive() })).min(2) }),
    output: z.object({}),
  },
  /** The debrief as an HTML document, of one crew or of the day. */
  reviewReport: {
    input: z.object({ title: z.string().max(200), crew: z.string().optional() }),
    output: z.object({ html: z.string() }),
  },
  /** Writes the campaign in open formats into a new folder on the station's machine. */
  reviewExport: {
    input: z.object({ to: z.string().min(1), campaign: CampaignName }),
    output: z.object({ sessions: z.int(), measurements: z.int(), files: z.int() }),
  },
} as const;
