import type { ReactNode } from "react";
import type { DeviceStatus } from "../../contract/device.ts";
import { type Age, ageSentence, ages, instrumentName, portText, stateMark, stateWords } from "../instruments/list.ts";
import { asSentence } from "../minerals/words.ts";
import { useLive, useLookup, useNow, useStation } from "../parts/hooks.ts";
import { Icon, Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { SimTag } from "../parts/SimTag.tsx";
import { chosenWith, isChosen, isSimulated } from "../station/live.ts";

/** What is connected and how it is; and the demo instrument, offered by name. */
export function Instruments(): ReactNode {
  const { instruments, link } = useLive();
  const nowMs = useNow(1000);
  return (
    <section className="tools" aria-label="Instruments">
      <ul className="tiles">
        {instruments.map((status) => (
          <Tile key={status.id} status={status} nowMs={nowMs} />
        ))}
        {instruments.length === 0 && (
          <li className="tile">
            <p className="name">
              <Mark name={link === "up" ? "off" : "unknown"} />
              {link === "up" ? "No instrument" : "Instruments not known"}
            </p>
            <p>{link === "up" ? "None is connected." : "The station tells when it is back."}</p>
          </li>
        )}
      </ul>
      <Demo />
    </section>
  );
}

/** An instrument: how it is, its two ages, and a tick if the next MEASURE uses it. A touch takes it in or leaves it out. */
function Tile({ status, nowMs }: { status: DeviceStatus; nowMs: number }): ReactNode {
  const station = useStation();
  const { instruments, running } = useLive();
  const { instrument, port, state } = status;
  const serialNumber = instrument?.serialNumber;
  const { value: corrections = [] } = useLookup(
    "correctionsInForce",
    serialNumber ? { serialNumber } : undefined,
    status.darkAt,
  );
  const chosen = isChosen(status);
  const choice = instruments.length > 1 || !chosen;
  const both = ages(status, corrections, nowMs);
  const words = (
    <>
      <span className="name">
        <Mark name={chosen || state !== "ready" ? stateMark[state] : "off"} />
        {instrumentName(status)}
        {instrument?.simulated && <SimTag word="Simulator" />}
      </span>
      <span className="words">
        {choice && state === "ready" ? (
          <>
            <span className="unseen">Ready. </span>
            {chosen
              ? both.map((age) => (
                  <span key={age.label} className="age">
                    {asSentence(ageSentence(age))}
                  </span>
                ))
              : "Not in the next reading"}
          </>
        ) : (
          <>
            {tileWords(status, both, nowMs)}
            <br />
            {instrument?.model ?? portText(port)}
          </>
        )}
      </span>
    </>
  );
  // With one instrument there is nothing to choose, and what cannot be pressed has no outline.
  if (!choice) return <li className="tile">{words}</li>;
  return (
    <li>
      <Press
        className="tile choice"
        aria-pressed={chosen}
        aria-disabled={running !== undefined}
        onPress={() => !running && void station.chooseInstruments(chosenWith(instruments, status.id))}
      >
        {words}
      </Press>
    </li>
  );
}

/** The state, and the two ages of an instrument that is there; one that is due or expired says so. */
function tileWords(status: DeviceStatus, both: readonly Age[], nowMs: number): string {
  const { state, problem } = status;
  if (state === "failed") return problem?.sentence ?? "Failed. Unplug it and plug it in again.";
  if (state !== "ready") return stateWords(status, nowMs);
  return `Ready, ${both.map(ageSentence).join(", ")}`;
}

function Demo(): ReactNode {
  const station = useStation();
  const { hello, link, instruments, busy, running } = useLive();
  const started = isSimulated(instruments);
  if (!hello?.demoAvailable || (instruments.length > 0 && !started)) return null;
  const off = link !== "up" || busy === "demo" || running !== undefined;
  return (
    <Press
      className="btn glove"
      aria-disabled={off}
      onPress={() => !off && void (started ? station.stopDemo() : station.startDemo())}
    >
      {busy === "demo" ? <Mark name="busy" size={28} /> : <Icon name="probe" size={28} />}
      <span>{started ? "Stop demo instrument" : "Start demo instrument"}</span>
    </Press>
  );
}
