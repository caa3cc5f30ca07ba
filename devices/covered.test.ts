import { expect, it, type TestContext } from "vitest";
import { LithoscopeError } from "../contract/errors.ts";
import { calibrate } from "./calibrate.ts";
import { Instrument } from "./instrument.ts";
import { connectLegacyUsb } from "./ocean-legacy-usb/driver.ts";
import { SimulatedUsbBus } from "./simulators/usb/device.ts";
import { SimulatedLegacyUsb } from "./simulators/usb/ocean-legacy.ts";
import { systemClock } from "./time.ts";
import { openUsb } from "./transport/usb.ts";
import { usbPath } from "./transport/web-usb.ts";

const code = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => (error instanceof LithoscopeError ? error.code : String(error)),
  );

/** A USB2000: its lamp cannot be read back, so that it counts as having none. `pass` lets time go by. */
async function usb2000(test: TestContext) {
  const bus = new SimulatedUsbBus();
  const { device } = new SimulatedLegacyUsb({ productId: 0x1002 });
  bus.plugIn(device);
  let passedMs = 0;
  const clock = { ...systemClock, monotonicMs: () => performance.now() + passedMs };
  const ready = Promise.withResolvers<void>();
  const instrument = new Instrument({
    port: usbPath(device),
    profile: { technique: "vnir" },
    clock,
    connect: (request) => connectLegacyUsb({ ...request, open: (path) => openUsb(path, async () => bus) }),
    onStatus: ({ state }) => {
      if (state === "ready") ready.resolve();
    },
  });
  test.onTestFinished(() => instrument.close());
  instrument.start();
  await ready.promise;
  return {
    instrument,
    pass: (ms: number) => {
      passedMs += ms;
    },
  };
}

const exposure = { exposures: 1, integrationUs: 20_000, fixedExposure: true };

it("an instrument without a light measures on the dark that was taken while it was covered", async (test) => {
  const { instrument } = await usb2000(test);
  expect(instrument.status.lightOn).toBeUndefined();
  expect(await code(instrument.measure(exposure))).toBe("dark-missing");
  const covered = await instrument.measure({ ...exposure, covered: true });
  const { dark, readings } = await instrument.measure(exposure);
  expect(dark.id).toBe(covered.dark.id);
  expect(calibrate(readings, dark, { technique: "vnir" }).intensity).toHaveLength(2048);
  expect(instrument.status).toMatchObject({ state: "ready", darkAt: dark.at });
});

it("its dark holds for ten minutes and for its exposure only", async (test) => {
  const { instrument, pass } = await usb2000(test);
  await instrument.measure({ ...exposure, covered: true });
  expect(await code(instrument.measure({ ...exposure, integrationUs: 40_000 }))).toBe("dark-missing");
  await instrument.measure({ exposures: 1, covered: true }); // with the exposure that was fitted
  expect(await code(instrument.measure({ exposures: 1, fixedExposure: true }))).toBe("no error");
  pass(601_000);
  expect(await code(instrument.measure({ exposures: 1, fixedExposure: true }))).toBe("dark-missing");
});
