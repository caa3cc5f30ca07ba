import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import type { Output } from "../../contract/api.ts";
import type { ReviewCampaign, ReviewSession } from "../../contract/review.ts";
import { utcTime } from "../display/time.ts";
import { useLive, useStation } from "../parts/hooks.ts";
import { Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import type { Review } from "./useReview.ts";

/** Sessions from sticks and folders, what became of each, who carried them, and one clock for all. */
export function BringIn({ review, campaign }: { review: Review; campaign: ReviewCampaign }): ReactNode {
  const station = useStation();
  const { link } = useLive();
  const [sources, setSources] = useState<Output<"reviewSources">>([]);
  const [folder, setFolder] = useState("");
  const [told, setTold] = useState<Output<"reviewBringIn">>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was brought in changes where more may lie
  useEffect(() => {
    if (link !== "up") return;
    station.ask("reviewSources", {}).then(setSources, () => setSources([]));
  }, [station, link, told]);
  const bringIn = (from: string): void =>
    void review.act(async () => setTold(await station.ask("reviewBringIn", { folder: from })));
  return (
    <section className="bring-in" aria-label="Bring in">
      <h2>Bring sessions in</h2>
      <div className="sources">
        {sources.map((source) => (
          <Press key={source.folder} className="btn" aria-disabled={review.busy} onPress={() => bringIn(source.folder)}>
            From {source.label === "This tablet" ? "this tablet" : source.label}
          </Press>
        ))}
        <form
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            bringIn(folder.trim());
          }}
        >
          <label>
            Folder or stick on this machine
            <input value={folder} onChange={(event) => setFolder(event.target.value)} required />
          </label>
          <button type="submit" className="btn go" aria-disabled={review.busy}>
            {review.busy ? "Checking every line" : "Bring in"}
          </button>
        </form>
      </div>
      <div role="log" aria-label="What became of each session">
        <ul className="outcomes">
          {told.map(({ outcome, sentence }) => (
            <li key={sentence}>
              <Mark name={outcome === "refused" ? "failed" : "good"} />
              {sentence}
            </li>
          ))}
        </ul>
      </div>
      {campaign.sessions.length > 0 && <Sessions review={review} campaign={campaign} />}
    </section>
  );
}

const clockWord = {
  none: "not aligned",
  "common-event": "by a common event",
  gnss: "by satellite time",
  hand: "by hand",
} as const;

function Sessions({ review, campaign }: { review: Review; campaign: ReviewCampaign }): ReactNode {
  const station = useStation();
  const [common, setCommon] = useState<Record<string, number>>({});
  const lines = campaign.sessions.flatMap(({ sessionId }) => {
    const seq = common[sessionId];
    return seq === undefined ? [] : [{ sessionId, seq }];
  });
  return (
    <>
      <h2>Sessions</h2>
      <table className="sessions">
        <thead>
          <tr>
            <th>Session</th>
            <th>Crew</th>
            <th>Journal</th>
            <th>Clock</th>
            <th>Event that all recorded</th>
          </tr>
        </thead>
        <tbody>
          {campaign.sessions.map((session) => (
            <tr key={session.sessionId}>
              <th scope="row">{session.title}</th>
              <td>
                <Crew key={session.crew} session={session} review={review} />
              </td>
              <td>
                <span className="state">
                  <Mark name={session.state === "altered" ? "failed" : "good"} size={20} />
                  {session.state === "torn"
                    ? "whole; last write torn"
                    : session.state === "intact"
                      ? "whole"
                      : "ALTERED"}
                  , {session.lines} lines
                </span>
              </td>
              <td>
                {clockWord[session.clock.by]}
                {session.clock.offsetMs !== 0 && `, ${(session.clock.offsetMs / 1000).toFixed(1).replace("-", "−")} s`}
              </td>
              <td>
                <select
                  aria-label={`Common event of ${session.title}`}
                  value={common[session.sessionId] ?? ""}
                  onChange={({ target }) =>
                    setCommon(({ [session.sessionId]: _, ...rest }) =>
                      target.value === "" ? rest : { ...rest, [session.sessionId]: Number(target.value) },
                    )
                  }
                >
                  <option value="">none</option>
                  {campaign.events
                    .filter(({ sessionId }) => sessionId === session.sessionId)
                    .map(({ seq, at, sentence }) => (
                      <option key={seq} value={seq}>
                        {utcTime(at)} {sentence}
                      </option>
                    ))}
                </select>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Press
        className="btn"
        aria-disabled={lines.length < 2 || review.busy}
        onPress={() => lines.length >= 2 && void review.act(() => station.ask("reviewAlign", { lines }))}
      >
        Align clocks
      </Press>
      <p className="quiet">Choose for two or more sessions the line of one same moment. The first keeps its clock.</p>
      {campaign.refused.length > 0 && (
        <>
          <h2>Refused</h2>
          <ul className="outcomes">
            {campaign.refused.map((sentence) => (
              <li key={sentence}>
                <Mark name="failed" />
                {sentence}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Crew({ session, review }: { session: ReviewSession; review: Review }): ReactNode {
  const [name, setName] = useState(session.crew);
  const save = (): void => {
    const crew = name.trim();
    if (crew !== "" && crew !== session.crew)
      void review.say({ kind: "crew-named", sessionId: session.sessionId, crew });
  };
  return (
    <input
      aria-label={`Crew of ${session.title}`}
      value={name}
      maxLength={80}
      onChange={(event) => setName(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === "Enter" && save()}
    />
  );
}
