import { type ReactNode, useState } from "react";
import { type CalibrationSummary, calibrationName } from "../../contract/calibration.ts";
import { techniqueName } from "../../contract/spectrum.ts";
import { operatorNow, setOperator } from "../app/settings.ts";
import { useStation, useTask } from "../parts/hooks.ts";
import { Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { SimTag } from "../parts/SimTag.tsx";
import { Pane } from "./Panes.tsx";
import { LimitsLegend, Residuals } from "./Residuals.tsx";
import { SignFields } from "./Sign.tsx";
import { calibrationMark, calibrationWord, verdictMark, verdictWord } from "./verdict.ts";
import { validityWords } from "./words.ts";

/** A signed record as it is read and printed. */
export function RecordPane({ record }: { record: CalibrationSummary }): ReactNode {
  const { result, instrument, profile, signature, shortId, state, validity, at } = record;
  const holds = validityWords(validity);
  return (
    <Pane title={`${calibrationName[result.kind]} ${shortId}`} beside={`${at.slice(0, 10)}, ${at.slice(11, 16)} UTC`}>
      <p className="tell">
        <Mark name={verdictMark[result.verdict]} size={28} />
        <span>
          <b>{verdictWord[result.verdict]}.</b> {result.sentence}
        </span>
      </p>
      <dl className="facts">
        <dt>State</dt>
        <dd>
          <Mark name={calibrationMark[state]} size={20} /> {calibrationWord[state]}
        </dd>
        <dt>Instrument</dt>
        <dd>
          {instrument.model}, {instrument.serialNumber}, {techniqueName[profile.technique]}
          {profile.excitationNm && ` ${profile.excitationNm} nm`} {instrument.simulated && <SimTag word="Simulator" />}
        </dd>
        {result.standard && (
          <>
            <dt>Standard</dt>
            <dd>
              {result.standard.name}
              {result.standard.serial && `, ${result.standard.serial}`}. {result.standard.source}
            </dd>
          </>
        )}
        <dt>As found</dt>
        <dd>
          <Mark name={verdictMark[result.asFound.verdict]} size={20} /> {verdictWord[result.asFound.verdict]}.{" "}
          {result.asFound.sentence}
        </dd>
        {result.afterFit && (
          <>
            <dt>After the fit</dt>
            <dd>
              <Mark name={verdictMark[result.afterFit.verdict]} size={20} /> {verdictWord[result.afterFit.verdict]}.{" "}
              {result.afterFit.sentence}
            </dd>
          </>
        )}
        {result.moved && (
          <>
            <dt>What moved</dt>
            <dd>{result.moved.sentence}</dd>
          </>
        )}
        {holds && (
          <>
            <dt>Holds</dt>
            <dd>{holds}</dd>
          </>
        )}
        <dt>Signed by</dt>
        <dd>
          {signature.operator}
          {signature.comment && `: ${signature.comment}`}
        </dd>
        <dt>Record</dt>
        <dd className="hash">{record.calibrationId}</dd>
      </dl>
      <Residuals result={result} />
      <LimitsLegend result={result} />
    </Pane>
  );
}

/** What can be done with a record: print it, or end a calibration before its time. */
export function RecordActions({ record, onBack }: { record: CalibrationSummary; onBack: () => void }): ReactNode {
  const station = useStation();
  const [ending, setEnding] = useState(false);
  const [signature, setSignature] = useState(() => ({ operator: operatorNow(), comment: "" }));
  const [busy, run] = useTask();
  const inForce = record.state === "current" || record.state === "due" || record.state === "expired";
  const missing = signature.operator.trim() === "";
  const withdraw = async (): Promise<void> => {
    setOperator(signature.operator.trim());
    if (await station.withdrawCalibration(record.calibrationId, signature)) setEnding(false);
  };
  return (
    <div className="do">
      {ending ? (
        <>
          <SignFields value={signature} onChange={setSignature} />
          <Press
            className="btn glove"
            aria-disabled={missing || busy}
            onPress={() => !missing && !busy && run(withdraw)}
          >
            <span>
              {busy ? "Signing" : "Sign: end it now"}
              {missing && <span className="why">needs your name</span>}
            </span>
          </Press>
          <Press className="btn" onPress={() => setEnding(false)}>
            Leave it in force
          </Press>
        </>
      ) : (
        <>
          {inForce && (
            <Press className="btn" onPress={() => setEnding(true)}>
              End before its time
            </Press>
          )}
          <Press className="btn" onPress={onBack}>
            Back to the instrument
          </Press>
          <Press className="btn glove go" onPress={() => window.print()}>
            Print record
          </Press>
        </>
      )}
    </div>
  );
}
