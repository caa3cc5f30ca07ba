/** What the cases found: for each case, in order, the outcome of each protocol. */
export interface FaultRow {
  number: string;
  title: string;
  /** By protocol: "passed", "failed", or why the fault cannot happen to it. */
  outcomes: ReadonlyMap<string, string>;
}

const begin = "<!-- fault cases: written by the test run, see devices/testing/faults -->";
const end = "<!-- fault cases: end -->";

/** The table case × protocol as Markdown, with a note for each reason and each protocol that has one. */
export function faultTable(
  rows: readonly FaultRow[],
  protocols: readonly { name: string; unseen?: string | undefined }[],
): string {
  const notes: string[] = [];
  const note = (text: string) => {
    if (!notes.includes(text)) notes.push(text);
    return `[${notes.indexOf(text) + 1}]`;
  };
  const heads = protocols.map(({ name, unseen }) => (unseen ? `${name} ${note(unseen)}` : name));
  const cell = (outcome: string | undefined) => {
    if (outcome === "passed") return "✓";
    return outcome === undefined || outcome === "failed" ? "✗" : `– ${note(outcome)}`;
  };
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(["case", ...heads]),
    line(["---", ...heads.map(() => "---")]),
    ...rows.map(({ number, title, outcomes }) =>
      line([`${number} ${title}`, ...protocols.map(({ name }) => cell(outcomes.get(name)))]),
    ),
    "",
    ...notes.map(
      (text, i) =>
        `[${i + 1}] ${text.replace(/^./, (letter) => letter.toUpperCase())}${/[.]$/.test(text) ? "" : "."}  `,
    ),
  ]
    .join("\n")
    .trimEnd();
}

/** The part of a document between the markers. Throws if it has none. */
export function tableIn(document: string): string {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error("the document has no place for the table of fault cases");
  return document.slice(from + begin.length, to).trim();
}

/** The document with this table between the markers. */
export function withTable(document: string, table: string): string {
  return document.replace(`${begin}\n${between(document)}`, `${begin}\n\n${table}\n\n`);
}

function between(document: string): string {
  tableIn(document);
  return document.slice(document.indexOf(begin) + begin.length + 1, document.indexOf(end));
}
