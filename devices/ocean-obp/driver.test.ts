import { describe, expect, it, type TestContext } from "vitest";
import { LithoscopeError } from "../../contract/errors.ts";
import type { SimulatorOptions } from "../simulators/run.ts";
import type { Spectrometer } from "../spectrometer.ts";
import { type Simulated, simulate } from "../testing/simulated.ts";
import { openTransport } from "../transport/open.ts";
import { connectObp, type ObpOptions } from "./driver.ts";

/** Real lines, a real process at the other end; only the waits are shorter than on a campaign. */
const timing = { marginMs: 900, probeMs: 400, baudSettleMs: 60 };
const settings = { integrationUs: 20_000, scansToAverage: 1 };

async function simulator(options: SimulatorOptions, { onTestFinished }: TestContext): Promise<Simulated> {
  const simulated = await simulate(options);
  onTestFinished(() => simulated.kill());
  return simulated;
}

async function connect(path: string, test: TestContext, options: Partial<ObpOptions> = {}): Promise<Spectrometer> {
  const spectrometer = await connectObp({ open: openTransport, path, settings, timing, ...options });
  test.onTestFinished(() => spectrometer.close());
  return spectrometer;
}

/** A connected spectrometer whose simulator runs at 115200 from the start. */
async function connected(test: TestContext, options: SimulatorOptions = {}) {
  const simulated = await simulator({ baud: 115_200, ...options }, test);
  return { simulated, spectrometer: await connect(simulated.path, test, { lastBaud: 115_200 }) };
}

const code = async (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => (error instanceof LithoscopeError ? error.code : String(error)),
  );
describe("a spectrometer on a real serial line", () => {
  it("is found at its power-up rate, raised to 115200, identified, dark, and calibrated", async (test) => {
    const { path } = await simulator({ serialNumber: "DEMO-0042" }, test);
    const spectrometer = await connect(path, test);
    expect(spectrometer.identity).toEqual({
      serialNumber: "DEMO-0042",
      model: "Lithoscope demo spectrometer (simulated, 785 nm Raman)",
      firmware: "0100",
      driver: "ocean-obp/serial",
      simulated: true,
    });
    expect(spectrometer.baud).toBe(115_200);
    expect(spectrometer.maximumCounts).toBe(16383);
    expect(spectrometer.lightOn).toBe(false);

    const reading = await spectrometer.acquire();
    expect(reading.counts).toHaveLength(1024);
    expect(reading.settings).toEqual({ integrationUs: 20_000, scansToAverage: 1, lightOn: false });
    expect(reading.wavelengthCoefficients[0]).toBe(790);
    expect(reading.detectorC).toBeGreaterThan(20);
  });

  it("is much brighter with its light on, and carries the settings that it acknowledged", async (test) => {
    const { spectrometer } = await connected(test);
    const mean = (counts: Uint16Array | Uint32Array) => Array.from(counts).reduce((a, b) => a + b, 0) / counts.length;
    const dark = await spectrometer.acquire();
    await spectrometer.setLight(true);
    await spectrometer.configure({ integrationUs: 50_000, scansToAverage: 2 });
    const bright = await spectrometer.acquire();
    expect(bright.settings).toEqual({ integrationUs: 50_000, scansToAverage: 2, lightOn: true });
    expect(mean(bright.counts)).toBeGreaterThan(mean(dark.counts) + 300);
  });

  it("refuses an integration time that the instrument refuses", async (test) => {
    const { spectrometer } = await connected(test);
    expect(await code(spectrometer.configure({ integrationUs: 5, scansToAverage: 1 }))).toBe("device-refused");
  });

  it("reads at 9600 baud at the line's pace: 2.2 s for a spectrum", async (test) => {
    const { path } = await simulator({}, test);
    const spectrometer = await connect(path, test, { wantedBaud: 9600 });
    const startMs = performance.now();
    await spectrometer.acquire(); // two spectra: the first after the settings is dropped
    const tookMs = performance.now() - startMs;
    expect(tookMs).toBeGreaterThan(2 * 2200);
    expect(tookMs).toBeLessThan(2 * 2200 + 1500);
  }, 15_000);

  it("switches its light off at once when the exposure under way is cancelled", async (test) => {
    const { path } = await simulator({ baud: 115_200 }, test);
    let onWrite = (_: Uint8Array) => {};
    const spectrometer = await connect(path, test, {
      lastBaud: 115_200,
      open: async (where, baud) => {
        const transport = await openTransport(where, baud);
        const write = async (bytes: Uint8Array) => {
          await transport.write(bytes);
          onWrite(bytes);
        };
        return { ...transport, write };
      },
    });
    await spectrometer.configure({ integrationUs: 20_000_000, scansToAverage: 1 });
    await spectrometer.setLight(true);
    const asked = new Promise<void>((resolve) => {
      onWrite = () => resolve();
    });
    const stop = new AbortController();
    const reading = code(spectrometer.acquire(stop.signal));
    await asked;
    const startMs = performance.now();
    stop.abort();
    expect(await reading).toBe("cancelled");
    expect(spectrometer.lightOn).toBe(false);
    expect(performance.now() - startMs).toBeLessThan(1000);
  });

  it("works over a loopback socket where there are no pseudo-terminals", async (test) => {
    const { path } = await simulator({ port: "tcp" }, test);
    const spectrometer = await connect(path, test);
    expect(path).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
    expect(spectrometer.identity.driver).toBe("ocean-obp/tcp");
    expect((await spectrometer.acquire()).counts).toHaveLength(1024);
  });
});

describe("variants that the sources leave open", () => {
  it.concurrent.for<[string, SimulatorOptions]>([
    [
      "ACK without the response bit, no token echo, no checksums",
      { ackFlags: "ack", echoesToken: false, checksums: false },
    ],
    ["the ACK of a new rate comes at the new rate", { baudSwitch: "ack-at-new" }],
    ["a new rate is not acknowledged", { baudSwitch: "no-ack" }],
  ])("%s", async ([, options], test) => {
    const { path } = await simulator(options, test);
    const spectrometer = await connect(path, test);
    expect(spectrometer.baud).toBe(115_200);
    expect((await spectrometer.acquire()).counts).toHaveLength(1024);
  });
});

// What a bad line can do is played in devices/testing/faults.
describe("a silent line", () => {
  it("is not an instrument", async (test) => {
    const { path } = await simulator({ faults: [{ count: 1000, action: { kind: "silent" } }] }, test);
    expect(await code(connect(path, test, { timing: { ...timing, probeMs: 60 } }))).toBe("device-unknown");
  });
});
