import { type CSSProperties, type ReactNode, useEffect, useState } from "react";
import type { Spectrum, Technique } from "../../contract/spectrum.ts";
import {
  type Answer as AnswerData,
  type AnswerRow,
  answerOf,
  setSentence,
  spokenAnswer,
  undecidedSentence,
} from "../display/answer.ts";
import { percentText } from "../display/percent.ts";
import { checkWords, whatToDo } from "../display/quality.ts";
import { techniqueList } from "../display/techniques.ts";
import { utcTime } from "../display/time.ts";
import { useLive } from "../parts/hooks.ts";
import { Mark } from "../parts/icons.tsx";
import { SimTag } from "../parts/SimTag.tsx";
import { Steps } from "../parts/Steps.tsx";
import { labelledLines, unitText } from "../plot/lines.ts";
import type { MeasurementRow, SpotRow } from "../store/schema.ts";

interface AnswerProps {
  readonly row: MeasurementRow;
  readonly spot: SpotRow;
  /** Techniques that the answer rests on. */
  readonly techniques: readonly Technique[];
  readonly simulated: boolean;
}

/** What a spot is made of and how sure that is; or that it is not known, or that the reading was too poor to say. */
export function Answer({ row, spot, techniques, simulated }: AnswerProps): ReactNode {
  const answer = answerOf(row.identification);
  return (
    <div className="say">
      <p className="meta">
        <span>
          <b>Spot {spot.number}</b>, {techniqueList(techniques)}
        </span>
        <span className="saved">
          <Mark name="good" size={20} />
          Saved {utcTime(row.at)}
        </span>
        {simulated && <SimTag />}
      </p>
      {answer.kind === "named" && <Named answer={answer} row={row} />}
      {answer.kind === "unknown" && <NotKnown answer={answer} />}
      {answer.kind === "undecided" && <NotDecided answer={answer} row={row} />}
      {answer.kind === "poor" && <TooPoor row={row} />}
      <Announcement row={row} />
    </div>
  );
}

function Named({ answer, row }: { answer: AnswerData; row: MeasurementRow }): ReactNode {
  const [best, ...others] = answer.set.length > 0 ? answer.set : answer.rest;
  const inSet = answer.set.length > 0;
  return (
    <div className="rank">
      <div className={inSet ? "set" : "no-set"}>
        {best && <Best row={best} />}
        {inSet && others.map((other) => <Row key={other.name} row={other} />)}
      </div>
      <p className="verdict">{setSentence(row.identification.set)}</p>
      <div className="rest">
        {(inSet ? answer.rest : others).map((other) => (
          <Row key={other.name} row={other} />
        ))}
      </div>
    </div>
  );
}

/** Longer names than this many letters shrink, and break at their hyphens. */
const lettersOfBest = 12;
const lettersOfRow = 20;
const shrink = (name: string, letters: number) => ({ "--shrink": Math.min(1, letters / name.length) }) as CSSProperties;

const Best = ({ row }: { row: AnswerRow }): ReactNode => (
  <div className="best">
    <h2 className="name" style={shrink(row.name, lettersOfBest)}>
      {row.name}
    </h2>
    <span className="p">{percentText(row.percent)}</span>
    <Bar percent={row.percent} ruler />
  </div>
);

const Row = ({ row, strong }: { row: AnswerRow; strong?: boolean }): ReactNode => (
  <div className={strong ? "alt strong" : "alt"}>
    <span className="of" style={shrink(row.name, lettersOfRow)}>
      {row.name}
    </span>
    <Bar percent={row.percent} />
    <span className="p">{percentText(row.percent)}</span>
  </div>
);

/** The number beside it says it in words, so the bar is hidden from screen readers. */
const Bar = ({ percent, ruler }: { percent: number; ruler?: boolean }): ReactNode => (
  <span className={ruler ? "bar ruler" : "bar"} aria-hidden="true">
    <i style={{ width: `${percent}%` }} />
  </span>
);

