import { useLiveQuery } from "dexie-react-hooks";
import { type CSSProperties, type ReactNode, useState } from "react";
import { ListBox, ListBoxItem, ListLayout, Virtualizer } from "react-aria-components";
import { bodies, type MineralEntry } from "../../contract/mindb.ts";
import { techniqueName } from "../../contract/spectrum.ts";
import { StopBar, StopLaser } from "../app/StopLaser.tsx";
import { pxPerMmNow } from "../app/settings.ts";
import { Formula } from "../parts/Formula.tsx";
import { useLive, useStation } from "../parts/hooks.ts";
import { Icon } from "../parts/icons.tsx";
import { allEntries } from "../store/catalogue.ts";
import { Trust } from "./Trust.tsx";
import { asSentence, bodyName, kindOf, lettersOfLongestWord, occurrencesOn } from "./words.ts";

interface MineralsProps {
  /** The mineral shown; absent: none chosen yet. */
  readonly name: string | undefined;
  readonly onShow: (name: string) => void;
}

const rowMm = 12;

/** The catalogue: search by name, formula or group; read one entry. */
export function MineralsScreen({ name, onShow }: MineralsProps): ReactNode {
  const { store } = useStation();
  const { catalogue } = useLive();
  const [search, setSearch] = useState("");
  const entries = useLiveQuery(() => allEntries(store), [store]);
  const found = entries?.filter((entry) => matches(entry, search)) ?? [];
  const shown = entries?.find((entry) => entry.name === name);
  return (
    <>
      <aside className="act" aria-label="Actions">
        <StopLaser />
        {shown && <Where entry={shown} />}
      </aside>
      <main className="main">
        <h1 className="unseen">Minerals</h1>
        <div className="minerals">
          <section className="list" aria-label="Search">
            <label className="find">
              <Icon name="search" size={28} />
              <input
                type="search"
                aria-label="Name, formula or group"
                placeholder="Name or group"
                autoComplete="off"
                value={search}
                onChange={(event) => setSearch(event.target.value)}
              />
            </label>
            <p className="count" role="status">
              {catalogue
                ? `Loading, ${catalogue.have} of ${catalogue.count} minerals`
                : entries && (search ? `${found.length} of ${entries.length} minerals` : `${entries.length} minerals`)}
            </p>
            <Virtualizer layout={ListLayout} layoutOptions={{ rowHeight: Math.round(rowMm * pxPerMmNow()) }}>
              <ListBox
                className="entries"
                aria-label="Minerals found"
                items={found}
                selectionMode="single"
                selectedKeys={shown ? [shown.name] : []}
                onSelectionChange={(keys) => {
                  const [key] = keys === "all" ? [] : keys;
                  if (key !== undefined) onShow(String(key));
                }}
                renderEmptyState={() => <p className="nothing">No mineral of that name.</p>}
              >
                {(entry) => (
                  <ListBoxItem id={entry.name} textValue={entry.name} className="entry-row">
                    <b>{entry.name}</b>
                    <Formula text={entry.formula} />
                  </ListBoxItem>
                )}
              </ListBox>
            </Virtualizer>
          </section>
          {shown ? <Entry key={shown.name} entry={shown} /> : <p className="choose">Choose a mineral from the list.</p>}
        </div>
        <StopBar />
      </main>
    </>
  );
}

const matches = ({ name, group, formula }: MineralEntry, search: string): boolean => {
  const wanted = search.trim().toLowerCase();
  return [name, group ?? "", formula].some((text) => text.toLowerCase().includes(wanted));
};

const featureUnit = { raman: "cm⁻¹", vnir: "nm" } as const;

function Entry({ entry }: { entry: MineralEntry }): ReactNode {
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
          {kindOf(entry)}
          {entry.imaNumber && (
            <>
              <br />
              {entry.imaNumber}
            </>
          )}
        </p>
      </header>
      <section>
        <h3>Elements by mass{entry.massFractionsApproximate && ", approximate: sites are shared"}</h3>
        <p>
          {Object.entries(entry.massFractions)
            .sort(([, a], [, b]) => b - a)
            .map(([element, fraction]) => `${element} ${(100 * fraction).toFixed(1)} %`)
            .join(", ")}
        </p>
      </section>
      {(["raman", "vnir"] as const).map((technique) => (
        <Features key={technique} technique={technique} entry={entry} />
      ))}
      {entry.lookAlikes.length > 0 && (
        <section>
          <table className="alike">
            <thead>
              <tr>
                <th>Looks like</th>
                <th>What separates them</th>
                <th>Use</th>
              </tr>
            </thead>
            <tbody>
              {entry.lookAlikes.map((other) => (
                <tr key={other.name}>
                  <th scope="row">{other.name}</th>
                  <td>
                    {asSentence(other.how)} <Trust confidence={other.confidence} />
                  </td>
                  <td>{other.separatedBy}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </article>
  );
}

function Features({ technique, entry }: { technique: "raman" | "vnir"; entry: MineralEntry }): ReactNode {
  const features = entry.features.filter((f) => f.technique === technique).sort((a, b) => a.position - b.position);
  if (features.length === 0) return null;
  return (
    <section>
      <table className="features">
        <thead>
          <tr>
            <th>
              {techniqueName[technique]}, {featureUnit[technique]}
            </th>
            <th>Strength</th>
            <th>What it is</th>
          </tr>
        </thead>
        <tbody>
          {features.map((feature) => (
            <tr key={`${feature.position} ${feature.assignment}`}>
              <td className="n">{feature.position}</td>
              <td>{asSentence(feature.strength)}</td>
              <td>{asSentence(feature.assignment)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Where the mineral was found, body by body, with the reason to believe it. */
function Where({ entry }: { entry: MineralEntry }): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the list is longer than the screen and must scroll by keyboard
    <section className="where" aria-labelledby="where" tabIndex={0}>
      <h2 id="where">Where it is found</h2>
      {entry.occurrences.length === 0 && <p>No find in the catalogue.</p>}
      <ul>
        {bodies.flatMap((body) => {
          const finds = occurrencesOn(entry, body);
          return finds.length === 0
            ? []
            : [
                <li key={body}>
                  <h3>{bodyName[body]}</h3>
                  {finds.map((find) => (
                    <p key={`${find.setting} ${find.source}`}>
                      {asSentence(find.setting)}, {find.abundance}. <Trust confidence={find.confidence} />
                    </p>
                  ))}
                </li>,
              ];
        })}
      </ul>
    </section>
  );
}
