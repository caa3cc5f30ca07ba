import { type AnswerKind, answerKind, type Identification, undecidedSentence } from "../../contract/identification.ts";
import { techniqueName, techniques } from "../../contract/spectrum.ts";
import type { SpotFailure } from "../batch.ts";

/** One JSON line for a spot; `mixture` is null where it looks like one mineral. */
export function answerJson(id: string | undefined, answer: Identification | SpotFailure): string {
  if ("error" in answer) return JSON.stringify({ id: id ?? null, error: answer.error });
  const { minerals, unknown, set, mixture, disagreement, quality, model } = answer;
  return JSON.stringify({
    id: id ?? null,
    minerals,
    unknown,
    set,
    mixture: mixture ?? null,
    disagreement,
    quality,
    model,
  });
}

/** Names that are listed for a person. */
const listed = 10;

/** An answer for a person at a terminal, in the words of the screen. */
export function answerText(answer: Identification | SpotFailure): string {
  if ("error" in answer) return `  ${answer.error.message}\n`;
  const kind = answerKind(answer);
  const lines = [...headlines[kind](answer)];
  if (kind !== "poor") lines.push(...mixtureLines(answer));
  if (kind !== "poor") {
    const inSet = new Set(kind === "named" ? answer.set.names : []);
    for (const { name, probability, learned } of answer.minerals.slice(0, listed)) {
      lines.push(
        `${inSet.has(name) ? " [" : "  "} ${name.padEnd(28)} ${percent(probability)}${learned ? "  (learned here)" : ""}`,
      );
    }
    lines.push(`   ${"Not in the library".padEnd(28)} ${percent(answer.unknown)}`);
  }
  if (answer.disagreement) lines.push(answer.disagreement.sentence);
  for (const technique of techniques) {
    const quality = answer.quality[technique];
    if (quality === undefined) continue;
    lines.push(`${techniqueName[technique]}: ${quality.verdict}, S/N ${signalToNoiseText(quality.signalToNoise)}`);
    for (const { state, sentence } of quality.checks) if (state !== "ok") lines.push(`  ${sentence}`);
  }
  const { id, version, provider } = answer.model;
  return `${[...lines, `Model ${id} ${version} on ${provider}`].join("\n")}\n`;
}

function mixtureLines({ mixture = [] }: Identification): string[] {
  const [first, second, third] = mixture;
  if (first === undefined || second === undefined) return [];
  const share = ({ name, fraction, low = fraction, high = fraction }: typeof first) =>
    `  ${name.padEnd(28)} ${percent(fraction)} (${percent(low).trim()} to ${percent(high).trim()})`;
  const instead = third ? [`  One of them may be ${third.name} instead.`] : [];
  return ["Two minerals fit better than one:", share(first), share(second), ...instead];
}

const headlines: Record<AnswerKind, (answer: Identification) => string[]> = {
  poor: () => ["Too poor to name. Measure again."],
  unknown: () => ["Not known. More likely than not, the mineral is not in the library. The nearest names:"],
  undecided: (answer) => [`Not decided. ${undecidedSentence(answer)} The nearest names:`],
  named: ({ set }) => [
    set.names.length === 1
      ? `It is ${set.names[0]}. Right ${Math.round(set.coverage * 10)} times in 10.`
      : `It is one of these ${set.names.length} (with a bracket). Right ${Math.round(set.coverage * 10)} times in 10.`,
  ],
};

/** Smoothed files have next to no noise; a ratio beyond this says nothing. */
function signalToNoiseText(ratio: number): string {
  return ratio > 1000 ? "over 1000" : ratio.toFixed(0);
}

/** Whole per cents, never "0 %" or "100 %" (design guide, Uncertainty). */
function percent(p: number): string {
  if (p > 0.99) return "over 99 %";
  if (p < 0.01) return "under 1 %";
  return `${Math.round(p * 100)} %`.padStart(5);
}
