import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JournalEvent } from "../../contract/journal.ts";
import { emptyHead, type Head, type Projected, projectLines } from "./projection.ts";
import { fileMeasurement, hashOf, identified, idOf, linesOf } from "./testing.ts";

const sessionId = idOf(1);
const [sampleId, spotId] = [idOf(2), idOf(3)];
const events: JournalEvent[] = [
  {
    kind: "session-opened",
    sessionId,
    title: "Traverse",
    station: { version: "0.1.0", host: "web" },
    publicKey: "key",
  },
  { kind: "sample-created", sampleId, name: "LZ-07" },
  { kind: "spot-created", spotId, sampleId, number: 1 },
  fileMeasurement(idOf(4), { sampleId, spotId, identification: identified({ Quartz: 0.9 }, { set: ["Quartz"] }) }),
  { kind: "torn-tail", file: "torn.bin", bytes: 12, sha256: hashOf(7) },
  { kind: "head-signed", headSeq: 5, headHash: hashOf(5), signature: "ab" },
];
const lines = linesOf(events);

function projected(head: Head, some = lines): Projected {
  const projection = projectLines(sessionId, head, some);
  if (projection.fit !== "ok") throw new Error(projection.fit);
  return projection.rows;
}

describe("projecting the journal", () => {
  it("gives each sample, spot and measurement one row, and moves the head to the last line", () => {
    const rows = projected(emptyHead);
    expect(rows.opened).toEqual({ title: "Traverse", openedAt: lines[0]!.at });
    expect(rows.samples).toEqual([{ sessionId, sampleId, seq: 2, name: "LZ-07" }]);
    expect(rows.spots).toEqual([{ sessionId, spotId, sampleId, seq: 3, number: 1 }]);
    expect(rows.measurements[0]).toMatchObject({
      seq: 4,
      spotId,
      source: { kind: "file", name: "a.txt", format: "two-column" },
    });
    expect(rows.head).toEqual({ seq: 6, hash: hashOf(6) });
  });

  it("tells a person of a torn tail", () => {
    expect(projected(emptyHead).notices[0]?.sentence).toContain("12 bytes");
  });

  it("comes to the same rows wherever the lines are cut into pages", () => {
    const whole = projected(emptyHead);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: lines.length }), fc.integer({ min: 0, max: 2 }), (cut, overlap) => {
        const first = projected(emptyHead, lines.slice(0, cut));
        const second = projected(first.head, lines.slice(Math.max(0, cut - overlap)));
        for (const table of ["samples", "spots", "measurements", "notices"] as const) {
          expect([...first[table], ...second[table]]).toEqual(whole[table]);
        }
        expect(second.head).toEqual(whole.head);
      }),
    );
  });

  it("sees a missing line", () => {
    expect(projectLines(sessionId, emptyHead, lines.slice(1)).fit).toBe("gap");
  });

  it("sees that the line at the head is another than it was", () => {
    expect(projectLines(sessionId, { seq: 3, hash: hashOf(99) }, lines.slice(2)).fit).toBe("differs");
  });

  it("sees a line that does not hang on the one before it", () => {
    expect(projectLines(sessionId, { seq: 3, hash: hashOf(99) }, lines.slice(3)).fit).toBe("differs");
  });
});
