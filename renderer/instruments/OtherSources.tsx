import { type FormEvent, type ReactNode, useId, useState } from "react";
import { type Technique, techniqueName, techniques } from "../../contract/spectrum.ts";
import { useLookup, useStation, useTask } from "../parts/hooks.ts";
import { Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { Pane } from "./Panes.tsx";

/** Measurements that come from no port: a folder that another program writes to, and a session that is played again. */
export function OtherSources({ onDone }: { onDone: () => void }): ReactNode {
  return (
    <Pane title="Folder or playback">
      <p>For instruments that only write files, and for practice without an instrument.</p>
      <Watch onDone={onDone} />
      <Playback onDone={onDone} />
    </Pane>
  );
}

/** Each new file in the folder becomes a measurement. */
function Watch({ onDone }: { onDone: () => void }): ReactNode {
  const station = useStation();
  const [folder, setFolder] = useState("");
  const [technique, setTechnique] = useState<Technique>("libs");
  const [busy, run] = useTask();
  const id = useId();
  const missing = folder.trim() === "";
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (missing) return;
    run(async () => {
      if (await station.connectInstrument({ kind: "folder", folder: folder.trim(), technique })) onDone();
    });
  };
  return (
    <section>
      <h3>Watch a folder</h3>
      <form className="describe" onSubmit={send}>
        <label htmlFor={`${id}-folder`}>Folder</label>
        <input
          id={`${id}-folder`}
          autoComplete="off"
          placeholder="/home/crew/libs"
          value={folder}
          onChange={(event) => setFolder(event.target.value)}
        />
        <span id={`${id}-technique`}>Technique</span>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset takes no part in the form's grid */}
        <div className="options" role="group" aria-labelledby={`${id}-technique`}>
          {techniques.map((each) => (
            <Press key={each} className="btn" aria-pressed={each === technique} onPress={() => setTechnique(each)}>
              {techniqueName[each]}
            </Press>
          ))}
        </div>
        <button type="submit" className="btn" aria-disabled={missing || busy}>
          {busy ? (
            <>
              <Mark name="busy" /> Looking at it
            </>
          ) : (
            "Watch"
          )}
        </button>
      </form>
    </section>
  );
}

/** The measurements of an earlier session, one at each MEASURE. */
function Playback({ onDone }: { onDone: () => void }): ReactNode {
  const station = useStation();
  const { value: sessions = [] } = useLookup("listSessions", {});
  const [chosen, setChosen] = useState("");
  const [busy, run] = useTask();
  const id = useId();
  const sessionId = chosen || sessions.at(-1)?.sessionId;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (!sessionId) return;
    run(async () => {
      if (await station.connectInstrument({ kind: "replay", from: { sessionId } })) onDone();
    });
  };
  return (
    <section>
      <h3>Play a session again</h3>
      <form className="describe" onSubmit={send}>
        <label htmlFor={`${id}-session`}>Session</label>
        <select id={`${id}-session`} value={sessionId} onChange={(event) => setChosen(event.target.value)}>
          {sessions.map((session) => (
            <option key={session.sessionId} value={session.sessionId}>
              {session.title}
            </option>
          ))}
        </select>
        <button type="submit" className="btn" aria-disabled={!sessionId || busy}>
          {busy ? (
            <>
              <Mark name="busy" /> Reading it
            </>
          ) : (
            "Play"
          )}
        </button>
      </form>
    </section>
  );
}
