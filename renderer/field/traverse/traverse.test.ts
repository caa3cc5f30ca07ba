import { expect, test } from "vitest";
import type { TraverseEvent } from "../../../contract/traverse.ts";
import type { TraverseRow } from "../../store/schema.ts";
import { hashOf, idOf } from "../../store/testing.ts";
import { evidenceOfSample, jumpWords, relationLines, renamed, traverseOf } from "./traverse.ts";

const sessionId = idOf(1);
const [a, b, spotId, procedureId] = [idOf(2), idOf(3), idOf(4), idOf(5)];
const rowsOf = (events: TraverseEvent[]): TraverseRow[] =>
  events.map((event, i) => ({
    sessionId,
    seq: i + 2,
    at: `2026-11-27T10:00:${String(i).padStart(2, "0")}.000Z`,
    event,
  }));
const file = { sha256: hashOf(9), bytes: 10, type: "image/jpeg" };

test("a sample has the last name that it was given, its bag, and its relations seen from both sides", () => {
  const traverse = traverseOf(
    rowsOf([
      { kind: "sample-renamed", sampleId: a, name: "LZ-261127-01" },
      { kind: "sample-renamed", sampleId: a, name: "LZ-261127-09" },
      { kind: "sample-bagged", sampleId: a, bag: "B-7" },
      { kind: "samples-related", sampleId: b, relation: "piece-of", toSampleId: a },
    ]),
  );
  expect(renamed([{ sessionId, sampleId: a, seq: 2, name: "Sample 1" }], traverse)[0]?.name).toBe("LZ-261127-09");
  expect(traverse.bags.get(a)).toBe("B-7");
  const nameOf = (id: string) => (id === a ? "A" : "B");
  expect(relationLines(traverse, b, nameOf)).toEqual(["piece of A"]);
  expect(relationLines(traverse, a, nameOf)).toEqual(["B is a piece of it"]);
});

test("evidence of a spot is evidence of its sample", () => {
  const traverse = traverseOf(
    rowsOf([
      { kind: "photo-added", evidenceId: idOf(10), target: { spotId }, file },
      { kind: "note-added", evidenceId: idOf(11), target: { sampleId: a }, text: "green" },
      { kind: "note-added", evidenceId: idOf(12), target: { sampleId: b }, text: "red" },
    ]),
  );
  expect(evidenceOfSample(traverse, a, [spotId]).map(({ evidenceId }) => evidenceId)).toEqual([idOf(10), idOf(11)]);
});

test("a step that was ticked and taken back is open, and each tick carries its time", () => {
  const procedure = { format: "lithoscope-procedure/1" as const, title: "Sampling", steps: ["Photo", "Bag"] };
  const traverse = traverseOf(
    rowsOf([
      { kind: "procedure-loaded", procedureId, procedure },
      { kind: "procedure-ticked", procedureId, step: 0, done: true },
      { kind: "procedure-ticked", procedureId, step: 1, done: true },
      { kind: "procedure-ticked", procedureId, step: 0, done: false },
    ]),
  );
  expect(traverse.checklists[0]?.ticked).toEqual([undefined, "2026-11-27T10:00:02.000Z"]);
});

test("a traverse is paused until it is resumed, and the astronaut's last word on a spot counts", () => {
  const events: TraverseEvent[] = [
    { kind: "traverse-paused" },
    { kind: "mineral-said", sampleId: a, spotId, name: "Olivine" },
    { kind: "mineral-said", sampleId: a, spotId, name: "Augite" },
  ];
  expect(traverseOf(rowsOf(events))).toMatchObject({ paused: true });
  expect(traverseOf(rowsOf(events)).said.get(spotId)?.name).toBe("Augite");
  expect(traverseOf(rowsOf([...events, { kind: "traverse-resumed" }])).paused).toBe(false);
});

test("a clock's jump is told with its direction", () => {
  expect(jumpWords(-7_200_000)).toBe("2\u00a0h back");
  expect(jumpWords(90_000)).toBe("2\u00a0min ahead");
});
