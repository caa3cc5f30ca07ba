/** Element symbols, H to Lr. */
const symbols = new Set(
  (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb " +
    "Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au " +
    "Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr"
  ).split(" "),
);

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
