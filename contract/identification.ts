import { z } from "zod";
import { ContextEffect } from "./context.ts";
import { ElementsAnswer } from "./elements.ts";
import { Next } from "./next.ts";
import { Technique } from "./spectrum.ts";
import { Why } from "./why.ts";

/** What a limit says of a value; "refuse": the technique gives no evidence. */
export const CheckState = z.enum(["ok", "warn", "refuse"]);
export type CheckState = z.infer<typeof CheckState>;

/** A limit that a spectrum met or missed before any name was given. */
export const QualityCheck = z.preprocess(
  withState,
  z.object({
    id: z.enum([
      "signal-to-noise",
      "saturation",
      "fluorescence",
      "cosmic-rays",
      "range",
      "coverage",
      "flat",
      "dark",
      "white",
    ]),
    state: CheckState,
    value: z.number(),
    /** The limit that was missed; where none was, the one that would be missed first. */
    limit: z.number(),
    /** How far the technique can be relied on as this check goes: 1 while it is met, 0 where it refuses. */
    weight: z.number().min(0).max(1),
    /** One short sentence for people. */
    sentence: z.string(),
  }),
);
export type QualityCheck = z.infer<typeof QualityCheck>;

export const TechniqueQuality = z.preprocess(
  withWeight,
  z.object({
    /** good: every check is met; fair: one warns; poor: one refuses. */
    verdict: z.enum(["good", "fair", "poor"]),
    /** Reliability, by which the technique's evidence is multiplied: the least weight of its checks. */
    weight: z.number().min(0).max(1),
    /** Height of the strongest feature above the background over the noise σ. */
    signalToNoise: z.number(),
    checks: z.array(QualityCheck),
  }),
);
export type TechniqueQuality = z.infer<typeof TechniqueQuality>;

/** Journals of version 0.1 have checks that passed or did not. */
function withState(stored: unknown): unknown {
  if (typeof stored !== "object" || stored === null || !("passed" in stored)) return stored;
  const { passed, ...rest } = stored;
  return { ...rest, state: passed === true ? "ok" : "refuse", weight: passed === true ? 1 : 0 };
}

/** Journals of version 0.1 have verdicts without a weight. */
function withWeight(stored: unknown): unknown {
  if (typeof stored !== "object" || stored === null || "weight" in stored || !("verdict" in stored)) return stored;
  return { ...stored, weight: stored.verdict === "poor" ? 0 : 1 };
}

/** Where the model ran. */
export const ProviderName = z.enum(["cpu", "cuda", "dml", "coreml", "webgpu"]);
export type ProviderName = z.infer<typeof ProviderName>;

/** As people know them. */
export const providerName: Record<ProviderName, string> = {
  cpu: "The processor",
  cuda: "NVIDIA CUDA",
  dml: "DirectML",
  coreml: "Core ML",
  webgpu: "WebGPU",
};

/** A mineral of a mixture; fractions of a spot add up to 1. */
const MixturePart = z.object({
  name: z.string(),
  fraction: z.number().min(0).max(1),
  low: z.number().min(0).max(1).optional(),
  high: z.number().min(0).max(1).optional(),
});

/** The spectra of a spot tell of different minerals, more likely than not. */
export const Disagreement = z.object({
  /** The techniques that hardly count in the answer. */
  doubted: z.array(Technique).min(1),
  /** Probability that all techniques tell of the same mineral. */
  share: z.number().min(0).max(1),
  /** For people: what does not fit, and what to do. */
  sentence: z.string(),
});
export type Disagreement = z.infer<typeof Disagreement>;

/** What the machine said of one spot. */
export const Identification = z.object({
  /** Ranked, IMA names, or the name that a learned mineral was given. The probabilities of all classes, given that the mineral is one of them, add up to 1; the list may be cut. */
  minerals: z.array(
    z.object({
      name: z.string(),
      probability: z.number().min(0).max(1),
      /** The model package does not know it; it was taught on this tablet. */
      learned: z.literal(true).optional(),
    }),
  ),
  /** How much speaks for a mineral that is not in the library; fewer than one known specimen in 20 are above one half. */
  unknown: z.number().min(0).max(1),
  /** The smallest set of names with the stated coverage, calibrated on specimens the references did not see. */
  set: z.object({ coverage: z.number().min(0).max(1), names: z.array(z.string()) }),
  /**
   * Two minerals under the spot, the larger share first, and where it is plausible a third that may stand in place of one of
   * them, with fraction 0; absent if the spot looks like one mineral, or the model package cannot say. Shares of the light that came
   * back (Raman) or of the area seen (VNIR); `low` to `high` holds it 9 times in 10 (absent in journals of version 0.1).
   */
  mixture: z.array(MixturePart).optional(),
  quality: z.partialRecord(Technique, TechniqueQuality),
  /** Absent where the techniques agree, or only one was used. */
  disagreement: Disagreement.optional(),
  model: z.object({ id: z.string(), version: z.string(), sha256: z.string(), provider: ProviderName }),
  /** Which bands and lines speak for the leading names, and which against. */
  why: Why.optional(),
  /** Which measurement would settle what is open. */
  next: Next.optional(),
  /** What the chosen place did to the probabilities; absent if none was chosen. */
  context: ContextEffect.optional(),
  /** Elements that LIBS found or excluded, against the formulas of the leading names. */
  elements: ElementsAnswer.optional(),
});
export type Identification = z.infer<typeof Identification>;

/**
 * How an identification may be spoken of, on every screen and in the terminal. poor: no spectrum is good enough, so no name
 * is given; unknown: more likely than not the mineral is not in the library; undecided: the set is too long to be an
 * answer; named: a set of names.
 */
export const AnswerKind = z.enum(["poor", "unknown", "undecided", "named"]);
export type AnswerKind = z.infer<typeof AnswerKind>;

/** A set with more names than this says only that the measurement does not decide. */
export const mostNamesOfAnAnswer = 10;

export function answerKind(identification: Identification): AnswerKind {
  const { minerals, quality, set, unknown } = identification;
  const qualities = Object.values(quality);
  if (qualities.length > 0 && qualities.every(({ verdict }) => verdict === "poor")) return "poor";
  if (unknown >= 0.5 || minerals.length === 0) return "unknown";
  return set.names.length > mostNamesOfAnAnswer || isLibsAlone(identification) ? "undecided" : "named";
}

/**
 * LIBS by itself names no mineral: of 30 spectra of real instruments (Aalto, Potsdam) 2 had theirs in the set that is
 * right 9 times in 10 on simulated plasmas. The elements that it finds, and what it adds to other techniques, stand.
 */
function isLibsAlone({ quality }: Pick<Identification, "quality">): boolean {
  const { libs, ...others } = quality;
  return libs !== undefined && Object.values(others).every(({ verdict }) => verdict === "poor");
}

/** What stands under "Not decided". */
export function undecidedSentence(identification: Pick<Identification, "quality" | "set">): string {
  const why = isLibsAlone(identification)
    ? "LIBS by itself tells elements, not minerals."
    : `It could be any of ${identification.set.names.length} minerals.`;
  return `${why} Measure this spot with another technique.`;
}
