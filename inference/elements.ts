import type { ElementFinding, ElementFindings } from "../contract/elements.ts";
import { ElementSymbol } from "../contract/elements.ts";
import type { ModelManifest } from "../contract/model.ts";

/**
 * What the graph says of the presence of elements (`libs_presence`, a logit per element of the manifest) as findings, by the
 * limits that were set on calibration spots: found from `found` on (1 in 100 absent elements is called found), excluded up to
 * `excluded` (1 in 100 elements of 5 % or more by mass is called excluded), unsure between.
 */
export function elementFindings(manifest: ModelManifest, presence: Float32Array): ElementFindings {
  const { elements = [], presenceLimits } = manifest.techniques.libs;
  const findings: ElementFindings = {};
  if (presenceLimits === undefined) return findings;
  for (const [i, name] of elements.entries()) {
    const symbol = ElementSymbol.safeParse(name);
    if (symbol.success) findings[symbol.data] = { state: stateOf(presence[i] ?? 0, presenceLimits) };
  }
  return findings;
}

function stateOf(logit: number, limits: { found: number; excluded: number }): ElementFinding["state"] {
  if (logit >= limits.found) return "found";
  return logit <= limits.excluded ? "excluded" : "unsure";
}
