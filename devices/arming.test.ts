import { describe, expect, it, type TestContext } from "vitest";
import type { DeviceStatus } from "../contract/device.ts";
import { LithoscopeError, toProblem } from "../contract/errors.ts";
import { DrivenSpectrometer, type Exposure, type SpectrometerPort } from "./driven.ts";
import { Instrument } from "./instrument.ts";
import { cancelled, systemClock } from "./time.ts";

/** A spectrometer whose laser has an interlock, as a protocol offers it: what is lit is read from `lit`. */
function laserPort(): SpectrometerPort & { lit: boolean; interlockClosed: boolean } {
  const listeners: ((reason: LithoscopeError) => void)[] = [];
  const device = {
    identity: { serialNumber: "L1", model: "Bench", driver: "bench/serial", simulated: true },
    maximumCounts: 65_535,
    integrationLimitsUs: { min: 1000, max: 1_000_000 },
    integrationStepUs: 1000,
    wavelengthCoefficients: [790, 0.14],
    baud: 115_200,
    counters: { droppedBytes: 0, damagedFrames: 0, lateFrames: 0, retries: 0, timeouts: 0 },
    lit: false,
    interlockClosed: true,
    light: {
      switch: async (on: boolean) => {
        device.lit = on;
        return on;
      },
      laser: { read: async () => ({ interlockClosed: device.interlockClosed, firing: device.lit }) },
    },
    setIntegrationUs: async (us: number) => us,
    expose: async ({ signal }: Exposure) => {
      if (signal?.aborted) throw cancelled();
      return Uint16Array.from({ length: 64 }, (_, i) => (device.lit ? 40_000 : 500) + (i % 7));
    },
    onClosed: (listener: (reason: LithoscopeError) => void) => void listeners.push(listener),
    close: async () => {
      for (const listener of listeners) listener(new LithoscopeError("device-disconnected", "closed", ""));
    },
  };
  return device;
}

async function bench(test: TestContext) {
  const port = laserPort();
  const seen: DeviceStatus[] = [];
  let told = (): void => {};
  const instrument = new Instrument({
    port: "bench",
    profile: { technique: "raman", excitationNm: 785 },
    onStatus: (status) => {
      seen.push(status);
      told();
    },
    connect: ({ settings, clock }) => DrivenSpectrometer.begin(port, { settings, clock }),
    clock: systemClock,
  });
  test.onTestFinished(() => instrument.close());
  const ready = new Promise<void>((resolve) => {
    told = () => instrument.status.state === "ready" && resolve();
  });
  instrument.start();
  await ready;
  return { instrument, port, seen };
}

const code = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error) => toProblem(error).code,
  );

describe("a laser that must be armed", () => {
  it("does not fire by MEASURE alone", async (test) => {
    const { instrument, port } = await bench(test);
    expect(instrument.status.laser).toEqual({ armed: false, interlockClosed: true });
    expect(await code(instrument.measure({ exposures: 1 }))).toBe("laser-not-armed");
    expect(port.lit).toBe(false);
  });

  it("fires in two steps, is off afterwards, and stays armed for the next spot", async (test) => {
    const { instrument, port, seen } = await bench(test);
    await instrument.armLaser();
    const until = instrument.status.laser?.armedUntil ?? "";
    expect(Date.parse(until)).toBeGreaterThan(Date.now());
    const { readings, dark } = await instrument.measure({ exposures: 2 });
    expect([dark.settings.lightOn, ...readings.map(({ settings }) => settings.lightOn)]).toEqual([false, true, true]);
    expect(seen.some(({ lightOn }) => lightOn === true)).toBe(true);
    expect(port.lit).toBe(false);
    expect(instrument.status).toMatchObject({ state: "ready", lightOn: false, laser: { armed: true } });
    expect(await code(instrument.measure({ exposures: 1 }))).toBe("done");
  });

  it("STOP disarms it, and says so", async (test) => {
    const { instrument } = await bench(test);
    await instrument.armLaser();
    await instrument.stopLight();
    expect(instrument.status.laser).toEqual({ armed: false, interlockClosed: true });
    expect(await code(instrument.measure({ exposures: 1 }))).toBe("laser-not-armed");
  });

  it("a cancelled measurement disarms it", async (test) => {
    const { instrument, port } = await bench(test);
    await instrument.armLaser();
    const stop = new AbortController();
    const measuring = instrument.measure({
      exposures: 50,
      signal: stop.signal,
      onProgress: ({ step }) => step === "exposing" && stop.abort(),
    });
    expect(await code(measuring)).toBe("cancelled");
    expect(port.lit).toBe(false);
    expect(instrument.status.laser?.armed).toBe(false);
  });

  it("is not armed while its interlock is open", async (test) => {
    const { instrument, port } = await bench(test);
    port.interlockClosed = false;
    expect(await code(instrument.armLaser())).toBe("interlock-open");
    expect(instrument.status.laser).toEqual({ armed: false, interlockClosed: false });
  });
});
