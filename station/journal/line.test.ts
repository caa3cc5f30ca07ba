import fc from "fast-check";
import { expect, it } from "vitest";
import { isSealed, noHash, parseLine, sealLine } from "./line.ts";
import { measured, note } from "./scenario.ts";

const draft = { seq: 1, prev: noHash, at: "2031-06-01T00:00:00.000Z", monotonicMs: 1.5 };

it("a line comes back from its bytes as it went in, arrays and any text included", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }).map(note), fc.constant(measured(1))), (event) => {
      const { line, bytes } = sealLine({ ...draft, event });
      expect(bytes.indexOf(10), "a newline ends the line and stands nowhere else").toBe(bytes.length - 1);
      expect(isSealed(bytes.subarray(0, -1))).toBe(true);
      expect(parseLine(bytes.subarray(0, -1))).toEqual(line);
    }),
  );
});

it("no bytes but the written ones are taken for a whole line", () => {
  const bytes = sealLine({ ...draft, event: note("a") }).bytes.subarray(0, -1);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = bytes.slice();
      changed[at]! ^= flip;
      expect(isSealed(changed)).toBe(false);
      expect(isSealed(bytes.subarray(0, at))).toBe(false);
    }),
  );
});

it("the hash is the SHA-256 of the text before it, so that other programs can check it", () => {
  const { bytes } = sealLine({ ...draft, event: note("a") });
  const text = Buffer.from(bytes).toString();
  expect(text).toMatch(
    /^\{"seq":1,"prev":"0{64}","at":"[^"]+","monotonicMs":1.5,"event":\{.*\},"hash":"[0-9a-f]{64}"\}\n$/,
  );
});
