import { type FormEvent, type ReactNode, useId, useState } from "react";
import type { InstrumentProfile } from "../../contract/reading.ts";
import { type Technique, techniqueName, techniques } from "../../contract/spectrum.ts";
import { Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { excitationProblem, profileOf } from "./profile.ts";

interface DescribeProps {
  readonly name: string | undefined;
  readonly profile: InstrumentProfile | undefined;
  /** The verb on the button, and while it works. */
  readonly verb: string;
  readonly doing: string;
  readonly busy: boolean;
  readonly onDone: (name: string, profile: InstrumentProfile) => void;
}

/** What the operator says of an instrument: what it is called, its technique and, for Raman, its laser. */
export function Describe({ name, profile, verb, doing, busy, onDone }: DescribeProps): ReactNode {
  const [typedName, setName] = useState(name ?? "");
  const [technique, setTechnique] = useState<Technique>(profile?.technique ?? "raman");
  const [excitation, setExcitation] = useState(String(profile?.excitationNm ?? "785"));
  const id = useId();
  const wrong = technique === "raman" ? excitationProblem(excitation) : undefined;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (!wrong && !busy) onDone(typedName.trim(), profileOf(technique, excitation));
  };
  return (
    <form className="describe" onSubmit={send}>
      <label htmlFor={`${id}-name`}>Name</label>
      <input
        id={`${id}-name`}
        autoComplete="off"
        maxLength={80}
        placeholder="as you call it"
        value={typedName}
        onChange={(event) => setName(event.target.value)}
      />
      <span id={`${id}-technique`}>Technique</span>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset takes no part in the form's grid */}
      <div className="options" role="group" aria-labelledby={`${id}-technique`}>
        {techniques.map((each) => (
          <Press key={each} className="btn" aria-pressed={each === technique} onPress={() => setTechnique(each)}>
            {techniqueName[each]}
          </Press>
        ))}
      </div>
      {technique === "raman" && (
        <>
          <label htmlFor={`${id}-excitation`}>Laser</label>
          <span className="with-unit">
            <input
              id={`${id}-excitation`}
              inputMode="decimal"
              autoComplete="off"
              maxLength={10}
              aria-invalid={wrong !== undefined}
              aria-describedby={`${id}-wrong`}
              value={excitation}
              onChange={(event) => setExcitation(event.target.value)}
            />
            nm
            <span id={`${id}-wrong`} className="wrong">
              {wrong && (
                <>
                  <Mark name="failed" size={20} /> {wrong}
                </>
              )}
            </span>
          </span>
        </>
      )}
      <button type="submit" className="btn" aria-disabled={busy || wrong !== undefined}>
        {busy ? (
          <>
            <Mark name="busy" /> {doing}
          </>
        ) : (
          verb
        )}
      </button>
    </form>
  );
}
