import { type ReactNode, useDeferredValue, useMemo, useState } from "react";
import type { Body, RockEntry as Rock } from "../../contract/mindb.ts";
import { StopBar, StopLaser } from "../app/StopLaser.tsx";
import { useSession } from "../field/useSession.ts";
import { fieldView, type Selection } from "../field/view.ts";
import { Formula } from "../parts/Formula.tsx";
import { useLive } from "../parts/hooks.ts";
import { Press } from "../parts/Press.tsx";
import { Entry } from "./entry/Entry.tsx";
import { Where } from "./entry/Where.tsx";
import { FilterPanel } from "./FilterPanel.tsx";
import { FindField } from "./FindField.tsx";
import { Glossary } from "./Glossary.tsx";
import { Pick } from "./Pick.tsx";
import { RockEntry } from "./rocks/RockEntry.tsx";
import { countOf, noFilters, queryOf } from "./search/filters.ts";
import { plain } from "./search/index.ts";
import { search } from "./search/search.ts";
import { type ReadyCatalogue, useCatalogue } from "./useCatalogue.ts";
import { asSentence, bodyName } from "./words.ts";

interface MineralsProps {
  /** The mineral shown; absent: none chosen yet. */
  readonly name: string | undefined;
  readonly onShow: (name: string) => void;
  /** What Field has chosen: its spot is what an entry is compared with. */
  readonly selection: Selection;
}

const parts = { minerals: "Minerals", rocks: "Rocks", terms: "Terms" } as const;
type Part = keyof typeof parts;
const quickBodies: readonly Body[] = ["moon", "mars", "meteorites"];
const beingRead = "The catalogue is being read.";
/** Names listed at first, and with each "Show more": nobody reads further without typing. */
const listed = 100;

