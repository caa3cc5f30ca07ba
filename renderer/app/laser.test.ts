import { describe, expect, it } from "vitest";
import type { LaserState } from "../station/live.ts";
import { soundOf, spokenLaser } from "./laser.ts";

const states: readonly LaserState[] = ["on", "off", "none", "unknown"];

describe("the laser to the ear", () => {
  it("going on is heard whatever was known before", () => {
    for (const before of states) expect(soundOf(before, "on")).toBe(before === "on" ? undefined : "on");
  });

  it("a light that was on and of which nothing is known any more is an alarm, not silence", () => {
    expect(soundOf("on", "off")).toBe("off");
    expect(soundOf("on", "unknown")).toBe("alarm");
    expect(soundOf("on", "none")).toBe("alarm");
  });

  it("nothing is heard when an instrument comes or goes with its laser off", () => {
    for (const before of ["off", "none", "unknown"] as const) {
      for (const now of ["off", "none", "unknown"] as const) expect(soundOf(before, now)).toBeUndefined();
    }
  });

  it("each state has its own sentence, and a confirmed stop is said as such", () => {
    const said = states.map((state) => spokenLaser(state, { state: "none" }, false));
    expect(new Set(said).size).toBe(states.length);
    expect(spokenLaser("off", { state: "confirmed", at: "2026-11-21T10:24:31.000Z" }, false)).toContain("stopped");
  });

  it("an armed laser is said to be armed, also after an earlier stop; one that is on is said to be on", () => {
    const stopped = { state: "confirmed", at: "2026-11-21T10:24:31.000Z" } as const;
    expect(spokenLaser("off", stopped, true)).toContain("armed");
    expect(spokenLaser("on", stopped, true)).toBe("Laser on.");
  });
});
