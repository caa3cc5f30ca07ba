import { describe, expect, it } from "vitest";
import { emptyHead, projectLines } from "../store/projection.ts";
import { fileMeasurement, identified, idOf, linesOf } from "../store/testing.ts";
import { traverseOf } from "./traverse/traverse.ts";
import { fieldView, noRows, type SessionRows } from "./view.ts";

const [a, b] = [idOf(10), idOf(11)];
const [a1, a2, b1] = [idOf(21), idOf(22), idOf(23)];
const quartz = identified({ Quartz: 0.9 }, { set: ["Quartz"] });
const projection = projectLines(
  idOf(1),
  emptyHead,
  linesOf([
    { kind: "sample-created", sampleId: a, name: "LZ-07" },
    { kind: "spot-created", spotId: a1, sampleId: a, number: 1 },
    fileMeasurement(idOf(31), { sampleId: a, spotId: a1, identification: quartz }),
    { kind: "spot-created", spotId: a2, sampleId: a, number: 2 },
    { kind: "sample-created", sampleId: b, name: "LZ-08" },
    { kind: "spot-created", spotId: b1, sampleId: b, number: 1 },
  ]),
);
if (projection.fit !== "ok") throw new Error("the lines do not fit");
const rows: SessionRows = { ...projection.rows, traverse: traverseOf([]) };

describe("the Field view", () => {
  it("starts where the work stopped: the last sample and its last spot", () => {
    const view = fieldView(rows, {});
    expect(view.target).toBe("LZ-08, spot 1");
    expect(view.answer).toBeUndefined();
  });

  it("shows a chosen spot with its answer, and the sample it belongs to", () => {
    const view = fieldView(rows, { spotId: a1 });
    expect(view.sample?.name).toBe("LZ-07");
    expect(view.answer?.identification).toEqual(quartz);
    expect(view.spots.map(({ word, mark }) => ({ word, mark }))).toEqual([
      { word: "Quartz", mark: "good" },
      { word: "Empty", mark: undefined },
    ]);
  });

  it("gives the tick only to a spot that has a name", () => {
    const names = Array.from({ length: 14 }, (_, i) => `Mineral ${i}`);
    const identification = identified({ "Faujasite-Mg": 0.01 }, { set: names, unknown: 0.1 });
    const [one] = rows.measurements;
    const view = fieldView({ ...rows, measurements: [{ ...one!, identification }] }, { spotId: a1 });
    expect(view.spots[0]).toMatchObject({ word: "Not decided", mark: "unknown" });
  });

  it("says what MEASURE would make, before there is a sample", () => {
    const view = fieldView(noRows, {});
    expect(view.target).toBe("New sample, spot 1");
  });

  it("offers another technique only where a spot has several", () => {
    const [one] = rows.measurements;
    expect(fieldView(rows, { spotId: a1 }).otherTechnique).toBeUndefined();
    const both = { ...rows, measurements: [one!, { ...one!, measurementId: idOf(32), technique: "libs" as const }] };
    const view = fieldView(both, { spotId: a1 });
    expect(view.plotted?.technique).toBe("libs");
    expect(view.otherTechnique).toBe("raman");
    expect(fieldView(both, { spotId: a1, technique: "raman" }).plotted?.technique).toBe("raman");
  });
});
