import { describe, expect, it } from "vitest";
import { nextState } from "./presence.ts";

describe("presence of an instrument", () => {
  it("comes back through connecting after it was lost while measuring", () => {
    expect(nextState("measuring", "vanished")).toBe("lost");
    expect(nextState("lost", "retry")).toBe("connecting");
    expect(nextState("connecting", "connected")).toBe("ready");
  });

  it("cannot measure unless it is ready", () => {
    for (const state of ["connecting", "measuring", "lost", "failed"] as const) {
      expect(() => nextState(state, "measure")).toThrow(state);
    }
  });
});
