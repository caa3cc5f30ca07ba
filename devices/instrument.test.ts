import { describe, expect, it, type TestContext } from "vitest";
import type { DeviceState, DeviceStatus } from "../contract/device.ts";
import { LithoscopeError } from "../contract/errors.ts";
import { calibrate } from "./calibrate.ts";
import { Instrument } from "./instrument.ts";
import { connectObp } from "./ocean-obp/driver.ts";
import { obp } from "./ocean-obp/messages.ts";
import { bandsOf } from "./simulators/ocean-obp/minerals.ts";
import type { SimulatorOptions } from "./simulators/run.ts";
import { simulate } from "./testing/simulated.ts";
import { strongestBandCm1 } from "./testing/strongest-band.ts";
import { systemClock } from "./time.ts";
import { openTransport } from "./transport/open.ts";

const profile = { technique: "raman", excitationNm: 785 } as const;
const timing = { marginMs: 3000, probeMs: 1500, baudSettleMs: 60 }; // more than a busy machine hesitates
const fast = { baud: 115_200 };

/** An instrument on a plug into which simulators are put; `until` waits for a state. */
async function bench(test: TestContext, options: SimulatorOptions = fast) {
  const plugIn = async (what: SimulatorOptions) => {
    const simulated = await simulate(what);
    test.onTestFinished(() => simulated.kill());
    return simulated;
  };
  let plugged = await plugIn(options);
  let { path } = plugged;
  const seen: DeviceStatus[] = [];
  const waiting = new Set<() => void>();
  const instrument = new Instrument({
    port: "the plug",
    profile,
    onStatus: (status) => {
      seen.push(status);
      for (const check of waiting) check();
    },
    connect: (request) => connectObp({ ...request, path, lastBaud: 115_200, timing, open: openTransport }),
    clock: { ...systemClock, pause: (ms, signal) => systemClock.pause(Math.min(ms, 100), signal) },
  });
  test.onTestFinished(() => instrument.close());
  instrument.start();
  const until = (state: DeviceState) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (instrument.status.state !== state) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  await until("ready");
  return {
    instrument,
    seen,
    until,
    unplug: () => {
      path = "/dev/unplugged"; // the system gives a freed name to the next pseudo-terminal, perhaps another test's
      return plugged.kill();
    },
    plugIn: async (what: SimulatorOptions) => {
      plugged = await plugIn(what);
      path = plugged.path;
    },
  };
}

const code = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => (error instanceof LithoscopeError ? error.code : String(error)),
  );

