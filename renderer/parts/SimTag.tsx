import type { ReactNode } from "react";
import { Mark } from "./icons.tsx";

/** Stands wherever a simulated instrument or its reading is shown. */
export const SimTag = ({ word = "Simulated" }: { word?: string }): ReactNode => (
  <span className="sim">
    <Mark name="look" size={20} />
    {word}
  </span>
);
