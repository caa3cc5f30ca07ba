import type { ReactNode } from "react";
import { techniqueList } from "../display/techniques.ts";
import { secondsLeft } from "../display/time.ts";
import { useLive, useNow } from "../parts/hooks.ts";
import { AimIcon } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import {
  countdown,
  isAwayLong,
  isChosen,
  type Live,
  measuringInstruments,
  type Running,
  toBeArmed,
} from "../station/live.ts";

/** Why MEASURE cannot be pressed now; undefined if it can. */
function whyNot(
  live: Pick<Live, "link" | "goneSince" | "instruments">,
  paused: boolean,
  nowMs: number,
): string | undefined {
  const { link, instruments } = live;
  if (link === "greeting") return "Looking for the station";
  if (isAwayLong(live, nowMs)) return "Lithoscope has stopped";
  if (link === "gone") return "The station is starting";
  if (paused) return "Traverse paused";
  if (toBeArmed(instruments).length > 0) return "Arm the laser first";
  if (measuringInstruments(instruments).length > 0) return undefined;
  if (instruments.length === 0) return "No instrument";
  const first = instruments.find(isChosen);
  if (!first) return "No instrument chosen";
  return { connecting: "Instrument connecting", lost: "Instrument lost", failed: "Instrument failed" }[
    first.state as "connecting" | "lost" | "failed"
  ];
}

interface MeasureProps {
  readonly target: string;
  readonly paused: boolean;
  readonly onMeasure: () => void;
}

/** The one control that fires. Its label says what will be measured and where, before the press. */
export function Measure({ target, paused, onMeasure }: MeasureProps): ReactNode {
  const live = useLive();
  const nowMs = useNow(live.link === "gone" ? 1000 : 0);
  const used = measuringInstruments(live.instruments);
  const reason = whyNot(live, paused, nowMs);
  if (live.running || live.busy === "measure") return <Measuring running={live.running} />;
  if (reason || used.length === 0) {
    return (
      <Press className="measure" aria-disabled="true">
        <b>MEASURE</b> <span>{reason}</span>
      </Press>
    );
  }
  const takesMs = used.reduce((sum, { measurementMs }) => sum + (measurementMs ?? 0), 0);
  const what = (
    <span>
      {techniqueList([...new Set(used.map(({ profile }) => profile.technique))])}
      {used.some(({ instrument }) => instrument?.simulated) && ", simulated"}
      {takesMs > 0 && `, ${secondsLeft(takesMs)}\u00a0s`}
    </span>
  );
  if (live.notRead && live.notRead.code !== "cancelled") {
    return (
      <Press className="measure failed" onPress={onMeasure}>
        <span className="unseen">MEASURE. </span>
        <b>Not read</b> <span className="again">Try again</span> {what} <span className="place">{target}</span>
      </Press>
    );
  }
  return (
    <Press className="measure" onPress={onMeasure}>
      <AimIcon />
      <b>MEASURE</b> {what} <span className="place">{target}</span>
    </Press>
  );
}

const circumference = 2 * Math.PI * 54;

/** Takes presses and does nothing with them: a bouncing glove must not stop what it started. */
function Measuring({ running }: { running: Running | undefined }): ReactNode {
  const nowMs = useNow(250);
  const { fraction, remainingMs } = running ? countdown(running, nowMs) : { fraction: 0, remainingMs: 0 };
  return (
    <button type="button" className="measure" aria-busy="true" aria-disabled="true">
      <span className="unseen">MEASURE. </span>
      <svg className="ring" viewBox="0 0 128 128" aria-hidden="true">
        <circle cx="64" cy="64" r="54" className="track" />
        <circle cx="64" cy="64" r="54" className="done" strokeDasharray={`${fraction * circumference} 400`} />
        {running && (
          <text x="64" y="79">
            {secondsLeft(remainingMs)} s
          </text>
        )}
      </svg>
      <span className="place">{running?.state === "stopping" ? "Stopping" : "Measuring"}</span>
    </button>
  );
}
