import fc from "fast-check";
import { describe, expect, it, type TestContext } from "vitest";
import { LithoscopeError } from "../../contract/errors.ts";
import { SimulatedUsbBus } from "../simulators/usb/device.ts";
import { SimulatedWasatch, type SimulatedWasatchOptions, wasatchEeprom } from "../simulators/usb/wasatch.ts";
import type { Spectrometer } from "../spectrometer.ts";
import { openUsb } from "../transport/usb.ts";
import { usbPath } from "../transport/web-usb.ts";
import { connectWasatchUsb } from "./driver.ts";
import { pageBytes, parseEeprom } from "./eeprom.ts";
import { bigEndian, integration, littleEndian, op, tier2, wide } from "./requests.ts";

const settings = { integrationUs: 20_000, scansToAverage: 1 };
const timing = { marginMs: 500, quietMs: 30 };

const code = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => (error instanceof LithoscopeError ? error.code : String(error)),
  );
const stamp = (counts: ArrayLike<number>) => counts[counts.length - 1];
const middle = (counts: ArrayLike<number>) => counts[counts.length / 2]!;

function bench(options: SimulatedWasatchOptions = {}) {
  const bus = new SimulatedUsbBus();
  const instrument = new SimulatedWasatch(options);
  bus.plugIn(instrument.device);
  const connect = () =>
    connectWasatchUsb({
      open: (path) => openUsb(path, async () => bus),
      path: usbPath(instrument.device),
      settings,
      timing,
    });
  return { bus, instrument, connect };
}

async function connected(test: TestContext, options: SimulatedWasatchOptions = {}) {
  const { bus, instrument, connect } = bench(options);
  const spectrometer = await connect();
  test.onTestFinished(() => spectrometer.close());
  return { bus, instrument, spectrometer };
}

async function lit(spectrometer: Spectrometer): Promise<void> {
  spectrometer.laser?.arm(60_000);
  await spectrometer.setLight(true);
}

describe("the requests", () => {
  it("have none that writes the EEPROM, resets or enters the firmware loader", () => {
    const forbidden = [0xb5, 0xfe, 0xa2];
    expect(Object.values(op).filter((request) => forbidden.includes(request))).toEqual([]);
    expect(Object.values(tier2).filter((request) => (request as number) === 0x02)).toEqual([]);
  });

  it("carry 24 bits of integration time and 40 of a width", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), fc.integer({ min: 0, max: 2 ** 40 - 1 }), (ms, us) => {
        const { value, index } = integration(ms);
        expect(value + index * 65_536).toBe(ms);
        const { setup, data } = wide(op.setPulseWidthUs, us);
        expect(data).toHaveLength(8);
        expect(setup.value + setup.index * 2 ** 16 + data[0]! * 2 ** 32).toBe(us);
        expect(Math.max(setup.value, setup.index)).toBeLessThan(65_536);
      }),
    );
  });

  it("read numbers from both ends", () => {
    expect(littleEndian(Uint8Array.of(0x10, 0x27, 0))).toBe(10_000);
    expect(bigEndian(Uint8Array.of(0x02, 0x01))).toBe(513);
  });
});

