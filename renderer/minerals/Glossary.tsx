import type { ReactNode } from "react";
import type { CatalogueTables } from "../../contract/mindb.ts";
import { plain } from "./search/index.ts";
import { asSentence } from "./words.ts";

/** The words of the app. Those whose word has what was typed come before those whose text has it. */
export function Glossary({ glossary, typed }: { glossary: CatalogueTables["glossary"]; typed: string }): ReactNode {
  const wanted = plain(typed.trim());
  const inTerm = glossary.filter(({ term }) => plain(term).includes(wanted));
  const inText = glossary.filter((row) => !inTerm.includes(row) && plain(row.text).includes(wanted));
  const found = [...inTerm, ...inText];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the list is longer than the screen and must scroll by keyboard
    <section className="entry" aria-label="Terms" tabIndex={0}>
      <h2 className="small">Terms</h2>
      {found.length === 0 && <p>No term with these letters.</p>}
      <dl className="terms">
        {found.map(({ term, text }) => (
          <div key={term}>
            <dt>{asSentence(term)}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
