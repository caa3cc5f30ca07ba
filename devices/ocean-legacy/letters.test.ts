import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { integrationUs, query, querySlot, unsigned, word } from "./letters.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("letters", () => {
  it("are one letter and a big-endian parameter (reference/protocols.md §2.4)", () => {
    expect(hex(word("I", 100))).toBe("490064");
    expect(hex(word("A", 15))).toBe("41000f");
    expect(hex(word("K", 6))).toBe("4b0006");
    expect(hex(word("J", 1))).toBe("4a0001");
    expect(hex(integrationUs(100_000))).toBe("69000186a0");
    expect(hex(query("i"))).toBe("3f69");
    expect(hex(querySlot(16))).toBe("3f780010");
  });

  it("carry every value of their width", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 0xffff }), (n) => unsigned(word("I", n).subarray(1)) === n));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (n) => unsigned(integrationUs(n).subarray(1)) === n),
    );
  });
});
