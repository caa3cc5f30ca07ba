import { useLiveQuery } from "dexie-react-hooks";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useLive, useStation } from "../parts/hooks.ts";
import { Press } from "../parts/Press.tsx";
import { catalogueNames } from "../store/catalogue.ts";
import type { MeasurementRow } from "../store/schema.ts";
import { Panel } from "./Panels.tsx";

interface TeachProps {
  /** What is taught from: all good Raman spectra behind its answer. */
  readonly row: MeasurementRow;
  readonly spotNumber: number;
  readonly onBack: () => void;
}

/** Give the mineral of this spot a name, so that later spots are compared with it; or forget one that was taught. */
export function TeachPanel({ row, spotNumber, onBack }: TeachProps): ReactNode {
  const station = useStation();
  const { learned, busy, problem } = useLive();
  const names = useLiveQuery(() => catalogueNames(station.store), [station.store]) ?? [];
  const [name, setName] = useState("");
  const list = useId();
  const teach = (event: FormEvent): void => {
    event.preventDefault();
    if (busy === "teach") return;
    void station.learn(row.measurementId, name).then((done) => done && setName(""));
  };
  return (
    <Panel title="Teach this mineral" onBack={onBack}>
      <form className="new-sample" onSubmit={teach}>
        <label htmlFor="mineral-name">What spot {spotNumber} is: an IMA name, or a name of your own</label>
        <input
          id="mineral-name"
          // The panel was opened to type a name.
          // biome-ignore lint/a11y/noAutofocus: see above
          autoFocus
          autoComplete="off"
          maxLength={80}
          placeholder="Site mineral A"
          list={list}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit" className="btn glove go" disabled={name.trim() === ""}>
          {busy === "teach" ? "Teaching" : "Teach"}
        </button>
        <datalist id={list}>
          {names.map((known) => (
            <option key={known} value={known} />
          ))}
        </datalist>
      </form>
      <p role="status">
        {problem
          ? `${problem.sentence} ${problem.hint}`
          : "Later spots are compared with it, from their Raman spectrum. Answers given before stay."}
      </p>
      <ul className="rows" aria-label="Taught here">
        {learned.toReversed().map(({ learnedId, name: taught, measurementIds }) => (
          <li key={learnedId} className="taught">
            <b>{taught}</b>
            <span>from {measurementIds.length === 1 ? "1 measurement" : `${measurementIds.length} measurements`}</span>
            <Press className="btn glove" onPress={() => void station.forget(learnedId)}>
              Forget
            </Press>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