/** The catalogue: search and list left, one entry right, where it is found in the action column. */
export function MineralsScreen({ name, onShow, selection }: MineralsProps): ReactNode {
  const ready = useCatalogue();
  const { catalogue } = useLive();
  const [part, setPart] = useState<Part>("minerals");
  const [typed, setTyped] = useState("");
  const [filters, setFilters] = useState(noFilters);
  const [isFiltering, setFiltering] = useState(false);
  const [most, setMost] = useState(listed);
  const [rockName, setRockName] = useState<string>();
  const [isCompared, setCompared] = useState(false);
  const late = useDeferredValue(typed);
  const found = useMemo(() => (ready ? search(ready.index, queryOf(late, filters)) : []), [ready, late, filters]);
  const rocks = useMemo(() => rocksFound(ready, late), [ready, late]);
  const shown = ready?.entries.find((entry) => entry.name === name);
  const rock = ready?.tables.rocks.find((one) => one.name === rockName);
  const rows = useSession();
  const view = rows && fieldView(rows, selection);
  const spotRows = latestOfEach(rows?.measurements.filter(({ spotId }) => spotId === view?.spot?.spotId) ?? []);

  const turnTo = (next: Part): void => {
    setPart(next);
    setTyped("");
    setFiltering(false);
    setMost(listed);
  };
  const openMineral = (mineral: string): void => {
    turnTo("minerals");
    onShow(mineral);
  };
  const openRock = (wanted: string): void => {
    turnTo("rocks");
    setRockName(wanted);
  };
  const type = (text: string): void => {
    setTyped(text);
    setMost(listed);
  };
  const total = part === "minerals" ? ready?.entries.length : ready?.tables.rocks.length;
  const count = part === "minerals" ? found.length : rocks.length;
  const isNarrowed = typed !== "" || (part === "minerals" && countOf(filters) > 0);

  return (
    <>
      <aside className="act" aria-label="Actions">
        <StopLaser />
        {part === "minerals" && shown && <Where entry={shown} />}
        {part === "minerals" && shown && view?.spot && spotRows.length > 0 && (
          <Press className="btn glove go compare" aria-pressed={isCompared} onPress={() => setCompared(!isCompared)}>
            {isCompared ? "Without" : "Compare with"} {view.sample?.name} spot {view.spot.number}
          </Press>
        )}
      </aside>
      <main className="main">
        <h1 className="unseen">Minerals</h1>
        <div className="minerals">
          <section className="list" aria-label="Search">
            <div className="parts">
              {(Object.keys(parts) as Part[]).map((one) => (
                <Press key={one} className="btn" aria-pressed={one === part} onPress={() => turnTo(one)}>
                  {parts[one]}
                </Press>
              ))}
            </div>
            <FindField
              label={{ minerals: "Name, formula, element or line", rocks: "Rock", terms: "Term" }[part]}
              hint={{ minerals: "Name, 967, +Fe", rocks: "Rock", terms: "Term" }[part]}
              value={typed}
              onChange={type}
            />
            {part === "minerals" && (
              <div className="chips">
                {quickBodies.map((body) => (
                  <Press
                    key={body}
                    className="btn"
                    aria-pressed={filters.body === body}
                    onPress={() => setFilters({ ...filters, body: filters.body === body ? undefined : body })}
                  >
                    {bodyName[body]}
                  </Press>
                ))}
                <Press className="btn" aria-pressed={isFiltering} onPress={() => setFiltering(!isFiltering)}>
                  Filters{countOf(filters) > 0 && ` (${countOf(filters)})`}
                </Press>
              </div>
            )}
            <p className="count" role="status">
              {!ready && catalogue && `Loading, ${catalogue.have} of ${catalogue.count} minerals`}
              {ready && part !== "terms" && `${isNarrowed ? `${count} of ` : ""}${total} ${part}`}
            </p>
            {part === "minerals" && (
              <Pick
                label="Minerals found"
                choices={found.slice(0, most).map(({ entry, line }) => ({
                  ...{ id: entry.name, title: entry.name, second: <Formula text={entry.formula} />, third: line },
                }))}
                shown={shown?.name}
                onPick={(mineral) => {
                  setFiltering(false);
                  onShow(mineral);
                }}
                nothing={ready ? "No mineral fits. Take a filter away, or type fewer letters." : beingRead}
              />
            )}
            {part === "rocks" && (
              <Pick
                label="Rocks found"
                choices={rocks.slice(0, most).map((one) => ({
                  ...{ id: one.name, title: asSentence(one.name), second: one.class },
                }))}
                shown={rock?.name}
                onPick={setRockName}
                nothing={ready ? "No rock of that name." : beingRead}
              />
            )}
            {part !== "terms" && count > most && (
              <Press className="btn more" onPress={() => setMost(most + listed)}>
                Show {Math.min(listed, count - most)} more
              </Press>
            )}
          </section>
          {part === "minerals" && isFiltering && (
            <FilterPanel filters={filters} onChange={setFilters} onClose={() => setFiltering(false)} />
          )}
          {part === "minerals" &&
            !isFiltering &&
            (shown && ready ? (
              <Entry
                key={shown.name}
                entry={shown}
                tables={ready.tables}
                measured={isCompared ? spotRows : []}
                onOpen={openMineral}
                onOpenRock={openRock}
              />
            ) : (
              <p className="choose">Choose a mineral from the list.</p>
            ))}
          {part === "rocks" &&
            (rock && ready ? (
              <RockEntry
                key={rock.name}
                rock={rock}
                tables={ready.tables}
                sample={view?.sample}
                onOpenMineral={openMineral}
              />
            ) : (
              <p className="choose">Choose a rock from the list.</p>
            ))}
          {part === "terms" && ready && <Glossary glossary={ready.tables.glossary} typed={late} />}
        </div>
        <StopBar />
      </main>
    </>
  );
}

/** Rocks whose name, class or scheme has what was typed, in the order of the list. */
function rocksFound(ready: ReadyCatalogue | undefined, typed: string): readonly Rock[] {
  const wanted = plain(typed.trim());
  const rocks = ready?.tables.rocks ?? [];
  return rocks.filter((rock) => [rock.name, rock.class, rock.scheme].some((text) => plain(text).includes(wanted)));
}

/** The latest measurement of each technique. */
function latestOfEach<Row extends { readonly technique: string }>(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.technique, row])).values()];
}
