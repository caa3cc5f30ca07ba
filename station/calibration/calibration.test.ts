import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CalibrationRun } from "../../contract/procedure.ts";
import { type Simulated, simulate } from "../../devices/testing/simulated.ts";
import { openStation, type Station } from "../station.ts";
import { demoPortProblem } from "../testing/demoPort.ts";
import { freshFolder } from "../testing/folders.ts";
import { openPage, type Page } from "../testing/page.ts";

const missing = await demoPortProblem();
const signature = { operator: "A. Operator", comment: "Camp, before the traverse." };
/** The laser of the simulated instrument is off by this, which moves every line by 3.2 cm⁻¹. */
const laserErrorNm = 0.2;
const dataFolder = freshFolder();
const profile = { technique: "raman", excitationNm: 785 } as const;

let simulator: Simulated;
let station: Station;
let page: Page;
let run: CalibrationRun;

const take = async (stepId: string) => {
  run = await page.request("takeCalibrationStep", { runId: run.runId, stepId });
  return run.steps.find((step) => step.stepId === stepId)?.results[0];
};
const inForce = () => page.request("correctionsInForce", { serialNumber: simulator.serialNumber });

describe.skipIf(missing !== undefined)(`a guided calibration${missing ? ` (skipped: ${missing})` : ""}`, () => {
  beforeAll(async () => {
    simulator = await simulate({ mineral: "Nothing", speed: 20 }); // what waits is the line, at its pace
    station = await openStation({ host: "web", dataFolder, instruments: [{ port: simulator.path, profile }] });
    page = openPage(station);
    await page.until("instruments", ([status]) => status?.state === "ready");
  }, 60_000);
  afterAll(async () => {
    page.leave();
    await station.close();
    await simulator.kill();
  });

  test("begins for the instrument's technique, one at a time", async () => {
    const instrumentId = simulator.serialNumber;
    const [procedure, ...others] = await page.request("calibrationProcedures", { instrumentId });
    expect([procedure?.technique, others.length]).toEqual(["raman", 0]);
    run = await page.request("beginCalibration", { instrumentId, procedureId: procedure!.id });
    expect(run).toMatchObject({ state: "open", nextStepId: "dark", notAcceptable: "Dark is not done." });
    await expect(page.request("beginCalibration", { instrumentId, procedureId: "raman" })).rejects.toMatchObject({
      code: "calibration-running",
    });
    expect(await inForce()).toMatchObject([{ kind: "raman-shift", from: "factory" }, { from: "none" }]);
  });

  test("finds polystyrene by itself, tells the laser from the detector, and passes after the fit", async () => {
    expect((await take("dark"))?.verdict).toBe("pass");
    await simulator.place({ specimen: "Argon lamp", laserErrorNm });
    expect(await take("lamp")).toMatchObject({ kind: "raman-wavelength", verdict: "pass" });
    await simulator.place({ specimen: "Polystyrene" });
    const shift = await take("polystyrene");
    expect(shift).toMatchObject({ asFound: { verdict: "warn" }, verdict: "pass", moved: { what: "laser" } });
    expect(shift?.moved?.sentence).toContain("785.00 to 785.20 nm");
    for (const { role, residual, residualAfter } of shift?.lines ?? []) {
      if (role === "other" || residual === undefined) continue;
      expect(Math.abs(residual - 3.25)).toBeLessThan(0.6); // the laser is redder than believed: lines seem too far off
      expect(Math.abs(residualAfter!)).toBeLessThan(1);
    }
    expect(page.heard("calibrationLive").at(-1)).toMatchObject({ stepId: "polystyrene" });
    expect((await page.request("calibrationRun", {})).run).toEqual(run);
  }, 120_000);

  test("measures the resolution on calcite, whose lines the fitted axis has in their places", async () => {
    await expect(page.request("skipCalibrationStep", { runId: run.runId, stepId: "calcite" })).rejects.toMatchObject({
      code: "calibration-not-acceptable",
    });
    await page.request("skipCalibrationStep", { runId: run.runId, stepId: "silicon" });
    await simulator.place({ specimen: "Calcite standard" });
    const resolution = await take("calcite");
    expect(resolution).toMatchObject({ kind: "resolution", verdict: "pass" });
    for (const { residual } of resolution?.lines ?? [])
      if (residual !== undefined) expect(Math.abs(residual)).toBeLessThan(1.2);
    run = await page.request("skipCalibrationStep", { runId: run.runId, stepId: "intensity" });
    expect(run.state).toBe("signing");
    expect(run.notAcceptable).toBeUndefined();
  }, 120_000);

  test("signed, it is in force, in the journal with its readings, and a reading names it", async () => {
    const before = await page.newSpot();
    await simulator.place({ specimen: "Quartz" });
    const { measurementId: old } = await page.request("measure", { spotId: before });

    const { calibrationIds } = await page.request("acceptCalibration", { runId: run.runId, ...signature });
    expect(calibrationIds).toHaveLength(4);
    expect(page.heard("calibration").at(-1)?.state).toBe("ended");
    const [shift] = await inForce();
    expect(shift).toMatchObject({ kind: "raman-shift", from: "calibration", shortId: "S-001", state: "current" });
    const lines = await page.lines();
    const records = lines.flatMap(({ event }) => (event.kind === "calibration-accepted" ? [event] : []));
    expect(records.map(({ result }) => result.kind)).toEqual(["dark", "raman-wavelength", "raman-shift", "resolution"]);
    expect(records[2]?.readings.length).toBeGreaterThanOrEqual(4);
    expect(records[2]?.signature).toEqual(signature);

    const { measurementId } = await page.request("measure", { spotId: await page.newSpot() });
    const { sessionId } = (await page.request("hello", {})).session;
    const spectrum = await page.request("spectrumOf", { sessionId, measurementId });
    expect(spectrum.corrections.find(({ kind }) => kind === "ramanShift")).toMatchObject({
      calibrationId: shift?.calibrationId,
    });
    expect(spectrum.excitationNm).toBeCloseTo(785.2, 1);

    const { recorrectionId } = await page.request("recorrect", { measurementId: old, ...signature });
    const first = await page.request("spectrumOf", { sessionId, measurementId: old });
    const again = await page.request("spectrumOf", { sessionId, measurementId: old, recorrectionId });
    expect(first.corrections).toContainEqual({ kind: "ramanShift", excitationNm: 785 });
    expect(again.corrections.find(({ kind }) => kind === "ramanShift")).toMatchObject({
      calibrationId: shift?.calibrationId,
    });
    expect(Math.abs(first.axis.values[500]! - again.axis.values[500]! - 3.25)).toBeLessThan(0.6);
    await expect(page.request("recorrect", { measurementId: old, ...signature })).rejects.toMatchObject({
      code: "calibration-not-found",
    });
  }, 120_000);

  test("can be read and printed, drawn as a trend, and withdrawn; the journal keeps all of it", async () => {
    const serialNumber = simulator.serialNumber;
    const history = await page.request("calibrationHistory", { serialNumber, kind: "raman-shift" });
    expect(history).toMatchObject([{ shortId: "S-001", state: "current", signature }]);
    const { calibrationId } = history[0]!;
    const { html } = await page.request("calibrationPage", { calibrationId });
    expect(html).toContain("S-001 Raman shift");
    expect(html).toContain("1001.4");
    expect(html).not.toContain("<script");
    const trend = await page.request("calibrationTrend", { serialNumber, kind: "raman-shift" });
    expect(trend).toMatchObject({ limits: { pass: 2.5, warn: 5 }, points: [{ verdict: "warn", accepted: true }] });

    await page.request("withdrawCalibration", { calibrationId, ...signature });
    // What lies below is the lamp's axis of the same run; without it the instrument's own.
    const [below] = await inForce();
    expect(below?.kind).toBe("raman-wavelength");
    await page.request("withdrawCalibration", { calibrationId: below!.calibrationId!, ...signature });
    expect((await inForce())[0]).toMatchObject({ from: "factory" });
    await expect(page.request("withdrawCalibration", { calibrationId, ...signature })).rejects.toMatchObject({
      code: "calibration-not-found",
    });
  });

  test("is not acceptable when nothing was under the probe", async () => {
    run = await page.request("beginCalibration", { instrumentId: simulator.serialNumber, procedureId: "raman" });
    await take("dark");
    await simulator.place({ specimen: "Nothing" });
    const step = page.request("takeCalibrationStep", { runId: run.runId, stepId: "polystyrene" });
    await page.until("calibration", ({ runId, steps }) => runId === run.runId && steps[2]?.state === "acquiring");
    await page.request("cancelMeasurement", {});
    await expect(step).rejects.toMatchObject({ code: "cancelled" });
    const { run: now } = await page.request("calibrationRun", {});
    expect(now?.steps[2]).toMatchObject({ state: "failed", problem: { code: "cancelled" } });
    await expect(page.request("acceptCalibration", { runId: run.runId, ...signature })).rejects.toMatchObject({
      code: "calibration-not-acceptable",
    });
    expect((await page.request("instruments", {}))[0]).toMatchObject({ state: "ready", lightOn: false });
    await page.request("abandonCalibration", { runId: run.runId });
    expect((await page.request("calibrationRun", {})).run).toBeUndefined();
  }, 60_000);
});