describe("an instrument", () => {
  it.concurrent.for(["Quartz", "Calcite", "Forsterite", "Gypsum", "Diopside", "Albite"])(
    "measures %s with its strongest band within 3 cm⁻¹ of the table, light off afterwards",
    { timeout: 60_000 },
    async (mineral, test) => {
      const { instrument } = await bench(test, { ...fast, mineral, seed: 3 });
      const { dark, readings } = await instrument.measure({ exposures: 2, integrationUs: 150_000 });
      expect(readings.map((reading) => reading.settings)).toEqual(
        readings.map(() => ({ ...dark.settings, lightOn: true })),
      );
      const found = strongestBandCm1(calibrate(readings, dark, profile));
      const nearest = Math.min(
        ...bandsOf(mineral)
          .filter(({ height }) => height >= 0.65)
          .map(({ shiftCm1 }) => Math.abs(shiftCm1 - found)),
      );
      expect(nearest).toBeLessThanOrEqual(3);
      expect(instrument.status).toMatchObject({ state: "ready", lightOn: false, darkAt: dark.at });
    },
  );

  it.concurrent("tells each step, and each exposure with all before it", async (test) => {
    const { instrument, seen } = await bench(test);
    const steps: string[] = [];
    const traces: number[] = [];
    await instrument.measure({
      exposures: 2,
      onProgress: ({ step, done }) => steps.push(`${step} ${done}`),
      onExposure: (readings, dark) => traces.push(readings.length * (dark.settings.lightOn ? -1 : 1)),
    });
    expect(steps).toEqual(["dark 0", "exposing 0", "exposing 1"]);
    expect(traces).toEqual([1, 2]);
    expect(seen.map(({ state }) => state).filter((state, i, all) => state !== all[i - 1])).toEqual([
      "connecting",
      "ready",
      "measuring",
      "ready",
    ]);
    expect(seen.some(({ state, lightOn }) => state === "measuring" && lightOn)).toBe(true);
  }, 60_000);

  it.concurrent("shortens a saturating exposure and lengthens a dim one, dark included", async (test) => {
    const { instrument } = await bench(test);
    const bright = await instrument.measure({ exposures: 1, integrationUs: 800_000 });
    expect(bright.dark.settings.integrationUs).toBeLessThan(800_000);
    expect(bright.readings[0]?.settings.integrationUs).toBe(bright.dark.settings.integrationUs);
    expect(Math.max(...bright.readings[0]!.counts)).toBeLessThan(16383);
    const dim = await instrument.measure({ exposures: 1, integrationUs: 20_000 });
    expect(Math.max(...dim.readings[0]!.counts)).toBeGreaterThan(0.25 * 16383);
  }, 60_000);

  it.concurrent("stops at once: light off and confirmed, no reading, ready again", async (test) => {
    const { instrument } = await bench(test);
    const exposing = Promise.withResolvers<void>();
    const measurement = code(
      instrument.measure({
        exposures: 50,
        onExposure: () => exposing.resolve(),
      }),
    );
    await exposing.promise;
    const startMs = performance.now();
    await instrument.stopLight();
    expect(performance.now() - startMs).toBeLessThan(2000);
    expect(await measurement).toBe("cancelled");
    expect(instrument.status).toMatchObject({ state: "ready", lightOn: false });
    expect((await instrument.measure({ exposures: 1 })).readings).toHaveLength(1);
  }, 60_000);

  it.concurrent("says that the light is not confirmed when the instrument falls silent", async (test) => {
    const { instrument, until } = await bench(test, {
      ...fast,
      // light off at connect and before the dark, light on, then no answer to light off
      faults: [{ type: obp.setLampEnabled.type, from: 4, count: 100, action: { kind: "silent" } }],
    });
    expect(await code(instrument.measure({ exposures: 1 }))).toBe("light-not-confirmed");
    await until("lost");
    expect(instrument.status.problem?.code).toBe("light-not-confirmed");
  }, 60_000);

  it.concurrent("is lost when the cable is pulled, and comes back by itself as whoever is plugged in then", async (test) => {
    const { instrument, unplug, plugIn, until } = await bench(test, { ...fast, serialNumber: "DEMO-0001" });
    const measurement = code(instrument.measure({ exposures: 50 }));
    await unplug();
    expect(await measurement).toBe("device-disconnected");
    await until("lost");
    expect(await code(instrument.measure({ exposures: 1 }))).toBe("no-instrument");
    await plugIn({ ...fast, serialNumber: "DEMO-0002" });
    await until("ready");
    expect(instrument.status).toMatchObject({ id: "DEMO-0002", instrument: { serialNumber: "DEMO-0002" } });
    expect(instrument.status.problem?.sentence).toContain("DEMO-0001");
    expect((await instrument.measure({ exposures: 1 })).readings).toHaveLength(1);
  }, 60_000);

  it.concurrent("is not taken for the one that was changed for it behind the same adapter", async (test) => {
    const { instrument, until } = await bench(test, { ...fast, serialNumber: "DEMO-0001", changedAfter: 4 });
    // A dark and an exposure, each behind a spectrum that is dropped: four, then another answers.
    const [reading] = (await instrument.measure({ exposures: 1 })).readings;
    expect(reading?.instrument.serialNumber).toBe("DEMO-0001");
    expect(await code(instrument.measure({ exposures: 1 }))).toBe("device-disconnected");
    await until("ready");
    expect(instrument.status.id).toBe("DEMO-0001-new");
    expect(instrument.status.problem?.sentence).toContain("DEMO-0001");
  }, 60_000);

  it.concurrent("is connected anew after it reset itself", async (test) => {
    const { instrument, until } = await bench(test, {
      ...fast,
      faults: [{ type: obp.rawSpectrum.type, from: 2, action: { kind: "nack", error: 9 } }],
    });
    expect(await code(instrument.measure({ exposures: 1 }))).toBe("device-disconnected");
    await until("ready");
    expect((await instrument.measure({ exposures: 1 })).readings).toHaveLength(1);
  }, 60_000);

  it.concurrent("measures one spot at a time", async (test) => {
    const { instrument } = await bench(test);
    const first = instrument.measure({ exposures: 1 });
    expect(await code(instrument.measure({ exposures: 1 }))).toBe("measurement-running");
    expect((await first).readings).toHaveLength(1);
  }, 60_000);

  it("waits for a person where trying again cannot help, and tries when told", async (test) => {
    const states: DeviceStatus[] = [];
    const failed = Promise.withResolvers<void>();
    const again = Promise.withResolvers<void>();
    const instrument = new Instrument({
      port: "/dev/null",
      profile,
      onStatus: (status) => {
        states.push(status);
        if (status.state !== "failed") return;
        if (states.filter(({ state }) => state === "failed").length === 1) failed.resolve();
        else again.resolve();
      },
    });
    test.onTestFinished(() => instrument.close());
    instrument.start();
    await failed.promise;
    expect(instrument.status.problem?.code).toBe("port-not-serial");
    instrument.retry();
    await again.promise;
  });
});
