import fc from "fast-check";
import { describe, expect, it, type TestContext } from "vitest";
import { LithoscopeError } from "../../contract/errors.ts";
import { SimulatedUsbBus, SimulatedUsbDevice, type UsbFaultAction } from "../simulators/usb/device.ts";
import { SimulatedLegacyUsb, type SimulatedLegacyUsbOptions } from "../simulators/usb/ocean-legacy.ts";
import { openUsb } from "../transport/usb.ts";
import { usbPath } from "../transport/web-usb.ts";
import { command, decodeStatus, setIntegration, setLamp, slotData, slotNumber, slotText } from "./commands.ts";
import { connectLegacyUsb } from "./driver.ts";
import { legacyModels, spectrumBytes } from "./models.ts";
import { decodeSpectrum, encodeSpectrum, syncByte } from "./spectrum.ts";

const settings = { integrationUs: 20_000, scansToAverage: 1 };
const timing = { marginMs: 500, replyMs: 400, initialiseMs: 5, quietMs: 30 };
const models = [...legacyModels];

const code = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => (error instanceof LithoscopeError ? error.code : String(error)),
  );
const stamp = (counts: ArrayLike<number>) => counts[counts.length - 1];

function bench(options: SimulatedLegacyUsbOptions = {}) {
  const bus = new SimulatedUsbBus();
  const instrument = new SimulatedLegacyUsb(options);
  bus.plugIn(instrument.device);
  const open = (path: string) => openUsb(path, async () => bus);
  const connect = () => connectLegacyUsb({ open, path: usbPath(instrument.device), settings, timing });
  return { bus, open, instrument, connect };
}

async function connected(test: TestContext, options: SimulatedLegacyUsbOptions = {}) {
  const { instrument, connect } = bench(options);
  const spectrometer = await connect();
  test.onTestFinished(() => spectrometer.close());
  return { instrument, spectrometer };
}

describe("the commands", () => {
  it("have none that writes the EEPROM or a register", () => {
    expect(Object.values(command).filter((byte) => [0x06, 0x6a].includes(byte as number))).toEqual([]);
  });

  it("carry the integration time in the model's unit and width", () => {
    const bytes = (productId: number, us: number) => [...setIntegration(us, legacyModels.get(productId)!)];
    expect(bytes(0x101e, 100_000)).toEqual([0x02, 0xa0, 0x86, 0x01, 0x00]); // USB2000+, µs
    expect(bytes(0x1002, 100_000)).toEqual([0x02, 100, 0, 0, 0]); // USB2000, ms
    expect(bytes(0x1004, 300_000)).toEqual([0x02, 0x2c, 0x01]); // ADC1000, ms in 16 bits
    expect([...setLamp(true)]).toEqual([0x03, 1, 0]);
  });

  it("are answered by slots of ASCII, and by a status", () => {
    const reply = Uint8Array.from([0x05, 2, ...Buffer.from("-1.5E-05\0\0\0\0\0\0\0")]);
    expect(slotNumber(slotData(reply, 2))).toBe(-1.5e-5);
    expect(() => slotData(reply, 3)).toThrow(RangeError);
    expect(() => slotText(new Uint8Array(15).fill(0xff))).toThrow(RangeError);
    expect(() => slotNumber(Buffer.from("none"))).toThrow(RangeError);
    const status = Uint8Array.from([0, 8, 0xa0, 0x86, 1, 0, 1, 3, 0, 0, 0, 0, 0, 0, 0x80, 0]);
    expect(decodeStatus(status)).toEqual({ integrationUs: 100_000, lampOn: true, triggerMode: 3 });
  });
});

