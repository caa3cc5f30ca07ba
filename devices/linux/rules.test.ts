import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { drivers } from "../drivers.ts";

const rules = readFileSync(fileURLToPath(new URL("60-lithoscope.rules", import.meta.url)), "utf8");

it("every maker whose USB ids a driver knows may be used by the person at the screen", () => {
  const vendors = new Set(drivers.flatMap(({ usbIds }) => usbIds.map(({ vendorId }) => vendorId)));
  const named = [...vendors].filter((id) => rules.includes(`=="${id.toString(16).padStart(4, "0")}"`));
  expect(named).toEqual([...vendors]);
  for (const line of rules.split("\n")) if (line.startsWith("SUBSYSTEM")) expect(line).toContain('TAG+="uaccess"');
});
