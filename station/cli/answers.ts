import type { Identification } from "../../contract/identification.ts";
import { techniqueName, techniques } from "../../contract/spectrum.ts";
import type { SpotFailure } from "../batch.ts";

/** One JSON line for a spot; `mixture` is null while the model cannot say. */
export function answerJson(id: string | undefined, answer: Identification | SpotFailure): string {
  if ("error" in answer) return JSON.stringify({ id: id ?? null, error: answer.error });
  const { minerals, unknown, set, mixture, quality, model } = answer;
  return JSON.stringify({ id: id ?? null, minerals, unknown, set, mixture: mixture ?? null, quality, model });
}

/** An answer for a person at a terminal. */
export function answerText(answer: Identification | SpotFailure): string {
  if ("error" in answer) return `  ${answer.error.message}\n`;
  const lines: string[] = [];
  const inSet = new Set(answer.set.names);
  for (const { name, probability } of answer.minerals.slice(0, 10)) {
    lines.push(`${inSet.has(name) ? " [" : "  "} ${name.padEnd(28)} ${percent(probability)}`);
  }
  lines.push(`   ${"Not in the library".padEnd(28)} ${percent(answer.unknown)}`, "");
  const rightIn10 = Math.round(answer.set.coverage * 10);
  lines.push(
    answer.set.names.length === 1
      ? `It is ${answer.set.names[0]}. Right ${rightIn10} times in 10.`
      : `It is one of these ${answer.set.names.length} (marked with a bracket). Right ${rightIn10} times in 10.`,
  );
  for (const technique of techniques) {
    const quality = answer.quality[technique];
    if (quality === undefined) continue;
    lines.push(`${techniqueName[technique]}: ${quality.verdict}, S/N ${quality.signalToNoise.toFixed(0)}`);
    for (const check of quality.checks) if (!check.passed) lines.push(`  ${check.sentence}`);
  }
  const { id, version, provider } = answer.model;
  return `${[...lines, `Model ${id} ${version} on ${provider}`].join("\n")}\n`;
}

/** Whole per cents, never "0 %" or "100 %" (design guide, Uncertainty). */
function percent(p: number): string {
  if (p > 0.99) return "over 99 %";
  if (p < 0.01) return "under 1 %";
  return `${Math.round(p * 100)} %`.padStart(5);
}
