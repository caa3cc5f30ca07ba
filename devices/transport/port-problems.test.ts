import { expect, it } from "vitest";
import { portProblem } from "./port-problems.ts";

// What the systems say, as node-serialport passes it on (reference/protocols.md §8.2, §8.4; node-serialport #253, #938).
it.each([
  ["Error Resource temporarily unavailable Cannot lock port", "port-busy"],
  ["Opening COM3: Access denied", "port-busy"],
  ["Error: Permission denied, cannot open /dev/ttyUSB0", "port-denied"],
  ["Error: No such file or directory, cannot open /dev/ttyUSB0", "port-not-found"],
  ["Opening COM3: File not found", "port-not-found"],
  ["Error: Inappropriate ioctl for device setting custom baud rate of 115200", "port-not-serial"],
  ["Error: something that no rule knows", "port-failed"],
])("%s", (said, code) => {
  const problem = portProblem("/dev/ttyUSB0", new Error(said));
  expect(problem.code).toBe(code);
  expect(problem.sentence).toContain("/dev/ttyUSB0");
  expect(problem.hint).not.toBe("");
});
