import type { ReactNode } from "react";
import { techniqueName } from "../../contract/spectrum.ts";
import { secondsLeft } from "../display/time.ts";
import { useNow } from "../parts/hooks.ts";
import { Mark, type MarkName } from "../parts/icons.tsx";
import { countdown, type Running } from "../station/live.ts";

const steps = ["dark", "exposing", "identifying"] as const;
const stepName = { dark: "Dark", exposing: "Reading", identifying: "Answer" };
type Step = (typeof steps)[number];

/** What is going on and how long it takes, while the person holds the probe on the rock. */
export function HoldStill({ running, spotNumber }: { running: Running; spotNumber: number | undefined }): ReactNode {
  const nowMs = useNow(250);
  const seconds = secondsLeft(countdown(running, nowMs).remainingMs);
  const technique = techniqueName[running.technique];
  if (running.state === "waiting") return <TakeItNow technique={technique} spotNumber={spotNumber} />;
  const stopping = running.state === "stopping";
  // Saving is the end of the answer's step: a name that is not on disk is not shown.
  const at: Step = running.state === "saving" || running.state === "stopping" ? "identifying" : running.state;
  return (
    <div className="hold">
      <p className="meta">
        <span>
          <b>Spot {spotNumber ?? 1}</b>, {technique}
        </span>
      </p>
      <h2 className="name">{stopping ? "Stopping" : at === "identifying" ? "Nearly there" : "Hold still"}</h2>
      <p className="lead">
        {stopping
          ? "The light goes off first. This reading is not kept."
          : `${technique} is reading. The answer comes in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`}
      </p>
      <ol className="steps">
        {steps.map((step) => (
          <li key={step} aria-current={step === at ? "step" : undefined}>
            <b>
              <Mark name={markOf(step, at)} />
              {stepName[step]}
            </b>
            {wordsOf(step, at, running)}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** The instrument is triggered by hand and writes a file; Lithoscope waits for it. */
function TakeItNow({ technique, spotNumber }: { technique: string; spotNumber: number | undefined }): ReactNode {
  return (
    <div className="hold">
      <p className="meta">
        <span>
          <b>Spot {spotNumber ?? 1}</b>, {technique}
        </span>
      </p>
      <h2 className="name">Measure with the {technique} instrument now</h2>
      <p className="lead">Trigger it by hand. The answer comes by itself when its file is there.</p>
    </div>
  );
}

function markOf(step: Step, at: Step): MarkName {
  const order = steps.indexOf(step) - steps.indexOf(at);
  return order < 0 ? "good" : order === 0 ? "busy" : "off";
}

function wordsOf(step: Step, at: Step, { state, done, wanted }: Running): string {
  if (steps.indexOf(step) < steps.indexOf(at)) return "done";
  if (step === "dark") return "light off";
  if (step === "exposing") return step === at ? `${Math.min(done + 1, wanted)} of ${wanted}` : `${wanted} exposures`;
  return state === "saving" ? "saving" : step === at ? "naming" : "then saved";
}
