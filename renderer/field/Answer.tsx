import { type CSSProperties, type ReactNode, useEffect, useState } from "react";
import { answerKind, undecidedSentence } from "../../contract/identification.ts";
import type { Spectrum, Technique } from "../../contract/spectrum.ts";
import { beep } from "../app/beep.ts";
import {
  type Answer as AnswerData,
  type AnswerRow,
  answerOf,
  setSentence,
  spokenAnswer,
  taughtSentence,
} from "../display/answer.ts";
import { type MixtureAnswer, mixtureOf, rangeText } from "../display/mixture.ts";
import { percentText } from "../display/percent.ts";
import { checkWords, remarks, shownChecks, whatToDo, worstCheck } from "../display/quality.ts";
import { techniqueList } from "../display/techniques.ts";
import { utcTime } from "../display/time.ts";
import { effectSentence } from "../display/why.ts";
import { useLive } from "../parts/hooks.ts";
import { Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { SimTag } from "../parts/SimTag.tsx";
import { Steps } from "../parts/Steps.tsx";
import { labelledLines, unitText } from "../plot/lines.ts";
import type { MeasurementRow, SpotRow } from "../store/schema.ts";
import type { Said } from "./traverse/traverse.ts";

interface AnswerProps {
  readonly row: MeasurementRow;
  readonly spot: SpotRow;
  /** Techniques that the answer rests on. */
  readonly techniques: readonly Technique[];
  readonly simulated: boolean;
  /** The astronaut's own call. */
  readonly said: Said | undefined;
}

/** What a spot is made of and how sure that is; or that it is not known, or that the reading was too poor to say. */
export function Answer({ row, spot, techniques, simulated, said }: AnswerProps): ReactNode {
  const answer = answerOf(row.identification);
  const mixture = mixtureOf(row.identification);
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
        {said && (
          <span>
            You say <b>{said.name}</b>
          </span>
        )}
      </p>
      {answer.kind !== "poor" && <Remarks row={row} />}
      {mixture && <TwoMinerals mixture={mixture} />}
      {!mixture && answer.kind === "named" && <Named answer={answer} row={row} />}
      {!mixture && answer.kind === "unknown" && <NotKnown answer={answer} row={row} />}
      {!mixture && answer.kind === "undecided" && <NotDecided answer={answer} row={row} />}
      {answer.kind === "poor" && <TooPoor row={row} />}
      {answer.kind !== "poor" && <Effect row={row} />}
      <Announcement row={row} />
    </div>
  );
}

/** What was wrong with the spectra that the answer rests on. */
function Remarks({ row }: { row: MeasurementRow }): ReactNode {
  const all = remarks(row.identification);
  if (all.length === 0) return null;
  return (
    <p className="remark">
      <Mark name="look" size={20} />
      <span>{all.join(" ")}</span>
    </p>
  );
}

