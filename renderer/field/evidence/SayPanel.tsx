import { useLiveQuery } from "dexie-react-hooks";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useLive, useStation } from "../../parts/hooks.ts";
import { Mark } from "../../parts/icons.tsx";
import { Press } from "../../parts/Press.tsx";
import { catalogueNames } from "../../store/catalogue.ts";
import { Panel } from "../Panels.tsx";
import type { Said } from "../traverse/traverse.ts";
import { SaveLine } from "./SaveLine.tsx";

interface SayPanelProps {
  readonly spotId: string;
  readonly spotNumber: number;
  /** The answer that stands on the screen, if there is one. */
  readonly measurementId: string | undefined;
  /** The machine's leading names, to be confirmed with one touch. */
  readonly names: readonly string[];
  readonly said: Said | undefined;
  readonly onBack: () => void;
}

/** What somebody says who has looked and will not commit to a name. */
const noName = "I cannot say";

/** The astronaut's own call. It is kept beside the machine's, whatever that says. */
export function SayPanel({ spotId, spotNumber, measurementId, names, said, onBack }: SayPanelProps): ReactNode {
  const station = useStation();
  const { busy } = useLive();
  const known = useLiveQuery(() => catalogueNames(station.store), [station.store]) ?? [];
  const [name, setName] = useState("");
  const list = useId();
  const say = (what: string): void => {
    if (busy === "save" || what.trim() === "") return;
    void station.save("sayMineral", { spotId, name: what.trim(), ...(measurementId && { measurementId }) });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    say(name);
  };
  return (
    <Panel title={`I say spot ${spotNumber} is …`} onBack={onBack}>
      <fieldset className="phrases">
        <legend className="unseen">Names</legend>
        {[...names, noName].map((one) => (
          <Press key={one} className="btn glove" aria-pressed={said?.name === one} onPress={() => say(one)}>
            {said?.name === one && <Mark name="good" size={24} />}
            {one}
          </Press>
        ))}
      </fieldset>
      <form className="new-sample" onSubmit={submit}>
        <label htmlFor="said-name">Another name, as you would call it</label>
        <input
          id="said-name"
          autoComplete="off"
          maxLength={80}
          list={list}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit" className="btn glove go" aria-disabled={name.trim() === ""}>
          Say it
        </button>
        <datalist id={list}>
          {known.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      </form>
      {said && (
        <p className="lead">
          You say: <b>{said.name}</b>
        </p>
      )}
      <SaveLine savedAt={said?.at} />
      <p className="quiet">Your word stands beside the machine's. Neither changes the other.</p>
    </Panel>
  );
}
