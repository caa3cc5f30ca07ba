import { expect, test } from "vitest";
import { compareVersions } from "./version.ts";

test.each([
  ["0.1.0", "0.1.0", 0],
  ["0.10.0", "0.9.9", 1],
  ["1", "1.0.0", 0],
  ["1.0.1", "1", 1],
  ["0.1.0-beta.2", "0.1.0", 0],
  ["0.0.9", "0.1", -1],
])("version %s against %s", (a, b, sign) => expect(Math.sign(compareVersions(a, b))).toBe(sign));
