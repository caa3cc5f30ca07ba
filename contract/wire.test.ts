import fc from "fast-check";
import { expect, test } from "vitest";
import { decode, encode } from "./wire.ts";

const typedArray = fc.oneof(fc.uint8Array(), fc.uint16Array(), fc.uint32Array(), fc.float32Array(), fc.float64Array());
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.boolean(),
    fc.integer(),
    typedArray,
    fc.array(tie("any")),
    fc.dictionary(fc.stringMatching(/^[a-z]+$/), tie("any")),
  ),
})).any;

test("what is encoded comes back, typed arrays with their type and every bit", () => {
  fc.assert(
    fc.property(value, (v) => {
      expect(decode(encode(v))).toEqual(v);
    }),
  );
});

test("a message is one line", () => {
  fc.assert(
    fc.property(value, (v) => {
      expect(encode({ v })).not.toContain("\n");
    }),
  );
});

test("uint16 counts stand little-endian in base64", () => {
  expect(encode(new Uint16Array([1, 0x0203]))).toBe('{"$u16":"AQADAg=="}');
});

test("an array that was cut is refused, not shortened", () => {
  expect(() => decode('{"$f64":"AAAA"}')).toThrow(RangeError);
});

test("NaN is carried in arrays and refused as a number, since JSON would turn it into null", () => {
  expect(decode(encode(new Float64Array([Number.NaN])))).toEqual(new Float64Array([Number.NaN]));
  expect(() => encode({ shiftCm1: Number.NaN })).toThrow(TypeError);
});
