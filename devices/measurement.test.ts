import { describe, expect, it, type TestContext } from "vitest";
import { LithoscopeError } from "../contract/errors.ts";
import { type MeasurementRequest, measureSpot } from "./measurement.ts";
import { SimulatedUsbBus } from "./simulators/usb/device.ts";
import { SimulatedWasatch, type SimulatedWasatchOptions } from "./simulators/usb/wasatch.ts";
import { openUsb } from "./transport/usb.ts";
import { usbPath } from "./transport/web-usb.ts";
import { connectWasatchUsb } from "./wasatch-usb/driver.ts";

const settings = { integrationUs: 20_000, scansToAverage: 1 };
const timing = { marginMs: 500, quietMs: 20 };

const code = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => (error instanceof LithoscopeError ? error.code : String(error)),
  );

/** A Raman spectrometer on a simulated bus, its laser armed. */
async function armed(test: TestContext, options: SimulatedWasatchOptions = {}) {
  const bus = new SimulatedUsbBus();
  const instrument = new SimulatedWasatch(options);
  bus.plugIn(instrument.device);
  const open = (path: string) => openUsb(path, async () => bus);
  const spectrometer = await connectWasatchUsb({ open, path: usbPath(instrument.device), settings, timing });
  test.onTestFinished(() => spectrometer.close());
  spectrometer.laser?.arm(60_000);
  return { instrument, spectrometer };
}

const never = new AbortController().signal;

describe("a measurement", () => {
  it("aims at a well filled detector, backs off from a saturated one, and keeps one set of settings", async (test) => {
    const { spectrometer } = await armed(test);
    const dim = await measureSpot(spectrometer, { exposures: 2 }, { ...settings, integrationUs: 5000 }, never);
    expect(Math.max(...dim.readings[0]!.counts)).toBeGreaterThan(0.25 * 65_535);
    expect(new Set([dim.dark, ...dim.readings].map((reading) => reading.settings.integrationUs)).size).toBe(1);
    const bright = await measureSpot(spectrometer, { exposures: 1 }, { ...settings, integrationUs: 900_000 }, never);
    expect(Math.max(...bright.readings[0]!.counts)).toBeLessThan(65_535);
  }, 20_000);

  it("begins within the instrument's limits, whatever the last instrument's settings were", async (test) => {
    const { spectrometer } = await armed(test);
    const start = { integrationUs: 10, scansToAverage: 1 };
    const { dark } = await measureSpot(spectrometer, { exposures: 1, fixedExposure: true }, start, never);
    expect(dark.settings.integrationUs).toBe(3000);
  });

  it("takes as many exposures as its time allows, and no fewer than asked", async (test) => {
    const { spectrometer } = await armed(test);
    const fixed = { exposures: 2, fixedExposure: true } as const;
    // 20 ms of light and 60 ms of everything else for each.
    expect((await measureSpot(spectrometer, { ...fixed, budgetMs: 500 }, settings, never)).readings).toHaveLength(6);
    expect((await measureSpot(spectrometer, { ...fixed, budgetMs: 10 }, settings, never)).readings).toHaveLength(2);
  });

  it("is a burst of pulses where the instrument has a trigger input, the dark before it without one", async (test) => {
    const { instrument, spectrometer } = await armed(test);
    const pulses = setInterval(() => instrument.pulse(), 90);
    test.onTestFinished(() => clearInterval(pulses));
    const request = { exposures: 4, fixedExposure: true, trigger: { source: "pulse", waitMs: 2000 } } as const;
    const { dark, readings } = await measureSpot(spectrometer, request, settings, never);
    expect([dark, ...readings].map((reading) => reading.settings.lightOn)).toEqual([false, true, true, true, true]);
    clearInterval(pulses);
    expect((await spectrometer.acquire()).counts).toHaveLength(1024); // it answers requests again
  });

  it("says that there is no trigger input before any light goes on", async (test) => {
    const { instrument, spectrometer } = await armed(test, { productId: 0x4000 });
    const request = { exposures: 1, trigger: { source: "pulse", waitMs: 100 } } as const;
    expect(await code(measureSpot(spectrometer, request, settings, never))).toBe("device-refused");
    expect(instrument.laserLog).toEqual([]);
  });

  it.for<[string, MeasurementRequest]>([
    ["in a burst", { exposures: 500, fixedExposure: true }],
    ["within a budget", { exposures: 1, fixedExposure: true, budgetMs: 60_000 }],
    ["while it waits for a pulse", { exposures: 1, fixedExposure: true, trigger: { source: "pulse", waitMs: 60_000 } }],
  ])("cancelled %s has its laser off first", { timeout: 20_000 }, async ([, request], test) => {
    const { instrument, spectrometer } = await armed(test);
    const stop = new AbortController();
    const measured = code(measureSpot(spectrometer, request, settings, stop.signal));
    const lit = () => instrument.laserEnabled;
    await expect.poll(lit, { timeout: 10_000, interval: 5 }).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 60));
    stop.abort();
    expect(await measured).toBe("cancelled");
    expect(lit()).toBe(false);
    expect(spectrometer.laser?.armed).toBe(false);
  });
});
