import type { ReactNode } from "react";
import type { Spectrum } from "../../contract/spectrum.ts";
import { answerOf } from "../display/answer.ts";
import { useLive } from "../parts/hooks.ts";
import { Steps } from "../parts/Steps.tsx";
import { Answer, WhatCanBeSaid, WhatToDo } from "./Answer.tsx";
import { HoldStill } from "./HoldStill.tsx";
import { MeaningCard } from "./MeaningCard.tsx";
import { OpenFile } from "./OpenFile.tsx";
import type { Said } from "./traverse/traverse.ts";
import { type FieldView, fromSimulator, type SessionRows } from "./view.ts";

interface NowProps {
  readonly view: FieldView;
  readonly rows: SessionRows | undefined;
  readonly spectrum: Spectrum | undefined;
  readonly onOpenMineral: (name: string) => void;
  readonly onTeach: () => void;
  readonly onFile: (file: File) => void;
}

/** The upper half: what is going on, what the spot is, or what to do first. */
export function Now({ view, rows, spectrum, onOpenMineral, onTeach, onFile }: NowProps): ReactNode {
  const { running, link } = useLive();
  const { answer, spot } = view;
  const said = spot && rows?.traverse.said.get(spot.spotId);
  if (running) return <HoldStill running={running} spotNumber={spot?.number} />;
  if (!rows) return null;
  if (!answer && link === "greeting") return <Looking />;
  if (!answer || !spot) return <Nothing spotNumber={spot?.number} said={said} onFile={onFile} />;
  const evidence = rows.measurements.filter((row) => answer.evidence.includes(row.measurementId));
  const { kind, set, rest } = answerOf(answer.identification);
  const [best] = [...set, ...rest].filter((row) => row.kind === "mineral");
  return (
    <>
      <Answer
        row={answer}
        spot={spot}
        techniques={[...new Set(evidence.map((row) => row.technique))]}
        simulated={fromSimulator(rows.measurements, answer)}
        said={said}
      />
      {kind === "poor" && <WhatToDo row={answer} />}
      {(kind === "unknown" || kind === "undecided") && <WhatCanBeSaid spectrum={spectrum} onTeach={onTeach} />}
      {kind === "named" && best && <MeaningCard name={best.name} onOpen={onOpenMineral} />}
    </>
  );
}

/** Before the station has answered for the first time: nothing can be done yet, so no step is named. */
const Looking = (): ReactNode => (
  <div className="first" role="status">
    <h2 className="name">Looking for the station</h2>
    <p>The page goes on by itself when it answers.</p>
  </div>
);

interface NothingProps {
  readonly spotNumber: number | undefined;
  readonly said: Said | undefined;
  readonly onFile: (file: File) => void;
}

/** First use, or a spot without a measurement: what to do, in order. */
function Nothing({ spotNumber, said, onFile }: NothingProps): ReactNode {
  const { instruments } = useLive();
  const steps = [
    ...(instruments.length === 0 ? ["Connect an instrument, or start the demo instrument below."] : []),
    ...(spotNumber === undefined ? ["Name the sample, top left. Or leave it: it gets a number."] : []),
    "Hold the probe on one crystal and press MEASURE.",
  ];
  return (
    <div className="first">
      <h2 className="name">{spotNumber === undefined ? "Point at a rock" : `Spot ${spotNumber} is empty`}</h2>
      {said && (
        <p>
          You say <b>{said.name}</b>
        </p>
      )}
      <Steps steps={steps} />
      <div className="beside">
        <OpenFile onFile={onFile} />
        <p>A spectrum from a file gets the same answer.</p>
      </div>
    </div>
  );
}
