import type { Input, Output, RequestName } from "../../contract/api.ts";
import type { Signature } from "../../contract/calibration.ts";
import type { Connection } from "../../contract/device.ts";
import type { StepEntries } from "../../contract/procedure.ts";
import type { InstrumentProfile } from "../../contract/reading.ts";

/** Requests that change nothing: what the Instruments workspace looks up. */
export type Lookup =
  | "calibrationProcedures"
  | "calibrationHistory"
  | "calibrationTrend"
  | "correctionsInForce"
  | "findInstruments"
  | "listSessions"
  | "demoSpecimens";

/** What an operator does with instruments and calibrations. Each answers whether it was done; why not stands in `problem`. */
export interface InstrumentActions {
  /** Speaks to every free port. */
  findInstruments(): Promise<boolean>;
  connectInstrument(connection: Connection): Promise<boolean>;
  disconnectInstrument(id: string): Promise<boolean>;
  retryInstrument(id: string): Promise<boolean>;
  describeInstrument(id: string, words: { name?: string; profile?: InstrumentProfile }): Promise<boolean>;
  forgetInstrument(id: string): Promise<boolean>;
  /** Puts something else under the demo instrument's probe. */
  placeUnderDemo(specimen: string): Promise<boolean>;
  /** The first of the two steps to light. */
  armLaser(id: string): Promise<boolean>;
  /** Which instruments the next MEASURE uses. */
  chooseInstruments(ids: readonly string[]): Promise<boolean>;
  beginCalibration(instrumentId: string, procedureId: string): Promise<boolean>;
  takeCalibrationStep(runId: string, stepId: string, entries: StepEntries): Promise<boolean>;
  skipCalibrationStep(runId: string, stepId: string): Promise<boolean>;
  acceptCalibration(runId: string, signature: Signature): Promise<boolean>;
  refuseCalibration(runId: string, signature: Signature): Promise<boolean>;
  abandonCalibration(runId: string): Promise<boolean>;
  withdrawCalibration(calibrationId: string, signature: Signature): Promise<boolean>;
  overrideExpired(calibrationId: string, signature: Signature): Promise<boolean>;
}

type Ask = <Name extends RequestName>(name: Name, input: Input<Name>) => Promise<Output<Name>>;

/** `trying` shows a problem to the person and answers undefined. */
export function instrumentActions(
  ask: Ask,
  trying: <T>(task: () => Promise<T>) => Promise<T | undefined>,
): InstrumentActions {
  const done = async <Name extends RequestName>(name: Name, input: Input<Name>): Promise<boolean> =>
    (await trying(() => ask(name, input))) !== undefined;
  return {
    findInstruments: () => done("findInstruments", { ask: true }),
    connectInstrument: (connection) => done("connectInstrument", connection),
    disconnectInstrument: (id) => done("disconnectInstrument", { id }),
    retryInstrument: (id) => done("retryInstrument", { id }),
    describeInstrument: (id, words) => done("describeInstrument", { id, ...words }),
    forgetInstrument: (id) => done("forgetInstrument", { id }),
    placeUnderDemo: (specimen) => done("placeUnderDemo", { specimen }),
    armLaser: (id) => done("armLaser", { id }),
    chooseInstruments: (ids) => done("chooseInstruments", { ids: [...ids] }),
    beginCalibration: (instrumentId, procedureId) => done("beginCalibration", { instrumentId, procedureId }),
    takeCalibrationStep: (runId, stepId, entries) => done("takeCalibrationStep", { runId, stepId, entries }),
    skipCalibrationStep: (runId, stepId) => done("skipCalibrationStep", { runId, stepId }),
    acceptCalibration: (runId, signature) => done("acceptCalibration", { runId, ...signature }),
    refuseCalibration: (runId, signature) => done("refuseCalibration", { runId, ...signature }),
    abandonCalibration: (runId) => done("abandonCalibration", { runId }),
    withdrawCalibration: (calibrationId, signature) => done("withdrawCalibration", { calibrationId, ...signature }),
    overrideExpired: (calibrationId, signature) => done("overrideExpired", { calibrationId, ...signature }),
  };
}
