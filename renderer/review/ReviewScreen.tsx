import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { ReviewCampaign, ReviewSpot } from "../../contract/review.ts";
import { StopBar, StopLaser } from "../app/StopLaser.tsx";
import { utcTime } from "../display/time.ts";
import { Icon, Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { BringIn } from "./BringIn.tsx";
import { Compare } from "./Compare.tsx";
import {
  advanced,
  inTime,
  nextWanted,
  type ReplayClock,
  type Speed,
  speeds,
  spotAt,
  type Target,
  targets,
  timeOf,
} from "./clock.ts";
import { mostCompared } from "./compare.ts";
import { crewLooks, VerdictMark, verdictWord } from "./crews.tsx";
import { Debrief } from "./Debrief.tsx";
import { Evidence } from "./Evidence.tsx";
import { Scores } from "./Scores.tsx";
import { Timeline } from "./Timeline.tsx";
import { TruthForm } from "./TruthForm.tsx";
import { useReview } from "./useReview.ts";
import { Where } from "./Where.tsx";

const views = { bring: "Bring in", replay: "Replay", compare: "Compare", debrief: "Debrief" } as const;
type View = keyof typeof views;

/** Who speaks in the review; kept for the next time. */
const nameKey = "lithoscope.trainer";

/** The trainer's workspace: what every crew did, what the machine said, what was true. */
export function ReviewScreen(): ReactNode {
  const review = useReview();
  const { campaign, problem } = review;
  const [view, setView] = useState<View>();
  const [blind, setBlind] = useState(false);
  const [by, setBy] = useState(() => localStorage.getItem(nameKey) ?? "Trainer");
  const [compared, setCompared] = useState<readonly string[]>([]);
  const spots = useMemo(() => inTime(campaign?.spots ?? []), [campaign]);
  const replay = useReplay(spots);
  const shownView = view ?? "bring";
  // What is shown first is decided once: bringing sessions in must not take their outcome from the screen.
  useEffect(() => {
    if (campaign) setView((now) => now ?? (campaign.spots.length > 0 ? "replay" : "bring"));
  }, [campaign]);
  const comparedSpots = useMemo(
    () => compared.flatMap((id) => spots.find((spot) => spot.target.spotId === id) ?? []),
    [compared, spots],
  );
  const shown = shownView === "replay" ? replay.shown : undefined;
  return (
    <>
      <aside className="act review-act" aria-label="Actions">
        <StopLaser />
        {campaign && (
          <div className="scrolls">
            {shown && (
              <TruthForm
                key={shown.target.spotId}
                spot={shown}
                review={review}
                by={by.trim() || "Trainer"}
                blind={blind}
              />
            )}
            <label className="who">
              Your name
              <input
                value={by}
                maxLength={80}
                onChange={(event) => {
                  setBy(event.target.value);
                  localStorage.setItem(nameKey, event.target.value);
                }}
              />
            </label>
            {spots.length > 0 && <Scores scores={campaign.scores} />}
          </div>
        )}
      </aside>
      <main className="main review">
        <header className="review-head">
          <div>
            <h1>Review</h1>
            {campaign && <Headline campaign={campaign} />}
          </div>
          <nav className="views" aria-label="Views">
            {(Object.keys(views) as View[]).map((name) => (
              <Press key={name} className="btn" aria-pressed={name === shownView} onPress={() => setView(name)}>
                {views[name]}
              </Press>
            ))}
          </nav>
        </header>
        {problem && (
          <p className="trouble" role="alert">
            <Mark name="failed" />
            {problem.sentence} {problem.hint}
          </p>
        )}
        {campaign === undefined && <p role="status">Reading the journals.</p>}
        {campaign && view === "bring" && <BringIn review={review} campaign={campaign} />}
        {campaign && shownView === "replay" && (
          <Replay
            campaign={campaign}
            spots={spots}
            replay={replay}
            blind={blind}
            onBlind={setBlind}
            isCompared={compared.includes(replay.shown?.target.spotId ?? "")}
            onCompare={(spot) =>
              setCompared((before) =>
                before.includes(spot.target.spotId)
                  ? before.filter((id) => id !== spot.target.spotId)
                  : [...before, spot.target.spotId].slice(-mostCompared),
              )
            }
          />
        )}
        {shownView === "compare" && (
          <Compare
            spots={comparedSpots}
            onRemove={({ target }) => setCompared((before) => before.filter((id) => id !== target.spotId))}
          />
        )}
        {campaign && shownView === "debrief" && <Debrief review={review} campaign={campaign} />}
        <StopBar />
      </main>
    </>
  );
}

function Headline({ campaign }: { campaign: ReviewCampaign }): ReactNode {
  const { sessions, spots } = campaign;
  if (sessions.length === 0) return <p>No session has been brought in yet.</p>;
  const whole = sessions.every(({ state }) => state !== "altered");
  const days = [...new Set(sessions.map(({ firstAt }) => firstAt.slice(0, 10)))].sort();
  return (
    <p className="headline">
      <Mark name={whole ? "good" : "failed"} size={20} />
      {days.join(", ")}. {sessions.length} sessions, {spots.length} spots,{" "}
      {whole ? "every journal whole" : "a journal is altered"}
    </p>
  );
}

interface ReplayState {
  readonly clock: ReplayClock;
  readonly shown: ReviewSpot | undefined;
  show(spot: ReviewSpot | undefined): void;
  setPlaying(playing: boolean): void;
  setSpeed(speed: Speed | undefined): void;
}

/** How often the clock moves while it plays, ms. */
const tickMs = 100;

/** The one clock, and the spot that it points at. */
function useReplay(spots: readonly ReviewSpot[]): ReplayState {
  const [clock, setClock] = useState<ReplayClock>({ atMs: 0, playing: false, speed: 8 });
  const [spotId, setSpotId] = useState<string>();
  const [first, last] = [spots[0], spots.at(-1)];
  const endMs = last ? timeOf(last) : 0;
  useEffect(() => {
    if (!clock.playing) return;
    let before = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      const elapsedMs = now - before;
      before = now;
      setSpotId(undefined); // the clock leads
      setClock((old) => advanced(old, elapsedMs, endMs));
    }, tickMs);
    return () => clearInterval(timer);
  }, [clock.playing, endMs]);
  const atMs = Math.max(clock.atMs, first ? timeOf(first) : 0);
  const chosen = spots.find((spot) => spot.target.spotId === spotId);
  return {
    clock: { ...clock, atMs },
    shown: chosen ?? spotAt(spots, atMs),
    show: (spot) => {
      if (spot === undefined) return;
      setSpotId(spot.target.spotId);
      setClock((old) => ({ ...old, atMs: timeOf(spot), playing: false }));
    },
    setPlaying: (playing) =>
      setClock((old) => ({ ...old, atMs: playing && atMs >= endMs && first ? timeOf(first) : atMs, playing })),
    setSpeed: (speed) => speed !== undefined && setClock((old) => ({ ...old, speed })),
  };
}

