import { type ReactNode, useState } from "react";
import type { CalibrationResult, Verdict } from "../../contract/calibration.ts";
import type { DeviceStatus } from "../../contract/device.ts";
import { ArmLaser } from "../app/ArmLaser.tsx";
import { unbroken } from "../display/time.ts";
import { Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { Trend } from "./History.tsx";
import { references } from "./list.ts";
import type { WizardView } from "./useWizard.ts";
import { verdictMark, verdictWord, worstVerdict } from "./verdict.ts";
import { runVerdict, screenAfter, signing } from "./wizard.ts";

interface WizardActionsProps {
  readonly wizard: WizardView;
  readonly serialNumber: string;
  /** The instrument that is calibrated; undefined while it is away. */
  readonly status: DeviceStatus | undefined;
}

/** The wizard's action column: verdict, what moved, how it went before; below the decision. */
export function WizardActions({ wizard, serialNumber, status }: WizardActionsProps): ReactNode {
  const { run, shown } = wizard;
  const results = shown ? shown.run.results : run.steps.flatMap((step) => step.results);
  const verdict = shown ? worstVerdict(results.map((result) => result.verdict)) : runVerdict(run);
  const moves = results.flatMap((result) => result.moved ?? []);
  const moved = moves.find(({ what }) => what !== "nothing") ?? moves[0];
  const main =
    results.find(({ kind }) => references.has(kind)) ?? results.find(({ lines }) => lines.length > 0) ?? results[0];
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: on a small screen it is longer than its room and must scroll by keyboard */}
      <section className="told" tabIndex={0} aria-label="Verdict">
        {verdict && <VerdictSection verdict={verdict} main={main} />}
        {moved && (
          <section>
            <h2>What moved</h2>
            <p>{unbroken(moved.sentence)}</p>
          </section>
        )}
        {run.validUntil && verdict && (
          <section>
            <b>Valid until {unbroken(run.validUntil)}</b>
          </section>
        )}
        {main && shown && <Trend serialNumber={serialNumber} kind={main.kind} most={8} />}
      </section>
      <div className="do">
        {shown ? <StepButtons wizard={wizard} status={status} /> : <SignButtons wizard={wizard} />}
      </div>
    </>
  );
}

function VerdictSection({ verdict, main }: { verdict: Verdict; main: CalibrationResult | undefined }): ReactNode {
  const after = main?.afterFit;
  return (
    <section className="verdict-box">
      <p className="big">
        <Mark name={verdictMark[verdict]} size={40} /> <b>{verdictWord[verdict]}</b>
      </p>
      {after && main ? (
        <p>{unbroken(`${after.sentence} ${main.asFound.sentence}`)}</p>
      ) : (
        <p>{main?.asFound.sentence}</p>
      )}
    </section>
  );
}

function StepButtons({ wizard, status }: Pick<WizardActionsProps, "wizard" | "status">): ReactNode {
  const { run, steps, shown, missing, busy } = wizard;
  if (!shown) return null;
  const { step, run: taken } = shown;
  if (taken.state === "acquiring") {
    return (
      <>
        <Press className="btn glove" onPress={wizard.stop}>
          <span>
            Stop this step
            <span className="why">laser off, nothing kept</span>
          </span>
        </Press>
        <Press className="btn glove go" aria-busy="true" aria-disabled="true">
          <Mark name="busy" size={28} /> Measuring
        </Press>
      </>
    );
  }
  if (taken.state === "done") {
    const after = screenAfter(run);
    const next = steps.find((each) => each.step.id === after)?.step.title;
    return (
      <>
        <div className="pair">
          <Press className="btn" aria-disabled={busy} onPress={wizard.take}>
            Repeat
          </Press>
          <LeaveButton wizard={wizard} />
        </div>
        <Press className="btn glove go" onPress={wizard.next}>
          {after === signing ? "Go on: sign" : `Go on: ${next}`}
        </Press>
      </>
    );
  }
  const unarmed = step.lightOn && status?.laser?.armed === false ? status : undefined;
  const away = status?.state !== "ready";
  const no = away
    ? "when the instrument is ready"
    : missing.length > 0
      ? `needs: ${missing.join(", ")}`
      : unarmed && "when the laser is armed";
  return (
    <>
      {unarmed && !away && <ArmLaser status={unarmed} />}
      <div className="pair">
        {step.optional && taken.state !== "skipped" && (
          <Press className="btn" aria-disabled={busy} onPress={() => !busy && wizard.skip()}>
            Leave out
          </Press>
        )}
        {taken.state === "skipped" && (
          <Press className="btn" onPress={wizard.next}>
            Go on
          </Press>
        )}
        <LeaveButton wizard={wizard} />
      </div>
      <Press className="btn glove go" aria-disabled={missing.length > 0 || busy} onPress={() => !busy && wizard.take()}>
        <span>
          {taken.state === "failed" ? "Repeat" : "Measure"} {step.title.toLowerCase()}
          <span className="why">{no ?? (step.lightOn ? "laser goes on" : "laser stays off")}</span>
        </span>
      </Press>
    </>
  );
}

/** Leaving a run keeps nothing; with results on the screen that takes a second press. */
function LeaveButton({ wizard }: { wizard: WizardView }): ReactNode {
  const [sure, setSure] = useState(false);
  const results = wizard.run.steps.some((step) => step.results.length > 0);
  return (
    <Press
      className="btn"
      aria-disabled={wizard.busy}
      onPress={() => (results && !sure ? setSure(true) : wizard.abandon())}
    >
      {sure ? "Leave, keep nothing" : "Leave"}
    </Press>
  );
}

function SignButtons({ wizard }: { wizard: WizardView }): ReactNode {
  const { run, signature, busy, steps } = wizard;
  const unsigned = signature.operator.trim() === "" ? "needs your name" : undefined;
  const no = run.notAcceptable ?? unsigned;
  const last = steps.findLast(({ run: taken }) => taken.state === "done");
  return (
    <>
      <div className="pair">
        <Press className="btn glove" aria-disabled={!last || busy} onPress={() => last && wizard.show(last.step.id)}>
          Repeat
        </Press>
        <Press
          className="btn glove"
          aria-disabled={unsigned !== undefined || busy}
          onPress={() => !unsigned && !busy && wizard.refuse()}
        >
          <span>
            Refuse
            {unsigned && <span className="why">{unsigned}</span>}
          </span>
        </Press>
      </div>
      <Press
        className="btn glove go accept"
        aria-disabled={no !== undefined || busy}
        onPress={() => !no && !busy && wizard.accept()}
      >
        <span>
          {busy ? "Signing" : "Accept and sign"}
          {no && <span className="why">{no}</span>}
        </span>
      </Press>
    </>
  );
}
