import fc from "fast-check";
import type { ObpFrame } from "../ocean-obp/frame.ts";

/** Any frame, with C1 and C0 common in its data, so that false starts stand inside frames. */
export const anyFrame: fc.Arbitrary<ObpFrame> = fc.record({
  flags: fc.integer({ min: 0, max: 0x3f }),
  error: fc.integer({ min: 0, max: 255 }),
  type: fc.integer({ min: 0, max: 0xffffffff }),
  regarding: fc.integer({ min: 0, max: 0xffffffff }),
  md5: fc.boolean(),
  data: fc
    .array(fc.oneof(fc.constantFrom(0xc1, 0xc0, 0xc5), fc.integer({ min: 0, max: 255 })), { maxLength: 120 })
    .map((bytes) => Uint8Array.from(bytes)),
});
