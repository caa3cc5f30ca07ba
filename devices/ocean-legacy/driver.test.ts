import { afterAll, describe, expect, it, type TestContext } from "vitest";
import { LithoscopeError } from "../../contract/errors.ts";
import { SimulatorHost } from "../testing/simulated.ts";
import { openTransport } from "../transport/open.ts";
import { connectLegacy, type LegacyOptions } from "./driver.ts";

type Simulated = Omit<Extract<Parameters<SimulatorHost["simulate"]>[0], { device: "ocean-legacy" }>, "device">;

const host = new SimulatorHost();
afterAll(() => host.end());

const timing = { marginMs: 1500, probeMs: 500, baudSettleMs: 60 };
const settings = { integrationUs: 20_000, scansToAverage: 1 };

/** A spectrometer on a real line. */
async function connected(test: TestContext, simulated: Simulated = {}, options: Partial<LegacyOptions> = {}) {
  const { path, kill } = await host.simulate({ device: "ocean-legacy", ...simulated });
  test.onTestFinished(kill);
  const spectrometer = await connectLegacy({ open: openTransport, path, settings, timing, ...options });
  test.onTestFinished(() => spectrometer.close());
  return spectrometer;
}

describe("an older Ocean spectrometer on RS-232", { timeout: 60_000 }, () => {
  it.concurrent("is found at its power-up rate, raised to 115200, identified, dark, and calibrated", async (test) => {
    const spectrometer = await connected(test, { serialNumber: "USB2+H01234" });
    expect(spectrometer.identity).toEqual({
      serialNumber: "USB2+H01234",
      model: "Ocean Optics spectrometer, 2048 pixels",
      firmware: "3010",
      driver: "ocean-legacy/serial",
      simulated: true,
    });
    expect(spectrometer.baud).toBe(115_200);
    expect(spectrometer.lightOn).toBe(false);
    const reading = await spectrometer.acquire();
    expect(reading.counts).toHaveLength(2048);
    expect(reading.settings).toEqual({ integrationUs: 20_000, scansToAverage: 1, lightOn: false });
    expect(reading.wavelengthCoefficients).toEqual([790, 0.071, -2.5e-6, -1.25e-10]);
  });

  it.concurrent("adds scans: the counts and what the converter holds both grow with them", async (test) => {
    const spectrometer = await connected(test, { baud: 115_200 }, { lastBaud: 115_200 });
    const mean = (counts: ArrayLike<number>) => Array.from(counts).reduce((a, b) => a + b, 0) / counts.length;
    const one = await spectrometer.acquire();
    await spectrometer.configure({ integrationUs: 20_000, scansToAverage: 15 });
    const sum = await spectrometer.acquire();
    expect(mean(sum.counts) / mean(one.counts)).toBeCloseTo(15, 1);
    expect(sum.maximumCounts).toBe(15 * one.maximumCounts);
  });

  it.concurrent.for<[string, Simulated]>([
    ["is in the mode for people", { mode: "ascii" }],
    ["leaves the mode for people by the other spelling", { mode: "ascii", toBinary: "Bb" }],
    ["acknowledges a scan before it comes", { acksScan: true }],
    ["counts its integration time in ms", { microseconds: false }],
    ["has no light", { lamp: false }],
    ["stays at its rate", { baud: 38_400, baudSwitch: "stays" }],
  ])("measures when it %s", async ([, simulated], test) => {
    const spectrometer = await connected(test, simulated);
    const reading = await spectrometer.acquire();
    expect(reading.counts).toHaveLength(2048);
    expect(reading.settings.integrationUs).toBe(20_000);
    expect(spectrometer.lightOn).toBe(simulated.lamp === false ? undefined : false);
  });

  it.concurrent("does not measure when nobody knows its wavelengths, and does when its operator tells them", async (test) => {
    const unknown = await connected(test, { slots: false });
    await expect(unknown.acquire()).rejects.toThrow(LithoscopeError);
    const described = { serialNumber: "S2000-77", wavelengthCoefficients: [340, 0.36], maximumCounts: 16_383 };
    const known = await connected(test, { slots: false }, { described });
    const reading = await known.acquire();
    expect(reading).toMatchObject({ wavelengthCoefficients: [340, 0.36], maximumCounts: 16_383 });
    expect(reading.instrument.serialNumber).toBe("S2000-77");
  });

  it.concurrent("believes no count above what its operator says that its converter holds", async (test) => {
    const spectrometer = await connected(test, { detector: "saturated" }, { described: { maximumCounts: 4095 } });
    await expect(spectrometer.acquire()).rejects.toThrow(/65535 counts where its converter ends at 4095/);
  });
});