/** That the name was taught on this tablet, and what the chosen place did to the answer: never hidden. */
function Effect({ row }: { row: MeasurementRow }): ReactNode {
  const { context } = row.identification;
  const taught = taughtSentence(row.identification);
  return (
    <>
      {taught && <p className="effect">{taught}</p>}
      {context && context.context !== "anywhere" && <p className="effect">{effectSentence(context)}</p>}
    </>
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
    <span className="p">{percentText(row.percent ?? 0)}</span>
    <Bar percent={row.percent ?? 0} ruler />
  </div>
);

const Row = ({ row }: { row: AnswerRow }): ReactNode => (
  <div className="alt">
    <span className="of" style={shrink(row.name, lettersOfRow)}>
      {row.name}
    </span>
    {row.percent !== undefined && (
      <>
        <Bar percent={row.percent} />
        <span className="p">{percentText(row.percent)}</span>
      </>
    )}
  </div>
);

/** The number beside it says it in words, so the bar is hidden from screen readers. */
const Bar = ({ percent, ruler }: { percent: number; ruler?: boolean }): ReactNode => (
  <span className={ruler ? "bar ruler" : "bar"} aria-hidden="true">
    <i style={{ width: `${percent}%` }} />
  </span>
);

/** Solid for the first mineral, hatched for the second. */
const swatch = (i: number) => (i === 0 ? "swatch" : "swatch second");

/** The shares as one bar, and each with its range. */
function TwoMinerals({ mixture: { rows, instead, sentence } }: { mixture: MixtureAnswer }): ReactNode {
  return (
    <div className="none">
      <h2 className="name">Two minerals</h2>
      <div className="shares" aria-hidden="true">
        {rows.map((row, i) => (
          <i key={row.name} className={swatch(i)} style={{ flexGrow: row.percent }} />
        ))}
      </div>
      {rows.map((row, i) => (
        <p className="part" key={row.name}>
          <i className={swatch(i)} aria-hidden="true" />
          <span className="of" style={shrink(row.name, lettersOfRow)}>
            {row.name}
          </span>
          <b>{percentText(row.percent)}</b>
          <span className="range">{rangeText(row)}</span>
        </p>
      ))}
      <p className="mean">
        {instead && `One of them may be ${instead} instead. `}
        {sentence}
      </p>
    </div>
  );
}

function NotKnown({ answer, row }: { answer: AnswerData; row: MeasurementRow }): ReactNode {
  const classes = useLive().hello?.model.classCount;
  const minerals = classes ? `${classes} minerals` : "model's minerals";
  const good = Object.values(row.identification.quality).every(({ verdict }) => verdict === "good");
  const sentence = `${good ? "A good spectrum, and none" : "None"} of the ${minerals} fits well enough.`;
  return <NoName title="Not known" sentence={sentence} answer={answer} />;
}

const NotDecided = ({ answer, row }: { answer: AnswerData; row: MeasurementRow }): ReactNode => (
  <NoName title="Not decided" sentence={undecidedSentence(row.identification)} answer={answer} />
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
            <Row key={row.name} row={row} />
          ))}
        </div>
      </div>
    </div>
  );
}

const markOf = { ok: "good", warn: "look", refuse: "failed" } as const;

function TooPoor({ row }: { row: MeasurementRow }): ReactNode {
  const quality = row.identification.quality[row.technique];
  const failed = quality && worstCheck(quality);
  return (
    <div className="none">
      <h2 className="name">
        <Mark name="look" size={52} />
        Too poor to name
      </h2>
      <p className="mean">{failed?.sentence ?? "The spectrum shows too little."} No name is given.</p>
      <table className="checks">
        <tbody>
          {(quality ? shownChecks(quality) : []).map((check) => {
            const { label, value, limit } = checkWords(check);
            return (
              <tr key={check.id}>
                <th scope="row">{label}</th>
                <td className="n">{value}</td>
                <td>
                  <Mark name={markOf[check.state]} size={20} /> <b>{limit}</b>
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
export function WhatCanBeSaid({
  spectrum,
  onTeach,
}: {
  spectrum: Spectrum | undefined;
  onTeach: () => void;
}): ReactNode {
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
      {spectrum?.technique === "raman" && (
        <Press className="btn glove" onPress={onTeach}>
          Teach this mineral
        </Press>
      )}
    </section>
  );
}

const soundOf = { named: "named", poor: "poor", unknown: "unknown", undecided: "unknown" } as const;

/** Says an answer once, when it arrives, and sounds what kind it is; answers that are merely looked at again stay silent. */
function Announcement({ row }: { row: MeasurementRow }): ReactNode {
  const [spoken, setSpoken] = useState("");
  const { measurementId, at, identification } = row;
  useEffect(() => {
    const fresh = Date.now() - Date.parse(at) < 10_000;
    setSpoken(fresh && measurementId ? spokenAnswer(identification) : "");
    if (fresh && measurementId) beep(soundOf[answerKind(identification)]);
  }, [measurementId, at, identification]);
  return (
    <p className="unseen" aria-live="polite">
      {spoken}
    </p>
  );
}
