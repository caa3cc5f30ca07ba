import type { ReactNode } from "react";
import { formulaParts } from "../display/formula.ts";

const tags = { base: "span", sub: "sub", super: "sup" } as const;

/** A chemical formula with real subscripts and superscripts. */
export function Formula({ text }: { text: string }): ReactNode {
  return (
    <span className="formula">
      {formulaParts(text).map((part, i) => {
        const Tag = tags[part.level];
        // The parts of one formula never change places.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        return <Tag key={i}>{part.text}</Tag>;
      })}
    </span>
  );
}
