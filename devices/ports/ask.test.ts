import { describe, expect, it, type TestContext } from "vitest";
import { LithoscopeError } from "../../contract/errors.ts";
import { drivers } from "../drivers.ts";
import type { SimulatorOptions } from "../simulators/run.ts";
import { simulate } from "../testing/simulated.ts";
import { openTransport } from "../transport/open.ts";
import { askLine } from "./ask.ts";
import { askPlan } from "./plan.ts";

const open = openTransport;
async function plugIn(test: TestContext, options: SimulatorOptions) {
  const simulated = await simulate(options);
  test.onTestFinished(() => simulated.kill());
  return simulated.path;
}
const ask = (path: string, signal = new AbortController().signal) =>
  askLine(path, askPlan(drivers, {}), { open, signal });

describe("asking a line", () => {
  it.concurrent.for([9600, 57_600, 115_200])(
    "finds an OBP instrument at %i baud by its serial number",
    async (baud, test) => {
      const path = await plugIn(test, { serialNumber: "S05507", baud });
      expect(await ask(path)).toMatchObject({
        driver: { id: "ocean-obp" },
        recognised: { serialNumber: "S05507" },
        baud,
      });
    },
  );

  it.concurrent("finds it although it streams the spectrum of its last session", async (test) => {
    const path = await plugIn(test, { serialNumber: "S05507", baud: 9600, staleAtOpen: true });
    expect(await ask(path)).toMatchObject({ recognised: { serialNumber: "S05507" } });
  });

  it.concurrent("gives the port free, and finds who is there again", async (test) => {
    const path = await plugIn(test, { device: "gnss" });
    for (let i = 0; i < 2; i++) {
      expect(await ask(path)).toMatchObject({
        driver: { id: "gnss" },
        recognised: { model: expect.stringContaining("GN") },
      });
    }
  });

  it.concurrent("stops when it is told to", async (test) => {
    const path = await plugIn(test, { bootMs: 60_000 });
    const stop = new AbortController();
    const asked = ask(path, stop.signal);
    stop.abort();
    await expect(asked).rejects.toMatchObject({ code: "cancelled" });
  });

  it("says why a port cannot be asked", async () => {
    await expect(ask("/dev/null")).rejects.toBeInstanceOf(LithoscopeError);
    await expect(ask("/dev/none")).rejects.toMatchObject({ code: "port-not-found" });
  });
});
