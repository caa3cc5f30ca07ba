import type { InstrumentProfile } from "../../contract/reading.ts";
import type { Technique } from "../../contract/spectrum.ts";

/** Lasers of Raman instruments lie between the deep ultraviolet and 1064 nm; what is far outside is a typing error. */
const leastNm = 200;
const mostNm = 1200;

/** Why a typed excitation wavelength cannot be used; undefined if it can. A comma counts as the decimal point. */
export function excitationProblem(typed: string): string | undefined {
  const nm = numberOf(typed);
  if (!Number.isFinite(nm)) return "A number in nm, as 785.";
  return nm < leastNm || nm > mostNm ? `Between ${leastNm} and ${mostNm} nm.` : undefined;
}

/** The profile as typed; call it only where {@link excitationProblem} has none. */
export const profileOf = (technique: Technique, excitation: string): InstrumentProfile =>
  technique === "raman" ? { technique, excitationNm: numberOf(excitation) } : { technique };

const numberOf = (typed: string): number => (typed.trim() === "" ? Number.NaN : Number(typed.trim().replace(",", ".")));
