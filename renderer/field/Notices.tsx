import type { ReactNode } from "react";
import { type FileAxisUnit, type Technique, techniqueName, techniques } from "../../contract/spectrum.ts";
import { runningTime } from "../display/time.ts";
import { useLive, useNow, useStation } from "../parts/hooks.ts";
import { Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { type FileQuestion, isAwayLong } from "../station/live.ts";
import type { Alarm } from "../store/project.ts";

/**
 * What a person must know or answer now, in the plot's place: nothing lies over STOP, MEASURE or the answer. Undefined
 * if there is nothing.
 */
export function useNotice(): ReactNode | undefined {
  const station = useStation();
  const live = useLive();
  const { link, goneSince, alarm, question, problem, notRead } = live;
  const nowMs = useNow(1000);
  if (isAwayLong(live, nowMs)) {
    return (
      <Notice mark="failed" title="Lithoscope has stopped. Start it again.">
        <p>What was saved is safe.</p>
      </Notice>
    );
  }
  if (link === "gone") {
    return (
      <Notice mark="failed" title="The station stopped. It is being started again.">
        <p>
          What was saved is safe; a reading under way is lost.{" "}
          {/* Not spoken: a number that changes every second would be said every second. */}
          <span aria-hidden="true">Trying for {goneSince ? runningTime(goneSince, nowMs) : "0:00"}.</span>
        </p>
      </Notice>
    );
  }
  if (alarm) return <AlarmNotice alarm={alarm} />;
  if (question) return <Question question={question} />;
  const shown = problem ?? notRead;
  if (!shown) return undefined;
  if (shown.code === "cancelled") {
    // The person wanted it: nothing failed.
    return <Notice mark="off" title="Reading stopped. Nothing was kept." close={() => station.closeProblem()} />;
  }
  return (
    <Notice mark="failed" title={shown.sentence} close={() => station.closeProblem()}>
      <p>{shown.hint}</p>
    </Notice>
  );
}

interface NoticeProps {
  readonly mark: "failed" | "off";
  readonly title: string;
  readonly close?: () => void;
  readonly children?: ReactNode;
}

const Notice = ({ mark, title, close, children }: NoticeProps): ReactNode => (
  <section className="notice-box" role={mark === "failed" ? "alert" : "status"}>
    <Mark name={mark} size={40} />
    <div>
      <h2>{title}</h2>
      {children}
    </div>
    {close && (
      <Press className="btn glove" onPress={close}>
        Close
      </Press>
    )}
  </section>
);

/** The journal does not hold what these screens have seen: said plainly, kept, and decided by a person. */
function AlarmNotice({ alarm }: { alarm: Alarm }): ReactNode {
  const station = useStation();
  const what =
    alarm.kind === "shorter"
      ? `The journal on disk ends at line ${alarm.journalSeq}; this screen has seen line ${alarm.seenSeq}.`
      : "The journal on disk is not the one that this screen has seen.";
  return (
    <section className="notice-box" role="alert">
      <Mark name="failed" size={40} />
      <div>
        <h2>{what}</h2>
        <p>Lines were lost or changed. What was seen here stays; new measurements show after you go on.</p>
      </div>
      <Press className="btn glove" onPress={() => void station.keepBoth()}>
        Keep both, go on
      </Press>
    </section>
  );
}

const unitText: Record<FileAxisUnit, string> = { "cm-1": "cm⁻¹, Raman shift", nm: "nm", um: "µm" };
const unitsOf = (technique: Technique | undefined): readonly FileAxisUnit[] =>
  technique === "raman" ? ["cm-1"] : technique ? ["nm", "um"] : ["cm-1", "nm", "um"];

/** A file does not say what it is: one question, one touch. */
function Question({ question }: { question: FileQuestion }): ReactNode {
  const station = useStation();
  return (
    <section className="question" aria-labelledby="question">
      <h2 id="question">{question.sentence}</h2>
      <div className="answers">
        {question.asks === "technique"
          ? techniques.map((technique) => (
              <Press key={technique} className="btn glove" onPress={() => void station.answerQuestion({ technique })}>
                {techniqueName[technique]}
              </Press>
            ))
          : unitsOf(question.technique).map((unit) => (
              <Press key={unit} className="btn glove" onPress={() => void station.answerQuestion({ unit })}>
                {unitText[unit]}
              </Press>
            ))}
        <Press className="btn glove" onPress={() => void station.answerQuestion(undefined)}>
          Do not open it
        </Press>
      </div>
    </section>
  );
}