describe("the EEPROM", () => {
  it("gives what an instrument is", () => {
    expect(parseEeprom(wasatchEeprom())).toMatchObject({
      format: 15,
      model: "WP-830 simulated",
      serialNumber: "WP-00001",
      detector: "S16010-1006",
      hasLaser: true,
      excitationNm: 830,
      activePixels: 1024,
      wavelengthCoefficients: [840, 0.2, -1e-5, 0].map(Math.fround),
      minimumIntegrationMs: 3,
      maximumIntegrationMs: 60_000,
      maximumLaserMw: 450,
      badPixels: [77],
    });
  });

  it("takes the fifth coefficient from format 8 on, and the excitation of older ones from page 0", () => {
    const pages = wasatchEeprom();
    new DataView(pages[2]!.buffer).setFloat32(21, 1e-12, true);
    expect(parseEeprom(pages).wavelengthCoefficients).toHaveLength(5);
    pages[0]![63] = 7;
    expect(parseEeprom(pages).wavelengthCoefficients).toHaveLength(4);
    new DataView(pages[3]!.buffer).setFloat32(36, Number.NaN, true);
    new DataView(pages[0]!.buffer).setUint16(39, 785, true);
    expect(parseEeprom(pages).excitationNm).toBe(785);
  });

  it("says what is wrong with one that cannot be used, and never throws anything else", () => {
    const blank = Array.from({ length: 8 }, () => new Uint8Array(pageBytes).fill(0xff));
    expect(() => parseEeprom(blank)).toThrow(RangeError);
    const page = fc.uint8Array({ minLength: pageBytes, maxLength: pageBytes });
    fc.assert(
      fc.property(fc.array(page, { minLength: 8, maxLength: 8 }), (pages) => {
        try {
          const { wavelengthCoefficients, activePixels } = parseEeprom(pages);
          expect(wavelengthCoefficients.every(Number.isFinite)).toBe(true);
          expect(activePixels).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});

describe("a Wasatch spectrometer on USB", () => {
  it("is identified from its EEPROM, its laser off before anything else", async (test) => {
    const { instrument, connect } = bench();
    instrument.laserEnabled = true;
    const spectrometer = await connect();
    test.onTestFinished(() => spectrometer.close());
    expect(instrument.device.requests[0]).toBe(op.setLaserEnabled);
    expect(instrument.laserEnabled).toBe(false);
    expect(spectrometer.identity).toEqual({
      serialNumber: "WP-00001",
      model: "WP-830 simulated",
      firmware: "10.2.3.4 / 02.1.23",
      driver: "wasatch-usb/usb",
      simulated: true,
    });
    expect(spectrometer.lightOn).toBe(false);
    expect(spectrometer.integrationLimitsUs).toEqual({ min: 3000, max: 60_000_000 });
    expect(spectrometer.laser?.state).toMatchObject({ interlockClosed: true, firing: false, watchdogS: 10 });
  });

  it.for([
    ["FX2, 1024 pixels", { productId: 0x1000, pixels: 1024 }],
    ["FX2, 2048 pixels on two endpoints", { productId: 0x1000, pixels: 2048 }],
    ["ARM, 2048 pixels on one", { productId: 0x4000, pixels: 2048 }],
    ["ARM, 1952 pixels at full speed", { productId: 0x4000, pixels: 1952, packetBytes: 64 as const }],
  ] as const)("reads %s, the first spectrum after a change dropped", async ([, options], test) => {
    const { spectrometer } = await connected(test, options);
    const reading = await spectrometer.acquire();
    expect(reading.counts).toHaveLength(options.pixels);
    expect(stamp(reading.counts)).toBe(2);
    expect(reading.detectorC).toBeCloseTo(5.6, 3);
    await spectrometer.configure({ integrationUs: 40_400, scansToAverage: 3 });
    const longer = await spectrometer.acquire();
    expect(longer.settings).toEqual({ integrationUs: 40_000, scansToAverage: 3, lightOn: false });
    expect(middle(longer.counts)).toBeGreaterThan(middle(reading.counts) + 20);
  });

  it("fires only when armed, and not longer after than said", async (test) => {
    const { instrument, spectrometer } = await connected(test);
    expect(await code(spectrometer.setLight(true))).toBe("laser-not-armed");
    spectrometer.laser?.arm(0);
    expect(await code(spectrometer.setLight(true))).toBe("laser-not-armed");
    expect(instrument.laserLog).toEqual([]);
    await lit(spectrometer);
    const bright = await spectrometer.acquire();
    expect(bright.settings.lightOn).toBe(true);
    expect(middle(bright.counts)).toBeGreaterThan(3000);
    await spectrometer.setLight(false);
    expect(spectrometer.laser?.armed).toBe(true);
    await spectrometer.setLight(false, { urgent: true }); // STOP
    expect(await code(spectrometer.setLight(true))).toBe("laser-not-armed");
  });

  it("does not fire through an open interlock, and drops the reading during which it opened", async (test) => {
    const { instrument, spectrometer } = await connected(test);
    instrument.interlockClosed = false;
    spectrometer.laser?.arm(60_000);
    expect(await code(spectrometer.setLight(true))).toBe("interlock-open");
    expect(instrument.laserLog).toEqual([]);
    instrument.interlockClosed = true;
    await lit(spectrometer);
    const reading = code(spectrometer.acquire());
    instrument.interlockClosed = false;
    expect(await reading).toBe("interlock-open");
    expect(instrument.laserEnabled).toBe(false);
    expect(spectrometer.laser?.armed).toBe(false);
  });

  it("keeps its watchdog fed while it fires, and goes off by itself when the station is gone", async (test) => {
    const pages = wasatchEeprom();
    new DataView(pages[3]!.buffer).setUint16(52, 1, true); // one second, as the maker set it
    const { instrument, spectrometer } = await connected(test, { pages: { 3: pages[3]! } });
    expect(spectrometer.laser?.state.watchdogS).toBe(1);
    await spectrometer.configure({ integrationUs: 1_500_000, scansToAverage: 1 });
    await lit(spectrometer);
    await spectrometer.acquire();
    expect(instrument.laserLog).toEqual([true]);
    const off = new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (instrument.laserEnabled) return;
        clearInterval(timer);
        resolve();
      }, 20);
    });
    instrument.device.unplug(); // the laser head has its own supply: nobody can command it now
    await off;
    expect(instrument.laserLog).toEqual([true, false]);
  }, 20_000);

  it("drops a reading whose laser the watchdog took off, where feeding does not help", async (test) => {
    const pages = wasatchEeprom();
    new DataView(pages[3]!.buffer).setUint16(52, 1, true);
    const { spectrometer } = await connected(test, { pages: { 3: pages[3]! }, watchdogIsFed: false });
    await spectrometer.configure({ integrationUs: 1_500_000, scansToAverage: 1 });
    await lit(spectrometer);
    expect(await code(spectrometer.acquire())).toBe("device-refused");
    expect(spectrometer.lightOn).toBe(false);
  }, 20_000);

  it("works without watchdog and interlock, and without a laser", async (test) => {
    const old = await connected(test, { hasWatchdog: false, hasInterlock: false });
    await lit(old.spectrometer);
    expect((await old.spectrometer.acquire()).settings.lightOn).toBe(true);
    expect(old.spectrometer.laser?.state).toEqual({ firing: true, powerPercent: 100 });
    const dark = await connected(test, { hasLaser: false });
    expect(dark.spectrometer.lightOn).toBeUndefined();
    expect(await code(dark.spectrometer.setLight(true))).toBe("device-refused");
    expect((await dark.spectrometer.acquire()).counts).toHaveLength(1024);
  });

  it("sets its power as a share of a period, and reads it back", async (test) => {
    const { spectrometer } = await connected(test);
    await spectrometer.laser?.setPowerPercent?.(37.5);
    expect((await spectrometer.laser?.check())?.powerPercent).toBeCloseTo(37.5, 6);
    await spectrometer.laser?.setPowerPercent?.(100);
    expect(spectrometer.laser?.state.powerPercent).toBe(100);
    expect(await code(spectrometer.laser!.setPowerPercent!(0))).toBe("device-refused");
  });

  it("switches the laser off first when an exposure is cancelled, and the abandoned spectrum is nobody's", async (test) => {
    const { instrument, spectrometer } = await connected(test);
    await spectrometer.configure({ integrationUs: 400_000, scansToAverage: 1 });
    await lit(spectrometer);
    const stop = new AbortController();
    const reading = code(spectrometer.acquire(stop.signal));
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort();
    expect(await reading).toBe("cancelled");
    expect(instrument.laserEnabled).toBe(false);
    expect(instrument.device.requests.findLast((request) => request !== op.laserEnabled)).toBe(op.setLaserEnabled);
    const next = await spectrometer.acquire();
    expect(middle(next.counts)).toBeLessThan(2500); // dark: nothing of the lit exposure leaked in
    expect(spectrometer.counters.lateFrames).toBe(1);
  }, 20_000);

  it("gives no reading of an exposure into which STOP fell", async (test) => {
    const { instrument, spectrometer } = await connected(test);
    await spectrometer.configure({ integrationUs: 300_000, scansToAverage: 1 });
    await lit(spectrometer);
    await spectrometer.acquire();
    const reading = code(spectrometer.acquire());
    await new Promise((resolve) => setTimeout(resolve, 50));
    await spectrometer.setLight(false, { urgent: true });
    expect(instrument.laserEnabled).toBe(false);
    expect(await reading).toBe("cancelled");
    expect(middle((await spectrometer.acquire()).counts)).toBeLessThan(2500);
  });

  it("waits for a pulse at the trigger input, and gives up after the time said", async (test) => {
    const { instrument, spectrometer } = await connected(test);
    await spectrometer.setTrigger?.({ source: "pulse", waitMs: 3000 });
    const reading = spectrometer.acquire();
    setTimeout(() => instrument.pulse(), 100);
    expect(stamp((await reading).counts)).toBe(2); // the stale one was taken before the trigger was set
    await spectrometer.setTrigger?.({ source: "pulse", waitMs: 50 });
    expect(await code(spectrometer.acquire())).toBe("device-timeout");
    await spectrometer.setTrigger?.({ source: "request" });
    expect((await spectrometer.acquire()).counts).toHaveLength(1024);
  });
});

// After the cases of reference/protocols.md §7.2, as far as a bus has them.
describe("faults on the bus", () => {
  const onSpectrum = (action: NonNullable<SimulatedWasatchOptions["faults"]>[number]["action"], count = 1) => ({
    faults: [{ on: "bulkIn" as const, which: 0x82, from: 2, count, action }],
  });

  it.for([
    ["4: cut short", { kind: "short" as const, bytes: 1000 }],
    ["6: too long", { kind: "long" as const, bytes: 100 }],
    ["8: an old spectrum in front", { kind: "repeat" as const }],
  ] as const)("%s: one more try, and the reading is whole", async ([, action], test) => {
    const { spectrometer } = await connected(test, onSpectrum(action));
    const reading = await spectrometer.acquire();
    expect(reading.counts).toHaveLength(1024);
    expect(stamp(reading.counts)).toBe(3);
    expect(spectrometer.counters.retries).toBe(1);
  });

  it("5: twice damaged is refused", async (test) => {
    const { spectrometer } = await connected(test, onSpectrum({ kind: "short", bytes: 2046 }, 2));
    expect(await code(spectrometer.acquire())).toBe("device-protocol");
    expect((await spectrometer.acquire()).counts).toHaveLength(1024);
  });

  it("7: a stall is a refusal, and the next reading works", async (test) => {
    const { spectrometer } = await connected(test, onSpectrum({ kind: "stall" }));
    expect(await code(spectrometer.acquire())).toBe("device-refused");
    expect((await spectrometer.acquire()).counts).toHaveLength(1024);
  });

  it("9: what an interrupted session left in the device is drained", async (test) => {
    const { instrument, connect } = bench({ pixels: 2048 });
    instrument.device.send(0x82, new Uint8Array(2048).fill(7));
    instrument.device.send(0x86, new Uint8Array(2048).fill(7));
    const spectrometer = await connect();
    test.onTestFinished(() => spectrometer.close());
    const { counts } = await spectrometer.acquire();
    expect(stamp(counts)).toBe(2);
    expect(counts.every((count) => count !== 0x0707)).toBe(true);
    expect(spectrometer.counters.droppedBytes).toBe(4096);
  });

  it("10: silence is a timeout at the deadline, and the spectrum that comes too late is not the next one", async (test) => {
    const { spectrometer } = await connected(test, onSpectrum({ kind: "delay", ms: 700 }));
    expect(await code(spectrometer.acquire())).toBe("device-timeout");
    await new Promise((resolve) => setTimeout(resolve, 300)); // now it has come
    expect(stamp((await spectrometer.acquire()).counts)).toBe(4);
  });

  it("11: a pulled cable ends the exposure, is told once, and the laser is not believed off", async (test) => {
    const { instrument, spectrometer } = await connected(test, onSpectrum({ kind: "unplug", afterBytes: 1024 }));
    let ends = 0;
    spectrometer.onClosed(() => ends++);
    await lit(spectrometer);
    expect(await code(spectrometer.acquire())).toBe("device-disconnected");
    expect(instrument.device.plugged).toBe(false);
    expect(spectrometer.lightOn).toBe(true);
    await spectrometer.close();
    expect(ends).toBe(1);
  });

  it("12: another instrument at the socket is another serial number", async (test) => {
    const { bus, instrument } = await connected(test);
    instrument.device.unplug();
    const other = new SimulatedWasatch({ serialNumber: "WP-00002" });
    bus.plugIn(other.device);
    const open = (path: string) => openUsb(path, async () => bus);
    expect(await code(connectWasatchUsb({ open, path: "usb:24aa:1000:WP-00001", settings }))).toBe("port-not-found");
    const spectrometer = await connectWasatchUsb({ open, path: usbPath(other.device), settings, timing });
    test.onTestFinished(() => spectrometer.close());
    expect(spectrometer.identity.serialNumber).toBe("WP-00002");
  });

  it("15: closing sends laser off first", async (test) => {
    const { instrument, spectrometer } = await connected(test);
    await lit(spectrometer);
    await spectrometer.close();
    expect(instrument.laserLog).toEqual([true, false]);
  });

  it("an EEPROM that was never programmed is no instrument to measure with", async () => {
    const { connect } = bench({ pages: { 1: new Uint8Array(64).fill(0xff) } });
    expect(await code(connect())).toBe("device-uncalibrated");
  });
});
