import type { ReactNode } from "react";
import { trustWords } from "./words.ts";

/** How far a claim can be trusted, in brackets; nothing for what was read in the source itself. */
export const Trust = ({ confidence }: { confidence: keyof typeof trustWords }): ReactNode =>
  confidence === "sourced" ? null : <span className="trust">({trustWords[confidence]})</span>;
