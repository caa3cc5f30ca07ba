import type { CalibrationSummary, Signature } from "../../contract/calibration.ts";
import type { Handlers } from "../../contract/channel.ts";
import { LithoscopeError } from "../../contract/errors.ts";
import { procedures } from "../../devices/calibration/procedures.ts";
import type { Instruments } from "../instruments.ts";
import type { Measuring } from "../measure.ts";
import type { Recorder } from "../recorder.ts";
import type { Calibrating } from "./calibrating.ts";
import { calibrationPage } from "./page.ts";
import { overrideMinutes } from "./validity.ts";

type CalibrationRequest =
  | "calibrationProcedures"
  | "beginCalibration"
  | "takeCalibrationStep"
  | "skipCalibrationStep"
  | "calibrationRun"
  | "acceptCalibration"
  | "refuseCalibration"
  | "abandonCalibration"
  | "calibrationHistory"
  | "calibrationPage"
  | "correctionsInForce"
  | "calibrationTrend"
  | "withdrawCalibration"
  | "overrideExpired"
  | "recorrect";

/** The requests of the station's API that have to do with calibration. */
export function calibrationHandlers({
  calibrating,
  instruments,
  measuring,
  recorder,
}: {
  calibrating: Calibrating;
  instruments: Instruments;
  measuring: Measuring;
  recorder: Recorder;
}): Pick<Handlers, CalibrationRequest> {
  const { calibrations } = recorder;
  const now = () => ({ at: new Date() });
  /** Throws calibration-not-found if it is not, or no more, in force. */
  const inForce = (calibrationId: string): CalibrationSummary => {
    const summary = calibrations.summary(calibrationId, now());
    if (summary.state === "current" || summary.state === "due" || summary.state === "expired") return summary;
    throw new LithoscopeError(
      "calibration-not-found",
      `The calibration ${summary.shortId} is ${summary.state}, so it is not in force.`,
      "Choose one that is.",
    );
  };
  return {
    calibrationProcedures: async ({ instrumentId }) => {
      if (instrumentId === undefined) return [...procedures];
      const { technique } = instruments.bySerial(instrumentId).profile;
      return procedures.filter((procedure) => procedure.technique === technique);
    },
    beginCalibration: async ({ instrumentId, procedureId }) =>
      calibrating.begin(instruments.bySerial(instrumentId), procedureId),
    takeCalibrationStep: ({ runId, stepId, entries }) => calibrating.take(runId, stepId, entries ?? {}),
    skipCalibrationStep: async ({ runId, stepId }) => calibrating.skip(runId, stepId),
    calibrationRun: async () => (calibrating.run === undefined ? {} : { run: calibrating.run }),
    acceptCalibration: async ({ runId, ...signature }) => ({
      calibrationIds: await calibrating.sign(runId, signature, "accepted"),
    }),
    refuseCalibration: async ({ runId, ...signature }) => ({
      calibrationIds: await calibrating.sign(runId, signature, "refused"),
    }),
    abandonCalibration: async ({ runId }) => {
      await calibrating.abandon(runId);
      return {};
    },
    calibrationHistory: async (wanted) => calibrations.history(wanted, now()),
    calibrationPage: async ({ calibrationId }) => ({
      html: calibrationPage(calibrations.record(calibrationId), calibrations.summary(calibrationId, now())),
    }),
    correctionsInForce: async ({ serialNumber }) => {
      const { technique } = instruments.bySerial(serialNumber).profile;
      return calibrations.inForce(serialNumber, technique, now());
    },
    calibrationTrend: async ({ serialNumber, kind }) => calibrations.trend(serialNumber, kind),
    withdrawCalibration: async ({ calibrationId, ...signature }: { calibrationId: string } & Signature) => {
      inForce(calibrationId);
      await recorder.append({ kind: "calibration-withdrawn", calibrationId, ...signature });
      return {};
    },
    overrideExpired: async ({ calibrationId, ...signature }: { calibrationId: string } & Signature) => {
      const { instrument, result } = inForce(calibrationId);
      const until = new Date(Date.now() + overrideMinutes * 60_000).toISOString();
      await recorder.append({
        ...{ kind: "calibration-overridden", calibrationId, calibrationKind: result.kind, until, ...signature },
        serialNumber: instrument.serialNumber,
      });
      return { until };
    },
    recorrect: ({ measurementId, ...signature }) => measuring.recorrect(measurementId, signature),
  };
}
