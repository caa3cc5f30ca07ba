import { expect, test } from "vitest";
import { Identification } from "./identification.ts";
import { JournalLine } from "./journal.ts";

// A line as version 0.1 wrote it, with checks that passed or did not and verdicts without a weight.
const stored = `{"seq":4,"prev":"${"0".repeat(63)}3","at":"2026-11-21T10:24:04.000Z","monotonicMs":4000,"event":{"kind":"measurement","measurementId":"01J00000000000000000000004","sampleId":"01J00000000000000000000002","spotId":"01J00000000000000000000003","technique":"raman","source":{"kind":"file","name":"a.txt","sha256":"${"a".repeat(64)}","bytes":10,"format":"table","technique":"raman"},"corrections":[],"identification":{"minerals":[{"name":"Quartz","probability":0.9}],"unknown":0.1,"set":{"coverage":0.9,"names":["Quartz"]},"quality":{"raman":{"verdict":"good","signalToNoise":40,"checks":[{"id":"signal-to-noise","passed":true,"value":40,"limit":6,"sentence":"Signal is 40 times the noise."},{"id":"coverage","passed":true,"value":1,"limit":0.3,"sentence":"Enough points have a value."}]},"vnir":{"verdict":"poor","signalToNoise":2,"checks":[{"id":"signal-to-noise","passed":false,"value":2,"limit":6,"sentence":"The signal does not rise above the noise."}]}},"model":{"id":"matcher","version":"1","sha256":"${"b".repeat(64)}","provider":"cpu"}},"evidence":["01J00000000000000000000004"]},"hash":"${"0".repeat(63)}4"}`;

test("a journal line of version 0.1 still reads, its checks as ok or refuse", () => {
  const { event } = JournalLine.parse(JSON.parse(stored));
  if (event.kind !== "measurement") throw new Error("another event");
  expect(event.identification.quality).toEqual({
    raman: {
      verdict: "good",
      weight: 1,
      signalToNoise: 40,
      checks: [
        {
          id: "signal-to-noise",
          state: "ok",
          weight: 1,
          value: 40,
          limit: 6,
          sentence: "Signal is 40 times the noise.",
        },
        { id: "coverage", state: "ok", weight: 1, value: 1, limit: 0.3, sentence: "Enough points have a value." },
      ],
    },
    vnir: {
      verdict: "poor",
      weight: 0,
      signalToNoise: 2,
      checks: [
        {
          id: "signal-to-noise",
          state: "refuse",
          weight: 0,
          value: 2,
          limit: 6,
          sentence: "The signal does not rise above the noise.",
        },
      ],
    },
  });
  // What is read once is of today's form and stays as it is.
  expect(Identification.parse(event.identification)).toEqual(event.identification);
});

test("a check that is of neither form is refused", () => {
  const quality = { raman: { verdict: "good", signalToNoise: 4, checks: [{ id: "flat", value: 1, limit: 0 }] } };
  expect(Identification.safeParse({ ...JSON.parse(stored).event.identification, quality }).success).toBe(false);
});
