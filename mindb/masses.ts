import { compositionOf } from "../contract/chemistry/fractions.ts";

/**
 * Element → mass fraction, from the formula alone, four digits. Shared sites and ranges stand in their middle. Empty if the
 * formula is not understood or holds an unknown count ("·nH2O"), or rare earths that are not named.
 */
export function massFractions(formula: string): Record<string, number> {
  const composition = compositionOf(formula);
  if (composition === undefined || composition.indefinite || /REE|Ln/.test(formula)) return {};
  return Object.fromEntries(
    [...composition.elements]
      .map(([symbol, { nominal }]): [string, number] => [symbol, Number(nominal.toFixed(4))])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
