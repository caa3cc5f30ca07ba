import { type ReactNode, useEffect, useState } from "react";
import { AboutScreen } from "../about/AboutScreen.tsx";
import { FieldScreen } from "../field/FieldScreen.tsx";
import type { Selection } from "../field/view.ts";
import { InstrumentsScreen } from "../instruments/InstrumentsScreen.tsx";
import { MineralsScreen } from "../minerals/MineralsScreen.tsx";
import { ReviewScreen } from "../review/ReviewScreen.tsx";
import { LaserWatch } from "./LaserWatch.tsx";
import { Rail, type Workspace } from "./Rail.tsx";
import { fieldSelection, keepFieldSelection } from "./settings.ts";

/** The frame: actions right, what is known in the middle, workspaces left. In the page's text STOP comes first. */
export function App(): ReactNode {
  const [shown, setShown] = useState<Workspace>("field");
  const [selection, setSelection] = useState<Selection>(fieldSelection);
  const [mineral, setMineral] = useState<string>();
  useEffect(() => keepFieldSelection(selection), [selection]);
  const openMineral = (name: string): void => {
    setMineral(name);
    setShown("minerals");
  };
  return (
    <div className="frame">
      {shown === "field" && <FieldScreen selection={selection} onSelect={setSelection} onOpenMineral={openMineral} />}
      {shown === "review" && <ReviewScreen />}
      {shown === "instruments" && <InstrumentsScreen />}
      {shown === "minerals" && <MineralsScreen name={mineral} onShow={setMineral} selection={selection} />}
      {shown === "about" && <AboutScreen />}
      <Rail shown={shown} onShow={setShown} />
      <LaserWatch />
    </div>
  );
}