describe("a spectrum on the bus", () => {
  it.each(models)(
    "of product %i comes back as it was packed, and is never accepted cut or without its end",
    (_, model) => {
      const count = fc.integer({ min: 0, max: model.maximumCounts });
      fc.assert(
        fc.property(fc.array(count, { minLength: 70, maxLength: 70 }), (some) => {
          const counts = Uint16Array.from({ length: model.pixels }, (_, i) => some[i % 70]!);
          const bytes = encodeSpectrum(counts, model);
          expect(bytes).toHaveLength(spectrumBytes(model));
          expect(decodeSpectrum(bytes, model)).toEqual(counts);
          expect(() => decodeSpectrum(bytes.subarray(1), model)).toThrow(RangeError);
          if (!model.hasSync) return;
          expect(bytes.at(-1)).toBe(syncByte);
          const damaged = Uint8Array.from(bytes);
          damaged[bytes.length - 1] = 0;
          expect(() => decodeSpectrum(damaged, model)).toThrow(RangeError);
        }),
        { numRuns: 5 },
      );
    },
  );

  it("has one bit of each value inverted on some models", () => {
    const zeros = (productId: number) => [...encodeSpectrum([], legacyModels.get(productId)!).subarray(0, 2)];
    expect(zeros(0x1012)).toEqual([0x00, 0x20]); // HR4000
    expect(zeros(0x1018)).toEqual([0x00, 0x80]); // QE65000
    expect(zeros(0x101e)).toEqual([0, 0]);
  });

  it("of a 12 bit model is 64 low bytes, then the 64 high bytes of the same pixels", () => {
    const usb2000 = legacyModels.get(0x1002)!;
    const bytes = encodeSpectrum(
      Array.from({ length: 2048 }, (_, i) => 0x100 + (i % 200)),
      usb2000,
    );
    expect([...bytes.subarray(0, 3)]).toEqual([0, 1, 2]);
    expect([...bytes.subarray(64, 67)]).toEqual([1, 1, 1]);
    expect([...bytes.subarray(128, 130)]).toEqual([64, 65]);
  });
});

describe("an Ocean legacy spectrometer on USB", () => {
  it.for(models)(
    "of product %i is read whole, the first spectrum after a change dropped",
    async ([productId, model], test) => {
      const { instrument, spectrometer } = await connected(test, { productId });
      expect(instrument.lampOn).toBe(false);
      expect(spectrometer.identity).toEqual({
        serialNumber: "SIM00001",
        model: model.name,
        driver: "ocean-legacy-usb/usb",
        simulated: true,
      });
      const reading = await spectrometer.acquire();
      expect(reading.counts).toHaveLength(model.pixels);
      expect(stamp(reading.counts)).toBe(2);
      expect(reading.wavelengthCoefficients).toEqual([339, 0.37, -1.5e-5, -2e-9]);
      expect(reading.maximumCounts).toBe(model.saturation ? 60_000 : model.maximumCounts);
      expect(reading.detectorC).toBe(model.hasCooler ? -10.5 : undefined);
    },
  );

  it.for([[0x1022], [0x1012], [0x1002]] as const)(
    "of product %i is read at full speed too",
    async ([productId], test) => {
      const { spectrometer } = await connected(test, { productId, packetBytes: 64 });
      expect(stamp((await spectrometer.acquire()).counts)).toBe(2);
    },
  );

  it("takes a status in the command's unit for the same time", async (test) => {
    const { spectrometer } = await connected(test, { productId: 0x1018, statusInUnit: true });
    expect((await spectrometer.acquire()).settings.integrationUs).toBe(20_000);
  });

  it("does not measure with settings that it did not get", async () => {
    const { connect } = bench({ ignoresSettings: true });
    expect(await code(connect())).toBe("settings-not-acknowledged");
  });

  it("has no light and no trigger where the state cannot be read back", async (test) => {
    const { spectrometer } = await connected(test, { productId: 0x1002 });
    expect(spectrometer.lightOn).toBeUndefined();
    expect(spectrometer.setTrigger).toBeUndefined();
  });

  it("switches its lamp, and takes it off first when an exposure is cancelled", async (test) => {
    const { instrument, spectrometer } = await connected(test);
    await spectrometer.configure({ integrationUs: 300_000, scansToAverage: 1 });
    await spectrometer.setLight(true);
    expect(instrument.lampOn).toBe(true);
    const stop = new AbortController();
    const reading = code(spectrometer.acquire(stop.signal));
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort();
    expect(await reading).toBe("cancelled");
    expect(instrument.lampOn).toBe(false);
    const next = await spectrometer.acquire();
    expect(next.settings.lightOn).toBe(false);
    expect(next.counts[1024]).toBeLessThan(2000); // dark: nothing of the lit exposure leaked in
  });

  it("waits for a pulse", async (test) => {
    const { instrument, spectrometer } = await connected(test);
    await spectrometer.setTrigger?.({ source: "pulse", waitMs: 2000 });
    const reading = spectrometer.acquire();
    setTimeout(() => instrument.pulse(), 100);
    expect(stamp((await reading).counts)).toBe(2);
  });

  it("is not used without wavelength coefficients, nor for a product that is no legacy model", async () => {
    expect(await code(bench({ slots: { 2: "" } }).connect())).toBe("device-uncalibrated");
    const bus = new SimulatedUsbBus();
    const device = new SimulatedUsbDevice({ vendorId: 0x2457, productId: 0x1999, endpoints: [0x01] });
    bus.plugIn(device);
    const open = (path: string) => openUsb(path, async () => bus);
    expect(await code(connectLegacyUsb({ open, path: usbPath(device), settings }))).toBe("device-unknown");
    expect(device.opened).toBe(false);
  });
});

