import { elementSymbols } from "../contract/elements.ts";

const symbols = new Set<string>(elementSymbols);

/**
 * The element symbols of a formula, sorted. Unnamed mixtures of elements (REE, Ln) and unknown counts (n, x) are passed
 * over: the source's own element column reads "·nH2O" as an element and loses what stands before it.
 */
export function elementsOf(formula: string): string[] {
  const found = new Set<string>();
  for (const [pair] of formula.replaceAll("REE", "").matchAll(/[A-Z][a-z]?/g)) {
    const symbol = symbols.has(pair) ? pair : pair.charAt(0); // "Kx" is potassium, x times
    if (symbols.has(symbol)) found.add(symbol);
  }
  return [...found].sort();
}

/** The formula for people: a vacancy is written □ as in the IMA list, without the source's italics tags. */
export function tidyFormula(formula: string): string {
  return formula.replaceAll("[box]", "□").replaceAll(/<\/?i>/g, "");
}
