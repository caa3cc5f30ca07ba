import { type ReactNode, useEffect, useState } from "react";
import type { SessionSummary } from "../../../contract/api.ts";
import type { HandedOver, HandOverPlace } from "../../../contract/traverse.ts";
import { useLive, useStation } from "../../parts/hooks.ts";
import { Mark } from "../../parts/icons.tsx";
import { Press } from "../../parts/Press.tsx";

interface HandOverProps {
  readonly sessions: readonly SessionSummary[];
  readonly currentId: string | undefined;
  readonly onLeave: () => void;
}

/** A stick that is plugged in shows within this time. */
const lookEveryMs = 3000;

/** Copies to a stick. It says done only when every file was read back from the stick and has its hash. */
export function HandOverView({ sessions, currentId, onLeave }: HandOverProps): ReactNode {
  const station = useStation();
  const { busy, handOver, notSaved } = useLive();
  const places = usePlaces();
  const [chosen, setChosen] = useState<string>();
  const [typed, setTyped] = useState("");
  const [scope, setScope] = useState<"this" | "day">("this");
  const [done, setDone] = useState<HandedOver>();
  const today = new Date().toISOString().slice(0, 10);
  const ofDay = sessions.filter(({ openedAt, state }) => openedAt.startsWith(today) && state !== "altered");
  const ids = scope === "day" ? ofDay.map(({ sessionId }) => sessionId) : currentId === undefined ? [] : [currentId];
  const folder = typed.trim() || (chosen ?? places?.find(({ removable }) => removable)?.path);
  const running = busy === "handOver";
  const start = async (): Promise<void> => {
    if (!folder || ids.length === 0 || running) return;
    setDone(undefined);
    setDone(await station.save("handOver", { sessionIds: ids, folder }));
  };
  return (
    <div className="hand-over">
      <fieldset className="choices">
        <legend className="unseen">What</legend>
        <Press className="btn glove" aria-pressed={scope === "this"} onPress={() => setScope("this")}>
          This traverse
        </Press>
        <Press className="btn glove" aria-pressed={scope === "day"} onPress={() => setScope("day")}>
          Today, {ofDay.length}
        </Press>
      </fieldset>
      <fieldset className="choices">
        <legend className="unseen">Where to</legend>
        {(places ?? []).map(({ path, name, freeBytes }) => (
          <Press
            key={path}
            className="btn glove"
            aria-pressed={folder === path}
            onPress={() => {
              setChosen(path);
              setTyped("");
            }}
          >
            {name}
            <span className="why">{roomWords(freeBytes)} free</span>
          </Press>
        ))}
        {places?.length === 0 && <p>No stick is plugged in.</p>}
        <p className="folder">
          <label htmlFor="folder">Or a folder</label>
          <input
            id="folder"
            autoComplete="off"
            placeholder="/media/crew/STICK"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </p>
      </fieldset>
      <div role="status" className="lead">
        {running ? (
          <p>
            <Mark name="busy" size={24} /> {handOver?.step === "checking" ? "Reading back" : "Copying"},{" "}
            {share(handOver)}. Leave the stick in.
          </p>
        ) : done ? (
          <p>
            <Mark name="good" size={24} /> <b>Done.</b> {done.files} files, {roomWords(done.bytes)}, each read back from
            the stick and right. It may be taken out.
          </p>
        ) : notSaved ? (
          <p>
            <Mark name="failed" size={24} /> {notSaved.sentence} {notSaved.hint}
          </p>
        ) : (
          <p>The tablet keeps everything; the stick gets a copy that is checked file by file.</p>
        )}
      </div>
      <div className="choices">
        <Press
          className="btn glove go"
          aria-disabled={!folder || ids.length === 0 || running}
          onPress={() => void start()}
        >
          {running ? "Handing over" : "Copy and check"}
        </Press>
        <Press className="btn glove" aria-disabled={running} onPress={() => !running && onLeave()}>
          {done ? "Close" : "Leave it"}
        </Press>
      </div>
    </div>
  );
}

function usePlaces(): readonly HandOverPlace[] | undefined {
  const station = useStation();
  const { link } = useLive();
  const [places, setPlaces] = useState<readonly HandOverPlace[]>();
  useEffect(() => {
    if (link !== "up") return;
    const look = (): void => void station.ask("handOverPlaces", {}).then(setPlaces, () => undefined);
    look();
    const timer = setInterval(look, lookEveryMs);
    return () => clearInterval(timer);
  }, [station, link]);
  return places;
}

const roomWords = (bytes: number): string =>
  bytes < 1e6
    ? `${Math.ceil(bytes / 1e3)}\u00a0kB`
    : bytes < 1e9
      ? `${Math.round(bytes / 1e6)}\u00a0MB`
      : `${Math.round(bytes / 1e9)}\u00a0GB`;

const share = (progress: { bytesDone: number; bytes: number } | undefined): string =>
  `${Math.floor((100 * (progress?.bytesDone ?? 0)) / Math.max(1, progress?.bytes ?? 0))}\u00a0%`;
