import { describe, expect, it, type TestContext } from "vitest";
import { LithoscopeError } from "../../contract/errors.ts";
import { SimulatedUsbBus, SimulatedUsbDevice, type UsbFaultAction } from "../simulators/usb/device.ts";
import { SimulatedObpUsb, type SimulatedObpUsbOptions } from "../simulators/usb/ocean-obp.ts";
import { openUsb } from "../transport/usb.ts";
import { usbPath } from "../transport/web-usb.ts";
import { obpUsbModels } from "./models.ts";
import { connectObpUsb } from "./usb.ts";

const settings = { integrationUs: 30_000, scansToAverage: 1 };
const timing = { marginMs: 600, probeMs: 300 };

const code = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => (error instanceof LithoscopeError ? error.code : String(error)),
  );
const stamp = (counts: ArrayLike<number>) => counts[counts.length - 1];

function bench(options: SimulatedObpUsbOptions = {}) {
  const bus = new SimulatedUsbBus();
  const instrument = new SimulatedObpUsb(options);
  bus.plugIn(instrument.device);
  const open = (path: string) => openUsb(path, async () => bus);
  const connect = () => connectObpUsb({ open, path: usbPath(instrument.device), settings, timing });
  return { bus, open, instrument, connect };
}

async function connected(test: TestContext, options: SimulatedObpUsbOptions = {}) {
  const { instrument, connect } = bench(options);
  const spectrometer = await connect();
  test.onTestFinished(() => spectrometer.close());
  return { instrument, spectrometer };
}

describe("an OBP spectrometer on USB", () => {
  it.for(
    [...obpUsbModels].flatMap(([productId, { model }]) =>
      ([64, 512] as const).map((bytes) => [model.name, bytes, productId] as const),
    ),
  )(
    "%s is read whole at %i bytes a packet, the first spectrum after a change dropped",
    async ([, packetBytes, productId], test) => {
      const model = obpUsbModels.get(productId)!.model;
      const { spectrometer } = await connected(test, { productId, packetBytes });
      expect(spectrometer.identity).toMatchObject({ serialNumber: "QEP00001", driver: "ocean-obp-usb/usb" });
      expect(spectrometer.identity.model).toContain(model.name);
      const { counts, settings: taken } = await spectrometer.acquire();
      expect(counts).toHaveLength(model.pixels);
      expect(counts).toBeInstanceOf(model.pixelBytes === 4 ? Uint32Array : Uint16Array);
      expect(stamp(counts)).toBe(2);
      expect(taken).toEqual({ ...settings, lightOn: false });
    },
  );

  it("gets from a QE Pro what it exposed after the change, not what its buffer held", async (test) => {
    const { instrument, spectrometer } = await connected(test, { productId: 0x4004 });
    await spectrometer.acquire();
    for (let i = 0; i < 3; i++) instrument.buffered.push(instrument.spectrum());
    await spectrometer.configure({ integrationUs: 50_000, scansToAverage: 1 });
    expect(stamp((await spectrometer.acquire()).counts)).toBe(7);
  });

  it("waits for a pulse, where the model has a trigger", async (test) => {
    const { instrument, spectrometer } = await connected(test, { productId: 0x4000 });
    await spectrometer.setTrigger?.({ source: "pulse", waitMs: 2000 });
    const reading = spectrometer.acquire();
    setTimeout(() => instrument.pulse(), 100);
    expect((await reading).counts).toHaveLength(1024);
    await spectrometer.setTrigger?.({ source: "pulse", waitMs: 50 });
    expect(await code(spectrometer.acquire())).toBe("device-timeout");
    await spectrometer.setTrigger?.({ source: "request" });
    expect((await spectrometer.acquire()).counts).toHaveLength(1024);
    expect((await connected(test, { productId: 0x2003 })).spectrometer.setTrigger).toBeUndefined();
  });

  it("takes its lamp off when an exposure is cancelled, and leaves nothing of it behind", async (test) => {
    const { instrument, spectrometer } = await connected(test, { lamp: true });
    await spectrometer.configure({ integrationUs: 3_000_000, scansToAverage: 1 });
    await spectrometer.setLight(true);
    const stop = new AbortController();
    const reading = code(spectrometer.acquire(stop.signal));
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort();
    expect(await reading).toBe("cancelled");
    expect(instrument.lampOn).toBe(false);
    await spectrometer.configure(settings);
    expect((await spectrometer.acquire()).settings.lightOn).toBe(false);
  });

  it("is not looked for on a product that is no OBP model, nor left open", async () => {
    const bus = new SimulatedUsbBus();
    const device = new SimulatedUsbDevice({ vendorId: 0x2457, productId: 0x4fff, endpoints: [0x01, 0x81] });
    bus.plugIn(device);
    const open = (path: string) => openUsb(path, async () => bus);
    expect(await code(connectObpUsb({ open, path: usbPath(device), settings }))).toBe("device-unknown");
    expect(device.opened).toBe(false);
  });
});

// After the cases of reference/protocols.md §7.2, as far as a bus has them.
describe("faults on the bus", () => {
  /** The reply to the request for the second spectrum, the first that is kept. */
  async function onSecondSpectrum(test: TestContext, action: UsbFaultAction, count = 1) {
    const good = await connected(test);
    const before = good.instrument.device.sent; // what a connection takes
    return connected(test, { faults: [{ on: "bulkIn", from: before + 2, count, action }] });
  }

  it.for([
    ["5: a flipped bit", { kind: "flip", bit: 8 * 1000 }],
    ["4: a cut transfer", { kind: "short", bytes: 1000 }],
  ] as const)("%s costs one more try or a timeout, never a wrong reading", async ([name, action], test) => {
    const { spectrometer } = await onSecondSpectrum(test, action);
    const outcome = await code(spectrometer.acquire());
    expect(outcome).toBe(name.startsWith("5") ? "no error" : "device-timeout");
    const { counts } = await spectrometer.acquire();
    expect(counts).toHaveLength(1024);
  });

  it("8: an old reply in front is nobody's", async (test) => {
    const { spectrometer } = await onSecondSpectrum(test, { kind: "repeat" });
    expect(stamp((await spectrometer.acquire()).counts)).toBe(2);
    expect(spectrometer.counters.lateFrames).toBeGreaterThanOrEqual(1);
  });

  it("9: what an interrupted session left in the device is drained", async (test) => {
    const { instrument, connect } = bench();
    instrument.device.send(0x81, new Uint8Array(2112).fill(0xc1));
    const spectrometer = await connect();
    test.onTestFinished(() => spectrometer.close());
    expect(stamp((await spectrometer.acquire()).counts)).toBe(2);
  });

  it("10: silence is a timeout, and the next reading is right", async (test) => {
    const { spectrometer } = await onSecondSpectrum(test, { kind: "silent" });
    expect(await code(spectrometer.acquire())).toBe("device-timeout");
    expect((await spectrometer.acquire()).counts).toHaveLength(1024);
  });

  it("7: a stalled endpoint is cleared", async (test) => {
    const { spectrometer } = await onSecondSpectrum(test, { kind: "stall" });
    expect(await code(spectrometer.acquire())).toBe("device-timeout");
    expect((await spectrometer.acquire()).counts).toHaveLength(1024);
  });

  it("11: a pulled cable in mid-frame ends the reading, and is told once", async (test) => {
    const { spectrometer } = await onSecondSpectrum(test, { kind: "unplug", afterBytes: 1024 });
    let ends = 0;
    spectrometer.onClosed(() => ends++);
    expect(await code(spectrometer.acquire())).toBe("device-disconnected");
    await spectrometer.close();
    expect(ends).toBe(1);
  });
});
