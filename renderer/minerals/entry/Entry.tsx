import type { CSSProperties, ReactNode } from "react";
import type { CatalogueTables, MineralEntry } from "../../../contract/mindb.ts";
import { Formula } from "../../parts/Formula.tsx";
import { Mark } from "../../parts/icons.tsx";
import type { MeasurementRow } from "../../store/schema.ts";
import { Trust } from "../Trust.tsx";
import { asSentence, kindOf, lettersOfLongestWord } from "../words.ts";
import { ElementsByMass, HowItForms, InRocks, InTheHand, OtherNames, References } from "./Facts.tsx";
import { LookAlikes } from "./LookAlikes.tsx";
import { Spectra } from "./Spectra.tsx";
import { useComparison } from "./useComparison.ts";

interface EntryProps {
  readonly entry: MineralEntry;
  readonly tables: CatalogueTables;
  /** Measurements of one spot to lay over the references; none: the references alone. */
  readonly measured: readonly MeasurementRow[];
  readonly onOpen: (mineral: string) => void;
  readonly onOpenRock: (rock: string) => void;
}

/** All that the catalogue says of a mineral but where it is found, which stands in the action column. */
export function Entry({ entry, tables, measured, onOpen, onOpenRock }: EntryProps): ReactNode {
  const comparison = useComparison(entry.name, measured);
  const hardness = entry.properties.find(({ property }) => property === "hardness");
  const isKnown = comparison !== undefined && (comparison.raman?.reference ?? comparison.vnir?.reference) !== undefined;
  return (
    // The entry is longer than the screen, so the keyboard must be able to scroll it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <article className="entry" aria-labelledby="entry-name" tabIndex={0}>
      <header>
        <div>
          <h2 id="entry-name" style={{ "--letters": lettersOfLongestWord(entry.name) } as CSSProperties}>
            {entry.name}
          </h2>
          <p className="f">
            <Formula text={entry.formula} />
          </p>
        </div>
        <p className="g">
          {entry.group !== undefined && (
            <>
              {asSentence(entry.class)}
              <br />
            </>
          )}
          {kindOf(entry)}
          {hardness && (
            <>
              <br />
              Hardness {hardness.value}
            </>
          )}
          {isKnown && (
            <>
              <br />
              <Mark name="good" size={20} /> The model knows it
            </>
          )}
        </p>
      </header>
      {entry.significance && (
        <p className="lead">
          {entry.significance.text} <Trust confidence={entry.significance.confidence} />
        </p>
      )}
      <Spectra entry={entry} elementLines={tables.elementLines} comparison={comparison} />
      <LookAlikes entry={entry} onOpen={onOpen} />
      <InTheHand entry={entry} />
      <ElementsByMass entry={entry} />
      <InRocks entry={entry} onOpenRock={onOpenRock} />
      <HowItForms entry={entry} modes={tables.modes} />
      <OtherNames entry={entry} />
      <References entry={entry} />
    </article>
  );
}