function NotKnown({ answer }: { answer: AnswerData }): ReactNode {
  const classes = useLive().hello?.model.classCount;
  const minerals = classes ? `${classes} minerals` : "model's minerals";
  return (
    <NoName
      title="Not known"
      sentence={`A good spectrum, and none of the ${minerals} fits well enough.`}
      answer={answer}
    />
  );
}

const NotDecided = ({ answer, row }: { answer: AnswerData; row: MeasurementRow }): ReactNode => (
  <NoName title="Not decided" sentence={undecidedSentence(row.identification.set)} answer={answer} />
);

/** A good spectrum that gives no name: the nearest names stand in grey. */
function NoName({ title, sentence, answer }: { title: string; sentence: string; answer: AnswerData }): ReactNode {
  return (
    <div className="none">
      <h2 className="name">
        <Mark name="unknown" size={52} />
        {title}
      </h2>
      <p className="mean">{sentence}</p>
      <div className="rank">
        <div className="rest">
          {answer.rest.map((row) => (
            <Row key={row.name} row={row} strong={answer.kind === "unknown" && row.kind === "unknown"} />
          ))}
        </div>
      </div>
    </div>
  );
}

function TooPoor({ row }: { row: MeasurementRow }): ReactNode {
  const quality = row.identification.quality[row.technique];
  const failed = quality?.checks.find((check) => !check.passed);
  return (
    <div className="none">
      <h2 className="name">
        <Mark name="look" size={52} />
        Too poor to name
      </h2>
      <p className="mean">{failed?.sentence ?? "The spectrum shows too little."} No name is given.</p>
      <table className="checks">
        <tbody>
          {quality?.checks.map((check) => {
            const { label, value, limit } = checkWords(check);
            return (
              <tr key={check.id}>
                <th scope="row">{label}</th>
                <td className="n">{value}</td>
                <td>
                  <Mark name={check.passed ? "good" : "failed"} size={20} /> <b>{limit}</b>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Beside a reading that was too poor: three things to do, and what became of it. */
export function WhatToDo({ row }: { row: MeasurementRow }): ReactNode {
  const quality = row.identification.quality[row.technique];
  if (!quality) return null;
  const steps = whatToDo(row.technique, quality, row.source.kind === "file");
  return (
    <section className="todo" aria-labelledby="todo">
      <h2 id="todo">What to do</h2>
      <Steps steps={steps} />
      <p className="quiet">This reading is kept and marked. It gives no name.</p>
    </section>
  );
}

/** Beside "Not known" and "Not decided": what the spectrum shows all the same. */
export function WhatCanBeSaid({ spectrum }: { spectrum: Spectrum | undefined }): ReactNode {
  const lines = spectrum ? labelledLines(spectrum) : [];
  return (
    <section className="todo nearest" aria-labelledby="todo">
      <h2 id="todo">What can be said</h2>
      {spectrum && lines.length > 0 && (
        <p className="lines">
          <b>{spectrum.technique === "vnir" ? "Deepest dips" : "Strongest lines"}</b>
          <br />
          {lines.map((line) => Math.round(line.position)).join(", ")} {unitText[spectrum.axis.unit]}
        </p>
      )}
      <p>The names shown are the nearest ones. They are no answer.</p>
      <p>Another technique on this spot, or a fresh face, may settle it.</p>
    </section>
  );
}

/** Says an answer once, when it arrives; answers that are merely looked at again stay silent. */
function Announcement({ row }: { row: MeasurementRow }): ReactNode {
  const [spoken, setSpoken] = useState("");
  const { measurementId, at, identification } = row;
  useEffect(() => {
    const fresh = Date.now() - Date.parse(at) < 10_000;
    setSpoken(fresh && measurementId ? spokenAnswer(identification) : "");
  }, [measurementId, at, identification]);
  return (
    <p className="unseen" aria-live="polite">
      {spoken}
    </p>
  );
}
