import type { ReactNode } from "react";
import { type Context, contexts } from "../../contract/context.ts";
import { Press } from "../parts/Press.tsx";

/** A place as it stands alone. */
const contextWord: Record<Context, string> = {
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
}

/** Where the rocks come from: it helps to choose between names that the spectra leave open. */
export const PlaceTab = ({ chosen, onChoose }: PlaceProps): ReactNode => (
  <>
    <p>
      What is common at a place gains among names that the spectra leave open. A sure answer stays. Both numbers are
      shown. It counts from the next measurement on.
    </p>
    <ul className="places">
      {contexts.map((context) => (
        <li key={context}>
          <Press className="btn glove" aria-pressed={context === chosen} onPress={() => onChoose(context)}>
            {contextWord[context]}
          </Press>
        </li>
      ))}
    </ul>
  </>
);
