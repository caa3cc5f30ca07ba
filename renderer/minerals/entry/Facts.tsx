import type { ReactNode } from "react";
import type { CatalogueTables, MineralEntry } from "../../../contract/mindb.ts";
import { Press } from "../../parts/Press.tsx";
import { Trust } from "../Trust.tsx";
import { asSentence, languageName, propertyName, sourcesOf } from "../words.ts";

/** Hand-lens properties; nothing where none is known. */
export function InTheHand({ entry }: { entry: MineralEntry }): ReactNode {
  if (entry.properties.length === 0) return null;
  return (
    <section>
      <h3>In the hand</h3>
      <dl className="pairs">
        {entry.properties.map(({ property, value, confidence }) => (
          <div key={property}>
            <dt>{propertyName[property]}</dt>
            <dd>
              {asSentence(value)}
              {property === "density" && " g/cm³"} <Trust confidence={confidence} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function ElementsByMass({ entry }: { entry: MineralEntry }): ReactNode {
  const fractions = Object.entries(entry.massFractions).sort(([, a], [, b]) => b - a);
  return (
    <section>
      <h3>Elements by mass{entry.massFractionsApproximate && ", approximate: sites are shared"}</h3>
      <p>
        {fractions.length > 0
          ? fractions.map(([element, fraction]) => `${element} ${(100 * fraction).toFixed(1)} %`).join(", ")
          : `${entry.elements.join(", ")}. The formula has an unknown count, so there are no shares.`}
      </p>
    </section>
  );
}

export function OtherNames({ entry }: { entry: MineralEntry }): ReactNode {
  const { otherNames } = entry;
  if (otherNames.length === 0) return null;
  const common = otherNames.filter(({ kind }) => kind === "common");
  const others = otherNames.filter(({ kind }) => kind !== "common");
  return (
    <section>
      <h3>Other names</h3>
      <dl className="pairs">
        {[...Map.groupBy(common, ({ language }) => language ?? "en")].map(([language, names]) => (
          <div key={language}>
            <dt>{languageName[language]}</dt>
            <dd lang={language}>{names.map(({ name }) => name).join(", ")}</dd>
          </div>
        ))}
        {others.length > 0 && (
          <div>
            <dt>Varieties, old names</dt>
            <dd>{others.map(({ name }) => name).join(", ")}</dd>
          </div>
        )}
      </dl>
    </section>
  );
}

interface HowItFormsProps {
  readonly entry: MineralEntry;
  readonly modes: CatalogueTables["modes"];
}

export function HowItForms({ entry, modes }: HowItFormsProps): ReactNode {
  if (entry.formation.length === 0) return null;
  return (
    <section>
      <h3>How it forms</h3>
      <ul className="plain">
        {entry.formation.map((mode) => (
          <li key={mode}>
            It {modes[mode]?.forms ?? "forms in a way that is not told here"}{" "}
            <span className="quiet">
              ({modes[mode]?.title}, PM{mode})
            </span>
          </li>
        ))}
      </ul>
      {entry.oldestMa !== undefined && <p>Oldest find: {entry.oldestMa} million years.</p>}
    </section>
  );
}

interface InRocksProps {
  readonly entry: MineralEntry;
  readonly onOpenRock: (name: string) => void;
}

export function InRocks({ entry, onOpenRock }: InRocksProps): ReactNode {
  if (entry.rocks.length === 0) return null;
  return (
    <section>
      <h3>Rocks it occurs in</h3>
      <ul className="links">
        {entry.rocks.map((rock) => (
          <li key={rock}>
            <Press className="link" onPress={() => onOpenRock(rock)}>
              {asSentence(rock)}
            </Press>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Every source of the entry, with what rests on it and how far it can be trusted. */
export function References({ entry }: { entry: MineralEntry }): ReactNode {
  return (
    <section>
      <h3>References</h3>
      <ul className="plain references">
        {sourcesOf(entry).map(({ source, claims, confidence }) => (
          <li key={`${source} ${confidence}`}>
            {claims.join(", ")}: {source}. <Trust confidence={confidence} />
          </li>
        ))}
      </ul>
    </section>
  );
}
