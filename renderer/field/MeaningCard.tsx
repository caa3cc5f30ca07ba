import { useLiveQuery } from "dexie-react-hooks";
import type { ReactNode } from "react";
import { bodies, type MineralEntry } from "../../contract/mindb.ts";
import { Trust } from "../minerals/Trust.tsx";
import { asSentence, bodyName, kindOf, occurrencesOn } from "../minerals/words.ts";
import { Formula } from "../parts/Formula.tsx";
import { useLive, useStation } from "../parts/hooks.ts";
import { Icon } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { entryOf } from "../store/catalogue.ts";

/** The mineral's catalogue entry in five short facts; a press opens it in Minerals. */
export function MeaningCard({ name, onOpen }: { name: string; onOpen: (name: string) => void }): ReactNode {
  const { store } = useStation();
  const { catalogue } = useLive();
  // Undefined while it is looked up: "not in the catalogue" is only said when it is true.
  const found = useLiveQuery(async () => ({ name, entry: await entryOf(store, name) }), [store, name]);
  const entry = found?.name === name ? found.entry : undefined;
  return (
    <section className="meaning" aria-labelledby="meaning">
      {entry ? (
        <Press className="fact" onPress={() => onOpen(name)}>
          <Heading />
          <Facts entry={entry} />
          <span className="open">
            Open in Minerals
            <Icon name="next" size={24} />
          </span>
        </Press>
      ) : (
        <div className="fact flat">
          <Heading />
          <p>
            {catalogue
              ? `The catalogue is loading: ${catalogue.have} of ${catalogue.count} minerals.`
              : found && `${name} is not in the catalogue yet.`}
          </p>
        </div>
      )}
    </section>
  );
}

const Heading = (): ReactNode => <h2 id="meaning">What it means</h2>;

/** The card has room for this many bodies. */
const bodiesShown = 3;

function Facts({ entry }: { entry: MineralEntry }): ReactNode {
  const finds = bodies.flatMap((body) => occurrencesOn(entry, body).slice(0, 1));
  return (
    <dl>
      <div>
        <dt className="kind">
          <Formula text={entry.formula} />
        </dt>
        <dd>{kindOf(entry)}</dd>
      </div>
      {finds.slice(0, bodiesShown).map(({ body, setting, confidence }) => (
        <div key={body}>
          <dt>{bodyName[body]}</dt>{" "}
          <dd>
            <Trust confidence={confidence} /> {asSentence(setting)}
          </dd>
        </div>
      ))}
      {finds.length === 0 && (
        <div>
          <dt>Moon, Mars, meteorites</dt> <dd>No find in the catalogue.</dd>
        </div>
      )}
      {entry.lookAlikes.length > 0 && (
        <div>
          <dt>Looks like</dt> <dd>{entry.lookAlikes.map((other) => other.name).join(", ")}</dd>
        </div>
      )}
    </dl>
  );
}
