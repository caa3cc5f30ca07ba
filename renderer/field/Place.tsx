import type { ReactNode } from "react";
import { type Context, contexts } from "../../contract/context.ts";
import { Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { Panel } from "./Panels.tsx";

/** A place as it stands alone. */
export const contextWord: Record<Context, string> = {
  anywhere: "Anywhere",
  moon: "Moon",
  mars: "Mars",
  meteorite: "Meteorite",
  lanzarote: "Lanzarote",
  ries: "Ries",
  dolomites: "Dolomites",
  lofoten: "Lofoten",
};

interface PlaceProps {
  readonly chosen: Context;
  readonly onChoose: (context: Context) => void;
  readonly onBack: () => void;
}

/** Where the rocks come from: it helps to choose between names that the spectra leave open. */
export const PlacePanel = ({ chosen, onChoose, onBack }: PlaceProps): ReactNode => (
  <Panel title="Where from" onBack={onBack}>
    <p>
      What is common at a place gains among names that the spectra leave open. A sure answer stays. Both numbers are
      shown. It counts from the next measurement on.
    </p>
    <ul className="rows">
      {contexts.map((context) => (
        <li key={context}>
          <Press className="row" aria-pressed={context === chosen} onPress={() => onChoose(context)}>
            <b>{contextWord[context]}</b>
            <span>
              {context === chosen && (
                <>
                  <Mark name="good" size={20} /> Chosen
                </>
              )}
            </span>
          </Press>
        </li>
      ))}
    </ul>
  </Panel>
);
