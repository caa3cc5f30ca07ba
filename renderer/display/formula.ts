/** A run of a chemical formula and how it is set. */
export interface FormulaPart {
  readonly text: string;
  readonly level: "base" | "sub" | "super";
}

/**
 * Reads the catalogue's plain formulas: a number after an element or a closing bracket is a subscript, "3+" after an
 * element a charge, "[box]" a vacancy, and a number after "·" counts what follows. Fe3+2(SO4)3·9H2O is Fe, ³⁺, ₂, (SO, ₄,
 * ), ₃, ·9H, ₂, O.
 */
export function formulaParts(formula: string): FormulaPart[] {
  const parts: FormulaPart[] = [];
  const push = (text: string, level: FormulaPart["level"]): void => {
    const last = parts.at(-1);
    if (level === "base" && last?.level === "base") parts[parts.length - 1] = { text: last.text + text, level };
    else parts.push({ text, level });
  };
  const unit = /([A-Z][a-z]?|[)\]])(\d?\+)?(\d+(?:\.\d+)?(?:[-–](?:\d+(?:\.\d+)?|[xy](?![a-z])))?)?|[^A-Z)\]]+/gu;
  for (const match of formula.replaceAll("[box]", "□").matchAll(unit)) {
    const [whole, symbol, charge, count] = match;
    push(symbol ?? whole, "base");
    if (charge) push(charge, "super");
    if (count) push(count, "sub");
  }
  return parts;
}
