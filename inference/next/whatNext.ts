import type { Next, NextAction, NextStep } from "../../contract/next.ts";
import { type Technique, techniqueName, techniques } from "../../contract/spectrum.ts";
import type { BandTable } from "../bands.ts";
import { confusion, entropyBits, evidence, expectedGain } from "./confusion.ts";
import { catalogueSentence, type KnownLookAlike, namesTechnique, separation } from "./separation.ts";
import type { Range } from "./similarity.ts";

/** What is at hand of a technique on this spot. */
export interface MeasuredTechnique {
  readonly verdict: "good" | "poor";
  readonly signalToNoise: number;
  /** First and last point, cm⁻¹ or nm. */
  readonly range: Range;
}

/** Candidates that are weighed: beyond them probabilities are too small to be worth a measurement. */
const mostCandidates = 12;
const leastShare = 0.005;
/** Less than this is settled: one name with 98 in 100. */
const settledBits = 0.15;
/** A step must be worth this many bits to be proposed. */
const leastGainBits = 0.05;
/** A signal over noise of 50 costs the matcher 2 points in 79 (models/README.md, noise 0.02): beyond it nothing is to be gained. */
const enoughSignal = 50;
/** Gains that differ by less are the same: then the technique comes first that is right more often, Raman before VNIR and LIBS. */
const sameBits = 0.1;
const worth = ({ gainBits }: NextStep): number => Math.round(gainBits / sameBits);
const trust = ({ technique }: NextStep): number => techniques.indexOf(technique);
/** A separation that the catalogue states counts at least so much: it is right 19 times in 20. */
const statedNats = 3;

interface Weighed {
  readonly action: NextAction;
  readonly technique: Technique;
  readonly evidenceOf: (one: string, other: string) => number | undefined;
}

/**
 * Which measurement would settle what is open. For each technique that the spot lacks, or has only with noise or over part
 * of its axis, the expected fall of the entropy over the candidates by the confusion model of `confusion.ts`; the sentence
 * names what separates the first candidate from the one that the step would most tell it from, in the catalogue's words
 * where it has some. `lookAlikesOf` gives a mineral's look-alikes; `available` the techniques that there are.
 */
export function whatNext(
  posterior: readonly { readonly name: string; readonly probability: number }[],
  measured: Readonly<Partial<Record<Technique, MeasuredTechnique>>>,
  table: BandTable,
  lookAlikesOf: (name: string) => readonly KnownLookAlike[] = () => [],
  available: readonly Technique[] = techniques,
): Next {
  const ranked = [...posterior].sort((a, b) => b.probability - a.probability).slice(0, mostCandidates);
  const total = ranked.reduce((sum, { probability }) => sum + probability, 0);
  const kept = ranked.filter(({ probability }) => total > 0 && probability / total >= leastShare);
  const mass = kept.reduce((sum, { probability }) => sum + probability, 0);
  const names = kept.map(({ name }) => name);
  const prior = kept.map(({ probability }) => probability / mass);
  const openBits = entropyBits(prior);
  const [first, second] = names;
  if (first === undefined) return { openBits: 0, steps: [], sentence: "There is no name to tell apart." };
  if (second === undefined || openBits < settledBits) {
    return { openBits, steps: [], sentence: `Nothing more is needed to tell ${first} from the others.` };
  }
  const stated = (one: string, other: string, technique: Technique) =>
    lookAlikesOf(one).find((known) => known.name === other && namesTechnique(known, technique));
  const steps = weighed(measured, table, stated, available)
    .flatMap((step) => {
      const rows = confusion(names, step.evidenceOf);
      const gainBits = rows === undefined ? 0 : expectedGain(prior, rows);
      if (gainBits < leastGainBits) return [];
      return [told(step, gainBits, names, prior, table, stated, measured)];
    })
    .sort((a, b) => worth(b) - worth(a) || trust(a) - trust(b) || b.gainBits - a.gainBits);
  const [best] = steps;
  return { openBits, steps, sentence: best?.sentence ?? `Nothing here would help to tell ${first} from ${second}.` };
}

type Stated = (one: string, other: string, technique: Technique) => KnownLookAlike | undefined;

/** Every step there is, with the evidence that it would add to what is known. */
function weighed(
  measured: Readonly<Partial<Record<Technique, MeasuredTechnique>>>,
  table: BandTable,
  stated: Stated,
  available: readonly Technique[],
): Weighed[] {
  return available.flatMap((technique): Weighed[] => {
    const whole = (one: string, other: string): number | undefined => {
      const known = evidence(table, one, other, technique);
      return stated(one, other, technique) ? Math.max(statedNats, known ?? 0) : known;
    };
    const got = measured[technique];
    if (got === undefined) return [{ action: "measure", technique, evidenceOf: whole }];
    const lacking = got.verdict === "poor" ? 1 : Math.max(0, 1 - got.signalToNoise / enoughSignal);
    const steps: Weighed[] = [];
    if (lacking > 0) {
      steps.push({
        action: "longer",
        technique,
        evidenceOf: (one, other) => scaled(evidence(table, one, other, technique, got.range), lacking),
      });
    }
    if (technique !== "libs" && got.verdict === "good") {
      steps.push({
        action: "wider",
        technique,
        evidenceOf: (one, other) => {
          const [all, inside] = [
            evidence(table, one, other, technique),
            evidence(table, one, other, technique, got.range) ?? 0,
          ];
          return all === undefined ? undefined : Math.max(0, all - inside);
        },
      });
    }
    return steps;
  });
}

const scaled = (nats: number | undefined, share: number): number | undefined => nats && nats * share;

/** How a step is called before its colon. */
const called: Record<NextAction, string> = { measure: "", longer: " for longer", wider: " over more of its range" };

function told(
  { action, technique, evidenceOf }: Weighed,
  gainBits: number,
  names: readonly string[],
  prior: readonly number[],
  table: BandTable,
  stated: Stated,
  measured: Readonly<Partial<Record<Technique, MeasuredTechnique>>>,
): NextStep {
  const [first = ""] = names;
  const rivals = names.slice(1).map((name, i) => ({
    name,
    worth: (prior[i + 1] ?? 0) * (1 - Math.exp(-(evidenceOf(first, name) ?? 0))),
  }));
  const rival = rivals.reduce((a, b) => (b.worth > a.worth ? b : a)).name;
  const known = stated(first, rival, technique);
  const sentence = known && action === "measure" ? catalogueSentence(known, technique) : undefined;
  const outside = action === "wider" ? measured[technique]?.range : undefined;
  const own = `${techniqueName[technique]}${called[action]}: ${separation(table, first, rival, technique, outside)}.`;
  return {
    action,
    technique,
    gainBits,
    sentence: sentence ?? own,
    ...(known && sentence ? { source: known.source, confidence: known.confidence } : {}),
  };
}