interface ReplayProps {
  readonly campaign: ReviewCampaign;
  readonly spots: readonly ReviewSpot[];
  readonly replay: ReplayState;
  readonly blind: boolean;
  readonly onBlind: (blind: boolean) => void;
  readonly isCompared: boolean;
  readonly onCompare: (spot: ReviewSpot) => void;
}

const jumps: Record<string, { readonly target: Target; readonly word: string }> = {
  d: { target: "disagreement", word: "Differs" },
  u: { target: "unknown", word: "Unknown" },
  q: { target: "low quality", word: "Poor" },
  t: { target: "without truth", word: "No truth" },
};

function Replay({ campaign, spots, replay, blind, onBlind, isCompared, onCompare }: ReplayProps): ReactNode {
  const { clock, shown } = replay;
  const crews = useMemo(() => crewLooks(campaign.sessions.map(({ crew }) => crew)), [campaign]);
  const index = spots.findIndex((spot) => spot.target.spotId === shown?.target.spotId);
  const jump = (target: Target): void => replay.show(nextWanted(spots, shown, targets[target]));
  const keys = useRef<(key: string) => boolean>(() => false);
  keys.current = (key) => {
    const wanted = jumps[key];
    if (wanted) jump(wanted.target);
    else if (key === "ArrowRight") replay.show(spots[index + 1]);
    else if (key === "ArrowLeft") replay.show(spots[index - 1]);
    else if (key === "Home") replay.show(spots[0]);
    else if (key === "End") replay.show(spots.at(-1));
    else if (key === "p") replay.setPlaying(!clock.playing);
    else if (key === "+") replay.setSpeed(speeds[speeds.indexOf(clock.speed) + 1]);
    else if (key === "-") replay.setSpeed(speeds[speeds.indexOf(clock.speed) - 1]);
    else return false;
    return true;
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const inField = event.target instanceof Element && event.target.closest("input, select, textarea") !== null;
      if (inField || event.ctrlKey || event.metaKey || event.altKey) return;
      if (keys.current(event.key)) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  const open = (spot: ReviewSpot): boolean => !blind || spot.truth !== undefined;
  if (shown === undefined) return <p className="nothing">Nothing was measured in these sessions.</p>;
  return (
    <div className="replay">
      <Where spots={spots} crews={crews} shown={shown} atMs={clock.atMs} />
      <div className="evidence-box">
        <Evidence key={shown.target.spotId} spot={shown} open={open(shown)} />
        <div className="review-tools">
          <Press className="btn" aria-pressed={blind} onPress={() => onBlind(!blind)}>
            Blind
          </Press>
          {/* Another spot's button is another target: a touch on it is no bounce of the one before. */}
          <Press key={shown.target.spotId} className="btn" aria-pressed={isCompared} onPress={() => onCompare(shown)}>
            Compare
          </Press>
        </div>
      </div>
      <div className="transport">
        <Press className="btn" aria-label="First spot" onPress={() => replay.show(spots[0])}>
          <Icon name="first" size={26} />
        </Press>
        <Press
          className="btn go"
          aria-label={clock.playing ? "Pause" : "Play"}
          onPress={() => replay.setPlaying(!clock.playing)}
        >
          <Icon name={clock.playing ? "pause" : "play"} size={28} />
        </Press>
        <Press className="btn" aria-label="Last spot" onPress={() => replay.show(spots.at(-1))}>
          <Icon name="last" size={26} />
        </Press>
        <label className="speed">
          <span className="unseen">Speed</span>
          <select
            value={clock.speed}
            onChange={(event) => replay.setSpeed(speeds.find((speed) => `${speed}` === event.target.value))}
          >
            {speeds.map((speed) => (
              <option key={speed} value={speed}>
                {speed}×
              </option>
            ))}
          </select>
        </label>
        <time className="now-time">{utcTime(new Date(clock.atMs).toISOString())}</time>
        <fieldset className="jumps">
          <legend>Next</legend>
          {Object.entries(jumps).map(([key, { target, word }]) => (
            <Press key={key} className="btn" aria-keyshortcuts={key} onPress={() => jump(target)}>
              {word} <kbd>{key}</kbd>
            </Press>
          ))}
        </fieldset>
      </div>
      <Timeline
        campaign={campaign}
        spots={spots}
        crews={crews}
        shown={shown}
        atMs={clock.atMs}
        open={open}
        onShow={replay.show}
      />
      <p className="legend-line" aria-hidden="true">
        {(["right", "in-set", "not-known", "wrong", "poor"] as const).map((verdict) => (
          <span key={verdict}>
            <svg width="18" height="18" aria-hidden="true">
              <VerdictMark verdict={verdict} x={9} y={9} r={8} />
            </svg>
            {verdictWord[verdict]}
          </span>
        ))}
        <span>Keys ← → Home End p + −</span>
      </p>
    </div>
  );
}
