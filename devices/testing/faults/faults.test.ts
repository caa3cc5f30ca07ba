import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it, vi } from "vitest";
import { Bench, host } from "./bench.ts";
import { faultCases } from "./cases.ts";
import { protocolsUnderTest, variantsUnderTest } from "./protocols.ts";
import { type FaultRow, faultTable, tableIn, withTable } from "./table.ts";

/** The long form: every cut, every number, every rate, and waits at their real length. */
const long = process.env.ASSURE === "1";
const document = new URL("../../../docs/instruments.md", import.meta.url);

const found: (FaultRow & { outcomes: Map<string, string> })[] = faultCases.map(({ number, title }) => ({
  number,
  title,
  outcomes: new Map(),
}));

// The cases wait for the line's pace and for deadlines, and hardly compute.
vi.setConfig({ maxConcurrency: 10 });

afterAll(() => host.end());

// Each case: a real line, a simulator in a process of its own at the other end (reference/protocols.md §7.2).
const played = [...protocolsUnderTest, ...(long ? variantsUnderTest : [])];
describe.each(played.map((protocol) => [protocol.name, protocol] as const))("%s", (name, protocol) => {
  it.concurrent.for(faultCases.map((faultCase, i) => [faultCase.number, faultCase.title, i] as const))(
    "%s %s",
    { timeout: long ? 3_600_000 : 120_000 },
    async ([, , i]) => {
      const bench = new Bench(protocol);
      found[i]!.outcomes.set(name, "failed");
      try {
        const notApplicable = await faultCases[i]!.run(bench, long);
        found[i]!.outcomes.set(name, notApplicable?.why ?? "passed");
      } finally {
        await bench.clear();
      }
    },
  );
});

describe("the table in docs/instruments.md", () => {
  it("is what this run found (UPDATE_DOCS=1 writes it)", ({ skip }) => {
    const ran = found.every(({ outcomes }) => protocolsUnderTest.every(({ name }) => outcomes.has(name)));
    if (!ran) skip("only some of the cases ran");
    const table = faultTable(found, protocolsUnderTest);
    const text = readFileSync(document, "utf8");
    if (process.env.UPDATE_DOCS === "1") writeFileSync(document, withTable(text, table));
    else expect(tableIn(text)).toBe(table);
  });
});
