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
  { kind: "traverse-planned", title: "Tinguatón 4", site: "LZ", crew: ["Kilo"], plan: "" },
  { kind: "sample-renamed", sampleId, name: "LZ-261127-01" },
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
    expect(rows.opened).toEqual({ title: "Tinguatón 4", openedAt: lines[0]!.at });
    expect(rows.samples).toEqual([{ sessionId, sampleId, seq: 2, name: "LZ-07" }]);
    expect(rows.spots).toEqual([{ sessionId, spotId, sampleId, seq: 3, number: 1 }]);
    expect(rows.measurements[0]).toMatchObject({
      seq: 4,
      spotId,
      source: { kind: "file", name: "a.txt", format: "two-column" },
    });
    expect(rows.traverse.map(({ seq, event }) => [seq, event.kind])).toEqual([
      [7, "traverse-planned"],
      [8, "sample-renamed"],
    ]);
    expect(rows.head).toEqual({ seq: 8, hash: hashOf(8) });
  });

  it("keeps where it was measured, and that a playback gave the file", () => {
    const measured = fileMeasurement(idOf(9), { sampleId: idOf(1), spotId: idOf(2), identification: identified({}) });
    if (measured.kind !== "measurement" || measured.source.kind !== "file") throw new Error("it is a file");
    const position = {
      ...{ latitudeDeg: 13.6, longitudeDeg: 40.67, fixedAt: "2026-11-21T10:24:00.000Z", ageMs: 300 },
      ...{ quality: "gps" as const, simulated: false },
    };
    const instrument = { serialNumber: "replay:1", model: "Playback", driver: "replay/file", simulated: true };
    const rows = projected(emptyHead, linesOf([{ ...measured, position, source: { ...measured.source, instrument } }]));
    expect(rows.measurements[0]).toMatchObject({ position, source: { kind: "file", instrument } });
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
        for (const table of ["samples", "spots", "measurements", "notices", "traverse"] as const) {
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
