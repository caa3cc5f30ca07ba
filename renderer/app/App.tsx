import { type ReactNode, useState } from "react";
import { AboutScreen } from "../about/AboutScreen.tsx";
import { FieldScreen } from "../field/FieldScreen.tsx";
import type { Selection } from "../field/view.ts";
import { MineralsScreen } from "../minerals/MineralsScreen.tsx";
import { Rail, type Workspace } from "./Rail.tsx";

/** The frame: actions right, what is known in the middle, workspaces left. In the page's text STOP comes first. */
export function App(): ReactNode {
  const [shown, setShown] = useState<Workspace>("field");
  const [selection, setSelection] = useState<Selection>({});
  const [mineral, setMineral] = useState<string>();
  const openMineral = (name: string): void => {
    setMineral(name);
    setShown("minerals");
  };
  return (
    <div className="frame">
      {shown === "field" && <FieldScreen selection={selection} onSelect={setSelection} onOpenMineral={openMineral} />}
      {shown === "minerals" && <MineralsScreen name={mineral} onShow={setMineral} />}
      {shown === "about" && <AboutScreen />}
      <Rail shown={shown} onShow={setShown} />
      <div className="hazard" aria-hidden="true" />
    </div>
  );
}
