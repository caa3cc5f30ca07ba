import { expect, it } from "vitest";
import type { DeviceStatus } from "../contract/device.ts";
import { LithoscopeError } from "../contract/errors.ts";
import type { InstrumentProfile } from "../contract/reading.ts";
import { drivers } from "./drivers.ts";
import { Instrument } from "./instrument.ts";
import { simulate } from "./testing/simulated.ts";

const code = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => (error instanceof LithoscopeError ? error.code : String(error)),
  );

it.for<[string, InstrumentProfile, string]>([
  ["is found, but measures nothing", { technique: "raman", excitationNm: 830 }, "device-uncalibrated"],
  [
    "measures with the coefficients of its sheet",
    { technique: "raman", excitationNm: 830, wavelengthCoefficients: [840, 0.2, -1e-5] },
    "no error",
  ],
])("an instrument that does not carry its wavelengths %s", { timeout: 30_000 }, async ([, profile, expected], test) => {
  const simulated = await simulate({ device: "wasatch-oem" });
  test.onTestFinished(() => simulated.kill());
  const driver = drivers.find(({ id }) => id === "wasatch-oem");
  if (driver?.link !== "serial") throw new Error("no driver");
  const ready = Promise.withResolvers<DeviceStatus>();
  const instrument = new Instrument({
    port: simulated.path,
    profile,
    connect: driver.connect,
    onStatus: (status) => {
      if (status.state === "ready") ready.resolve(status);
    },
  });
  test.onTestFinished(() => instrument.close());
  instrument.start();
  expect((await ready.promise).instrument).toMatchObject({ driver: "wasatch-oem/serial", simulated: true });
  await instrument.armLaser();
  expect(await code(instrument.measure({ exposures: 1, fixedExposure: true, integrationUs: 50_000 }))).toBe(expected);
  await simulated.light(false);
});
