import { describe, expect, it, type TestContext } from "vitest";
import { LithoscopeError } from "../../contract/errors.ts";
import type { Fault } from "../simulators/ocean-obp/faults.ts";
import type { SimulatorOptions } from "../simulators/run.ts";
import type { Spectrometer } from "../spectrometer.ts";
import { type Simulated, simulate } from "../testing/simulated.ts";
import { openTransport } from "../transport/open.ts";
import { connectObp, type ObpOptions } from "./driver.ts";
import { obp } from "./messages.ts";

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
/** A fault on the second spectrum, the first that is kept: the one before is dropped after the settings changed. */
const onSpectrum = (action: Fault["action"], count = 1): SimulatorOptions["faults"] => [
  { type: obp.rawSpectrum.type, from: 2, count, action },
];

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

// The numbers are the cases of reference/protocols.md §7.2.
describe("faults on the line", () => {
  it.concurrent("1: a reply cut into pieces is one reading", async (test) => {
    const { spectrometer } = await connected(test, {
      faults: onSpectrum({ kind: "split", pieceBytes: 61, pauseMs: 2 }),
    });
    expect((await spectrometer.acquire()).counts).toHaveLength(1024);
    expect(spectrometer.counters).toMatchObject({ droppedBytes: 0, retries: 0 });
  });

  it.concurrent("2, 8: doubled, foreign and late replies are nobody's reading", async (test) => {
    const { spectrometer } = await connected(test, {
      faults: [
        { type: obp.rawSpectrum.type, from: 2, action: { kind: "duplicate" } },
        { type: obp.rawSpectrum.type, from: 3, action: { kind: "foreign", type: obp.firmware.type } },
        { type: obp.rawSpectrum.type, from: 4, action: { kind: "late" } },
      ],
    });
    await spectrometer.acquire();
    await spectrometer.acquire();
    expect(await code(spectrometer.acquire())).toBe("device-timeout");
    await spectrometer.configure({ integrationUs: 30_000, scansToAverage: 1 });
    expect((await spectrometer.acquire()).settings.integrationUs).toBe(30_000);
    expect(spectrometer.counters.lateFrames).toBeGreaterThanOrEqual(2);
  });

  it.concurrent("3: a boot banner and a false start before the reply are dropped and counted", async (test) => {
    const garbage = `${Buffer.from("boot v1.2\r\n").toString("hex")}c1c0c1c000`;
    const { spectrometer } = await connected(test, { faults: onSpectrum({ kind: "garbage", hex: garbage }) });
    expect((await spectrometer.acquire()).counts).toHaveLength(1024);
    expect(spectrometer.counters).toMatchObject({ droppedBytes: garbage.length / 2, retries: 0 });
  });

  it.concurrent("4: a cut reply is a timeout, and the next reading is whole", async (test) => {
    const { spectrometer } = await connected(test, { faults: onSpectrum({ kind: "truncate", afterBytes: 1000 }) });
    expect(await code(spectrometer.acquire())).toBe("device-timeout");
    const reading = await spectrometer.acquire();
    expect(Math.max(...reading.counts)).toBeLessThan(2000); // all dark: nothing of another frame leaked in
  });

  it.concurrent.for([
    ["header", 12 * 8],
    ["payload", 1000 * 8 + 3],
    ["checksum", 2095 * 8],
    ["footer", 2110 * 8],
  ] as const)("5: a bit flipped in the %s costs one more try", async ([, bit], test) => {
    const { spectrometer } = await connected(test, { faults: onSpectrum({ kind: "flip", bit }) });
    expect((await spectrometer.acquire()).counts).toHaveLength(1024);
    expect(spectrometer.counters.retries).toBe(1);
  });

  it.concurrent("6: a header that claims an absurd length is passed over", async (test) => {
    const header = `c1c00011${"00".repeat(36)}ffffffff`;
    const { spectrometer } = await connected(test, { faults: onSpectrum({ kind: "garbage", hex: header }) });
    expect((await spectrometer.acquire()).counts).toHaveLength(1024);
    expect(spectrometer.counters.droppedBytes).toBe(44);
  });

  it.concurrent("6: a false start with a possible length does not swallow the reply", async (test) => {
    const header = `c1c00011${"00".repeat(36)}001a0000`;
    const { spectrometer } = await connected(test, { faults: onSpectrum({ kind: "garbage", hex: header }) });
    expect((await spectrometer.acquire()).counts).toHaveLength(1024);
    expect(spectrometer.counters).toMatchObject({ droppedBytes: 44, retries: 0 });
  });

  it.concurrent("7: not ready is tried again, a refusal is told", async (test) => {
    const { spectrometer } = await connected(test, {
      faults: [
        { type: obp.rawSpectrum.type, from: 2, count: 2, action: { kind: "nack", error: 7 } },
        { type: obp.rawSpectrum.type, from: 5, action: { kind: "nack", error: 13 } },
      ],
    });
    expect((await spectrometer.acquire()).counts).toHaveLength(1024);
    expect(await code(spectrometer.acquire())).toBe("device-refused");
  });

  it.concurrent("9: a spectrum that the device still streams from its last session is not a reading of this one", async (test) => {
    const { path } = await simulator({ baud: 115_200, staleAtOpen: true }, test);
    const spectrometer = await connect(path, test, { lastBaud: 115_200 });
    await spectrometer.configure({ integrationUs: 25_000, scansToAverage: 1 });
    expect((await spectrometer.acquire()).settings.integrationUs).toBe(25_000);
    expect(spectrometer.counters.droppedBytes).toBeGreaterThan(2000);
  }, 15_000);

  it.concurrent("10: a pause in the middle of a frame is waited for", async (test) => {
    const { spectrometer } = await connected(test, { faults: onSpectrum({ kind: "stall", afterBytes: 900, ms: 450 }) });
    expect((await spectrometer.acquire()).counts).toHaveLength(1024);
  });

  it.concurrent.for([
    ["while it is idle", undefined],
    ["in the middle of a reply", onSpectrum({ kind: "die", afterBytes: 500 })],
  ] as const)("11: a cable pulled %s is one disconnect, and nothing hangs", async ([, faults], test) => {
    const { spectrometer, simulated } = await connected(test, faults ? { faults } : {});
    const ends: string[] = [];
    const ended = new Promise<void>((resolve) =>
      spectrometer.onClosed((reason) => {
        ends.push(reason.code);
        resolve();
      }),
    );
    if (faults) expect(await code(spectrometer.acquire())).toBe("device-disconnected");
    else await simulated.kill();
    await ended;
    expect(await code(spectrometer.acquire())).toBe("device-disconnected");
    await spectrometer.close();
    expect(ends).toEqual(["device-disconnected"]);
  });

  it.concurrent("13: a device left at another rate is found", async (test) => {
    const { path } = await simulator({ baud: 19_200 }, test);
    expect((await connect(path, test)).baud).toBe(115_200);
  });

  it.concurrent("13: a device that acknowledges a new rate and stays is used at the old one", async (test) => {
    const { path } = await simulator({ baud: 38_400, baudSwitch: "stays" }, test);
    const spectrometer = await connect(path, test, { lastBaud: 38_400 });
    expect(spectrometer.baud).toBe(38_400);
    expect((await spectrometer.acquire()).counts).toHaveLength(1024);
  });

  it.concurrent("14: a port that is held, missing or no port at all says so", async (test) => {
    const { simulated } = await connected(test);
    const again = { open: openTransport, settings, timing };
    expect(await code(connectObp({ ...again, path: simulated.path }))).toBe("port-busy");
    expect(await code(connectObp({ ...again, path: "/dev/ttyNOTHERE" }))).toBe("port-not-found");
    expect(await code(connectObp({ ...again, path: "/dev/null" }))).toBe("port-not-serial");
  });

  it.concurrent("a line on which nobody answers is not an instrument", async (test) => {
    const { path } = await simulator({ faults: [{ count: 1000, action: { kind: "silent" } }] }, test);
    expect(await code(connect(path, test, { timing: { ...timing, probeMs: 60 } }))).toBe("device-unknown");
  });
});
