import type { ReactNode } from "react";
import { calibrationName } from "../../contract/calibration.ts";
import type { CalibrationLive, ProcedureEntry, ProcedureStep, RunStep, StepEntries } from "../../contract/procedure.ts";
import { useLive } from "../parts/hooks.ts";
import { Icon, Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { LineZooms } from "../plot/LineZooms.tsx";
import { SpectrumPlot } from "../plot/SpectrumPlot.tsx";
import { DemoProbe } from "./DemoProbe.tsx";
import { ProblemBox } from "./Panes.tsx";
import { LimitsLegend, Residuals } from "./Residuals.tsx";
import { SignFields } from "./Sign.tsx";
import type { WizardView } from "./useWizard.ts";
import { residualText, valueText, verdictMark, verdictWord, worstVerdict, zoomedLines } from "./verdict.ts";
import { signing, stepMark } from "./wizard.ts";

interface WizardPaneProps {
  readonly wizard: WizardView;
  /** Name and serial number. */
  readonly instrument: string;
  /** The demo instrument: what lies under its probe is chosen here. */
  readonly demo: boolean;
}

/** Steps whose titles fit beside their marks; of more, the titles stand below. */
const mostInARow = 4;

/** The guided calibration: one step a screen, the signature last. */
export function WizardPane({ wizard, instrument, demo }: WizardPaneProps): ReactNode {
  const { run, steps, screen, shown } = wizard;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long table must scroll by keyboard
    <article className="pane wizard" aria-labelledby="pane-title" tabIndex={0}>
      <header>
        <h2 id="pane-title">{run.procedure.title}</h2>
        <p>{instrument}</p>
      </header>
      <ol className={steps.length > mostInARow ? "wizard-steps many" : "wizard-steps"} aria-label="Steps">
        {steps.map(({ step, run: taken, number }) => {
          const mark = stepMark(taken);
          return (
            <li
              key={step.id}
              className={taken.state === "waiting" ? undefined : "done"}
              aria-current={step.id === screen ? "step" : undefined}
            >
              {mark ? <Mark name={mark} size={22} /> : <b>{number}</b>}
              {step.title}
            </li>
          );
        })}
        <li aria-current={screen === signing ? "step" : undefined}>
          <b>{steps.length + 1}</b>
          Sign
        </li>
      </ol>
      {demo && shown && (shown.run.state === "waiting" || shown.run.state === "failed") && <DemoProbe />}
      {shown ? (
        <Step step={shown.step} taken={shown.run} entries={wizard.entries} onEntries={wizard.setEntries} />
      ) : (
        <SignScreen wizard={wizard} />
      )}
    </article>
  );
}

interface StepProps {
  readonly step: ProcedureStep;
  readonly taken: RunStep;
  readonly entries: StepEntries;
  readonly onEntries: (entries: StepEntries) => void;
}

function Step({ step, taken, entries, onEntries }: StepProps): ReactNode {
  const { calibrationLive } = useLive();
  switch (taken.state) {
    case "acquiring":
      return <Acquiring step={step} live={calibrationLive?.stepId === step.id ? calibrationLive : undefined} />;
    case "done":
      return <Done step={step} taken={taken} />;
    case "skipped":
      return (
        <p className="tell" role="status">
          <Mark name="off" size={28} />
          <span>
            <b>Left out.</b> It can still be taken.
          </span>
        </p>
      );
    case "failed":
    case "waiting":
      return (
        <>
          {taken.problem && <ProblemBox problem={taken.problem} />}
          <Before step={step} entries={entries} onEntries={onEntries} />
        </>
      );
  }
}

/** Before the step: what to put under the probe, what happens, and what the operator must enter. */
function Before({ step, entries, onEntries }: Pick<StepProps, "step" | "entries" | "onEntries">): ReactNode {
  return (
    <div className="before">
      <p className="instruction">{step.instruction}</p>
      <dl className="facts">
        <dt>Under the probe</dt>
        <dd>{step.underProbe}</dd>
        <dt>Light</dt>
        <dd>
          {step.lightOn ? (
            <>
              <Icon name="laser" size={22} /> goes on when you press, and off by itself
            </>
          ) : (
            "stays off"
          )}
        </dd>
        {step.expected.length > 0 && (
          <>
            <dt>Lines</dt>
            <dd>
              {step.expected.map(({ position }) => position).join(", ")} {step.unit}
            </dd>
          </>
        )}
        <dt>Done when</dt>
        <dd>{step.doneWhen}</dd>
      </dl>
      {step.entries.map((entry) => (
        <Entry
          key={entry.id}
          entry={entry}
          value={entries[entry.id] ?? ""}
          onChange={(value) => onEntries({ ...entries, [entry.id]: value })}
        />
      ))}
    </div>
  );
}

