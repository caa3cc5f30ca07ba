import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import type { SessionSummary } from "../../../contract/api.ts";
import { TraversePlan } from "../../../contract/traverse.ts";
import { utcMinute } from "../../display/time.ts";
import { useLive, useStation } from "../../parts/hooks.ts";
import { Icon, Mark, type MarkName } from "../../parts/icons.tsx";
import { Press } from "../../parts/Press.tsx";
import { SaveLine } from "../evidence/SaveLine.tsx";
import type { SessionRows } from "../view.ts";
import { HandOverView } from "./HandOver.tsx";

const stateMark: Record<SessionSummary["state"], MarkName> = { open: "off", closed: "good", altered: "failed" };
const stateWord: Record<SessionSummary["state"], string> = { open: "Paused", closed: "Ended", altered: "Changed" };

/** The traverses on this tablet: begin one, pause, go on, hand over. */
export function SessionsTab({ rows, onBegun }: { rows: SessionRows; onBegun: () => void }): ReactNode {
  const station = useStation();
  const { hello, link, running } = useLive();
  const [asking, setAsking] = useState<"new" | "handOver">();
  const [sessions, setSessions] = useState<readonly SessionSummary[]>([]);
  const { sessionId } = hello?.session ?? {};
  const { plan, paused } = rows.traverse;
  // Also when the session's own lines change: its title may have.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (link !== "up") return;
    let here = true;
    station.ask("listSessions", {}).then(
      (all) => here && setSessions(all.toReversed()),
      () => undefined, // gone in between: the list stays as it was
    );
    return () => {
      here = false;
    };
  }, [station, link, sessionId, plan, paused]);

  if (asking === "new") {
    return (
      <NewTraverse
        onStart={(wanted) =>
          void station.save("startTraverse", wanted).then((done) => {
            if (!done) return;
            setAsking(undefined);
            onBegun();
          })
        }
        onLeave={() => setAsking(undefined)}
      />
    );
  }
  if (asking === "handOver") {
    return <HandOverView sessions={sessions} currentId={sessionId} onLeave={() => setAsking(undefined)} />;
  }
  const off = running !== undefined;
  return (
    <>
      <div className="choices">
        <Press className="btn glove go" aria-disabled={off} onPress={() => !off && setAsking("new")}>
          <Icon name="plus" size={28} />
          New traverse
        </Press>
        {plan && (
          <Press
            className="btn glove"
            aria-disabled={off}
            onPress={() =>
              !off &&
              void (paused && sessionId
                ? station.save("resumeTraverse", { sessionId })
                : station.save("pauseTraverse", {}))
            }
          >
            <Icon name={paused ? "play" : "pause"} size={28} />
            {paused ? "Go on" : "Pause"}
          </Press>
        )}
        <Press className="btn glove" onPress={() => setAsking("handOver")}>
          <Icon name="stick" size={28} />
          Hand over
        </Press>
      </div>
      {plan && (
        <p>
          <b>{plan.title}</b>, {plan.site}
          {plan.crew.length > 0 && `, ${plan.crew.join(" and ")}`}. {plan.plan}
        </p>
      )}
      <SaveLine savedAt={undefined} />
      <ul className="rows" aria-label="Sessions on this tablet">
        {sessions.map((session) => {
          const current = session.sessionId === sessionId;
          const open = session.state === "open" && !current && !off;
          return (
            <li key={session.sessionId}>
              <Press
                className="row session"
                aria-disabled={!open}
                aria-current={current || undefined}
                onPress={() =>
                  open &&
                  void station
                    .save("resumeTraverse", { sessionId: session.sessionId })
                    .then((done) => done && onBegun())
                }
              >
                <Mark name={current && !paused ? "good" : stateMark[session.state]} size={24} />
                <b>{session.title}</b>
                <span>
                  {session.openedAt.slice(0, 10)} {utcMinute(Date.parse(session.openedAt))}
                </span>
                <span>{current ? (paused ? "This one, paused" : "This one") : stateWord[session.state]}</span>
              </Press>
            </li>
          );
        })}
      </ul>
    </>
  );
}

interface NewTraverseProps {
  readonly onStart: (plan: TraversePlan) => void;
  readonly onLeave: () => void;
}

/** Four lines, of which title and site are needed. */
function NewTraverse({ onStart, onLeave }: NewTraverseProps): ReactNode {
  const { busy } = useLive();
  const [given, setGiven] = useState({ title: "", site: "", crew: "", plan: "" });
  const plan = TraversePlan.safeParse({
    ...given,
    site: given.site.trim().toUpperCase(),
    crew: given.crew
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean),
  });
  const start = (event: FormEvent): void => {
    event.preventDefault();
    if (plan.success && busy !== "save") onStart(plan.data);
  };
  const field = (name: keyof typeof given, label: string, placeholder: string): ReactNode => (
    <p>
      <label htmlFor={`traverse-${name}`}>{label}</label>
      <input
        id={`traverse-${name}`}
        autoComplete="off"
        maxLength={name === "plan" ? 2000 : 80}
        placeholder={placeholder}
        value={given[name]}
        onChange={(event) => setGiven({ ...given, [name]: event.target.value })}
      />
    </p>
  );
  return (
    <form className="traverse-form" onSubmit={start}>
      {field("title", "Name of the traverse", "Tinguatón, traverse 4")}
      {field("site", "Site, as its sample ids begin", "LZ")}
      {field("crew", "Crew, with commas between", "Kilo, Lima")}
      {field("plan", "Plan", "Lava tube, then the crater rim")}
      <div className="choices">
        <button type="submit" className="btn glove go" aria-disabled={!plan.success}>
          {busy === "save" ? "Starting" : "Start traverse"}
        </button>
        <Press className="btn glove" onPress={onLeave}>
          Leave it
        </Press>
        {!plan.success && <p className="quiet">It needs a name, and a site of capital letters and digits.</p>}
      </div>
      <SaveLine savedAt={undefined} />
    </form>
  );
}