// After the cases of reference/protocols.md §7.2, as far as a bus has them.
describe("faults on the bus", () => {
  const onSpectrum = (action: UsbFaultAction, count = 1) => ({
    faults: [{ on: "bulkIn" as const, which: 0x82, from: 2, count, action }],
  });

  it.for([
    ["4: cut short", { kind: "short", bytes: 1000 }],
    ["5: its end damaged", { kind: "flip", bit: 8 * 4096 }],
    ["6: too long", { kind: "long", bytes: 100 }],
    ["8: an old spectrum in front", { kind: "repeat" }],
  ] as const)("%s: one more try, and the reading is whole", async ([, action], test) => {
    const { spectrometer } = await connected(test, onSpectrum(action));
    expect(stamp((await spectrometer.acquire()).counts)).toBe(3);
    expect(spectrometer.counters.retries).toBe(1);
  });

  it("4: without its last byte it is a timeout, as whole packets alone do not end a transfer", async (test) => {
    const { spectrometer } = await connected(test, onSpectrum({ kind: "short", bytes: 4096 }));
    expect(await code(spectrometer.acquire())).toBe("device-timeout");
    expect(stamp((await spectrometer.acquire()).counts)).toBe(4);
  });

  it("8: a late reply to another question is not taken", async (test) => {
    const { spectrometer } = await connected(test, {
      faults: [{ on: "bulkIn", which: 0x81, from: 2, action: { kind: "repeat" } }],
    });
    expect(spectrometer.identity.serialNumber).toBe("SIM00001");
    expect((await spectrometer.acquire()).wavelengthCoefficients[0]).toBe(339);
  });

  it("9: what an interrupted session left in the device is drained", async (test) => {
    const { instrument, connect } = bench();
    instrument.device.send(0x82, new Uint8Array(4097).fill(7));
    instrument.device.send(0x81, new Uint8Array(17).fill(7));
    const spectrometer = await connect();
    test.onTestFinished(() => spectrometer.close());
    expect(stamp((await spectrometer.acquire()).counts)).toBe(2);
  });

  it("10: silence is a timeout, and what comes too late is not the next reading", async (test) => {
    const { spectrometer } = await connected(test, onSpectrum({ kind: "delay", ms: 800 }));
    expect(await code(spectrometer.acquire())).toBe("device-timeout");
    expect(stamp((await spectrometer.acquire()).counts)).toBe(4);
    expect(spectrometer.counters.lateFrames).toBe(1);
  });

  it("11: a pulled cable ends the reading", async (test) => {
    const { spectrometer } = await connected(test, onSpectrum({ kind: "unplug", afterBytes: 1024 }));
    expect(await code(spectrometer.acquire())).toBe("device-disconnected");
  });
});
