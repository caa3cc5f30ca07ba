import type { ReactNode } from "react";
import { bodies, type MineralEntry } from "../../../contract/mindb.ts";
import { Trust } from "../Trust.tsx";
import { asSentence, bodyName, occurrencesOn } from "../words.ts";

/** Where the mineral was found, body by body, how much of it, and how far that can be trusted. */
export function Where({ entry }: { entry: MineralEntry }): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the list is longer than the screen and must scroll by keyboard
    <section className="where" aria-labelledby="where" tabIndex={0}>
      <h2 id="where">Where it is found</h2>
      {entry.occurrences.length === 0 && <p>No find beyond Earth in the catalogue.</p>}
      <ul>
        {bodies.flatMap((body) => {
          const finds = occurrencesOn(entry, body);
          return finds.length === 0
            ? []
            : [
                <li key={body}>
                  <h3>{bodyName[body]}</h3>
                  {finds.map((find) => (
                    <p key={`${find.setting} ${find.source}`}>
                      {asSentence(find.setting)}, {find.abundance}. <Trust confidence={find.confidence} />
                    </p>
                  ))}
                </li>,
              ];
        })}
      </ul>
    </section>
  );
}
