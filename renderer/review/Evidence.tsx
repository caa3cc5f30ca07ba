import { type ReactNode, useEffect, useState } from "react";
import { type Problem, toProblem } from "../../contract/errors.ts";
import type { ReviewMeasurement, ReviewSpot } from "../../contract/review.ts";
import { type Spectrum, techniqueName } from "../../contract/spectrum.ts";
import { answerOf } from "../display/answer.ts";
import { percentText } from "../display/percent.ts";
import { utcTime } from "../display/time.ts";
import { useStation } from "../parts/hooks.ts";
import { Press } from "../parts/Press.tsx";
import { SimTag } from "../parts/SimTag.tsx";
import { SpectrumPlot } from "../plot/SpectrumPlot.tsx";

/** The spectrum of a brought-in measurement, asked for when it is shown. */
export function useReviewSpectrum(sessionId: string, measurementId: string) {
  const station = useStation();
  const [known, setKnown] = useState<{ id: string; spectrum?: Spectrum; problem?: Problem }>();
  useEffect(() => {
    let wanted = true;
    station.ask("reviewSpectrum", { sessionId, measurementId }).then(
      (spectrum) => wanted && setKnown({ id: measurementId, spectrum }),
      (error: unknown) => wanted && setKnown({ id: measurementId, problem: toProblem(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [station, sessionId, measurementId]);
  return known?.id === measurementId ? known : undefined;
}

interface EvidenceProps {
  readonly spot: ReviewSpot;
  /** Whether the machine's answer may be seen. */
  readonly open: boolean;
}

/** What was measured on a spot and what the machine made of it. */
export function Evidence({ spot, open }: EvidenceProps): ReactNode {
  const [chosen, choose] = useState<string>();
  const measurement =
    spot.measurements.find(({ measurementId }) => measurementId === chosen) ?? spot.measurements.at(-1);
  if (measurement === undefined) return null;
  return (
    <section className="evidence" aria-label="Evidence">
      <p className="whence">
        <b>
          {spot.sampleName} spot {spot.number}
        </b>
        , {spot.crew}, {utcTime(measurement.at)}, {techniqueName[measurement.technique]}, {measurement.source}
        {measurement.simulated && <SimTag />}
      </p>
      {open ? (
        <Machine measurement={measurement} />
      ) : (
        <p className="blind">The machine's answer is hidden until a truth is set.</p>
      )}
      <Trace spot={spot} measurement={measurement} open={open} />
      {spot.measurements.length > 1 && (
        <div className="measurements">
          {spot.measurements.map((m, index) => (
            <Press
              key={m.measurementId}
              className="btn"
              aria-pressed={m === measurement}
              onPress={() => choose(m.measurementId)}
            >
              {index + 1}. {techniqueName[m.technique]} {utcTime(m.at)}
            </Press>
          ))}
        </div>
      )}
      {spot.notes.map((note) => (
        <p key={note.at}>
          <b>{note.by}:</b> {note.text}
        </p>
      ))}
    </section>
  );
}

const kindWord = {
  poor: "Too poor to name",
  unknown: "Not known",
  undecided: "Not decided",
} as const;

function Machine({ measurement }: { measurement: ReviewMeasurement }): ReactNode {
  const { identification } = measurement;
  if (identification === undefined) return <h2>Not named: the model could not run</h2>;
  const { kind, set, rest } = answerOf(identification);
  const rows = [...set, ...rest].slice(0, 4);
  const quality = identification.quality[measurement.technique];
  return (
    <>
      <h2>{kind === "named" ? (set[0]?.name ?? rest[0]?.name) : kindWord[kind]}</h2>
      {kind !== "poor" && (
        <ol className="names">
          {rows.map(({ name, percent }) => (
            <li key={name}>
              {name} {percent !== undefined && <b>{percentText(percent)}</b>}
            </li>
          ))}
        </ol>
      )}
      <p className="quiet">
        {quality && `${quality.verdict}, S/N ${Math.round(quality.signalToNoise)}. `}
        Model {identification.model.id} {identification.model.version}
        {identification.context && `, place: ${identification.context.context}`}
      </p>
    </>
  );
}

function Trace({ spot, measurement, open }: EvidenceProps & { measurement: ReviewMeasurement }): ReactNode {
  const known = useReviewSpectrum(spot.target.sessionId, measurement.measurementId);
  if (known?.problem) return <p role="alert">{known.problem.sentence}</p>;
  if (known?.spectrum === undefined) return <div className="plot-room" />;
  const fit = measurement.identification?.why?.minerals[0]?.techniques.find(
    (t) => t.technique === measurement.technique,
  );
  return (
    <div className="plot-room">
      <SpectrumPlot
        key={measurement.measurementId}
        spectrum={known.spectrum}
        of={`${spot.sampleName} spot ${spot.number}`}
        labelled={open && spot.answer !== "poor"}
        {...(open && fit && { marks: fit.bands })}
      />
    </div>
  );
}
