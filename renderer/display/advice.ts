import type { Identification } from "../../contract/identification.ts";
import type { NextAction } from "../../contract/next.ts";
import { type Technique, techniqueName } from "../../contract/spectrum.ts";
import { contradiction } from "./why.ts";

/** What stands in the action column after an answer. */
export type AdviceWords =
  | { readonly kind: "against"; readonly sentence: string }
  | { readonly kind: "next"; readonly technique: Technique; readonly action: NextAction; readonly sentence: string };

/** What the elements say against the first name comes before what to measure next; undefined if nothing would help. */
export function adviceOf({ elements, minerals, next }: Identification): AdviceWords | undefined {
  const against = contradiction(elements?.checks ?? [], minerals[0]?.name ?? "");
  if (against) return { kind: "against", sentence: against };
  const [step] = next?.steps ?? [];
  if (!step) return undefined;
  // What to do stands above the sentence: "Raman: …", "Raman for longer: …".
  const sentence = step.sentence.replace(new RegExp(`^${techniqueName[step.technique]}[^:.]*: `), "");
  return {
    ...{ kind: "next", technique: step.technique, action: step.action },
    sentence: sentence.charAt(0).toUpperCase() + sentence.slice(1),
  };
}