interface EntryProps {
  readonly entry: ProcedureEntry;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Entry({ entry, value, onChange }: EntryProps): ReactNode {
  const { id, label, format, choices = [], required, hint } = entry;
  const field = `entry-${id}`;
  const shown = format === "choice" && !required ? value || choices[0]?.value : value;
  const shared = { id: field, value: shown, "aria-describedby": `${field}-hint`, required };
  return (
    <div className="entry-field">
      <label htmlFor={field}>
        {label}
        {!required && format !== "choice" && <span className="quiet">, if you have it</span>}
      </label>
      {format === "choice" ? (
        // Where none is required the first is what the step takes.
        <select {...shared} onChange={(event) => onChange(event.target.value)}>
          {required && value === "" && <option value="">Choose</option>}
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      ) : format === "text" ? (
        <input {...shared} autoComplete="off" maxLength={200} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <textarea {...shared} rows={4} onChange={(event) => onChange(event.target.value)} />
      )}
      <p id={`${field}-hint`} className="quiet">
        {hint}
      </p>
    </div>
  );
}

function Acquiring({ step, live }: { step: ProcedureStep; live: CalibrationLive | undefined }): ReactNode {
  return (
    <>
      <p className="tell" role="status">
        <Mark name={live?.done ? "good" : "busy"} size={28} />
        <span>
          {live && live.wanted > 0 && (
            <b>
              {live.found} of {live.wanted} lines found.{" "}
            </b>
          )}
          {live?.sentence ?? `Looking at ${step.underProbe}. Hold still.`}
        </span>
      </p>
      <Trace step={step} spectrum={live?.spectrum} growing />
    </>
  );
}

function Trace({
  step,
  spectrum,
  growing,
}: {
  readonly step: ProcedureStep;
  readonly spectrum: RunStep["spectrum"];
  readonly growing?: boolean;
}): ReactNode {
  const lines = step.expected.map(({ position, role }) => ({ position, key: role !== "other" }));
  return (
    <div className={growing ? "wizard-trace growing" : "wizard-trace"}>
      <p className="plot-key" aria-hidden="true">
        <span className="line read" /> {growing ? "Now" : "Read"}
        {lines.length > 0 && (
          <>
            <span className="line certified" /> Certified
          </>
        )}
      </p>
      {spectrum ? (
        <SpectrumPlot spectrum={spectrum} of={step.underProbe} labelled={false} expected={lines} />
      ) : (
        <p className="waiting">{growing ? "The trace comes with the first exposure." : "No trace was kept."}</p>
      )}
    </div>
  );
}

const mostZooms = 4;

function Done({ step, taken }: { step: ProcedureStep; taken: RunStep }): ReactNode {
  const verdict = worstVerdict(taken.results.map((result) => result.verdict)) ?? "pass";
  const [main] = taken.results;
  const { spectrum } = taken;
  return (
    <>
      <p className="tell" role="status">
        <Mark name={verdictMark[verdict]} size={28} />
        <span>
          <b>{verdictWord[verdict]}.</b> {main?.sentence}
        </span>
      </p>
      {spectrum && <Trace step={step} spectrum={spectrum} />}
      {spectrum && main && main.lines.length > 0 && (
        <LineZooms
          spectrum={spectrum}
          lines={zoomedLines(main.lines, mostZooms).map(({ expected, residual, limits }) => ({
            expected,
            pass: limits.pass,
            label: valueText(expected, main.unit),
            residual: residual === undefined ? "" : residualText(residual, main.unit),
          }))}
        />
      )}
      {taken.results.map((result) => (
        <section key={result.kind} className="result" aria-label={calibrationName[result.kind]}>
          {result !== main && (
            <h3>
              <Mark name={verdictMark[result.verdict]} size={22} /> {calibrationName[result.kind]}: {result.sentence}
            </h3>
          )}
          <Residuals result={result} />
        </section>
      ))}
      {main && <LimitsLegend result={main} />}
    </>
  );
}

/** All results side by side, and who signs them. */
function SignScreen({ wizard }: { wizard: WizardView }): ReactNode {
  const { run, signature, setSignature } = wizard;
  const results = run.steps.flatMap(({ stepId, results }) => results.map((result, i) => ({ stepId, result, i })));
  return (
    <>
      <p className="instruction">{run.sentence}</p>
      <table className="residuals summary" aria-label="Results">
        <thead>
          <tr>
            <th>Result</th>
            <th>As found</th>
            <th>After fit</th>
            <th>
              <span className="unseen">Look again</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {results.map(({ stepId, result: { kind, asFound, afterFit, sentence }, i }) => (
            <tr key={kind}>
              <th scope="row">
                {calibrationName[kind]}
                <small>{sentence}</small>
              </th>
              <td>
                <Mark name={verdictMark[asFound.verdict]} size={22} /> {verdictWord[asFound.verdict]}
              </td>
              <td>
                {afterFit ? (
                  <>
                    <Mark name={verdictMark[afterFit.verdict]} size={22} /> {verdictWord[afterFit.verdict]}
                  </>
                ) : (
                  "no fit"
                )}
              </td>
              <td>
                {i === 0 && (
                  <Press className="btn" onPress={() => wizard.show(stepId)}>
                    Show<span className="unseen"> {calibrationName[kind]}</span>
                  </Press>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <SignFields value={signature} onChange={setSignature} />
    </>
  );
}
