import type { ReactNode } from "react";
import type { DeviceStatus, FoundPort, KnownInstrument, PositionStatus } from "../../contract/device.ts";
import { techniqueName } from "../../contract/spectrum.ts";
import { ageWords } from "../display/time.ts";
import { useLive, useLookup, useNow, useStation, useTask } from "../parts/hooks.ts";
import { Icon, Mark, type MarkName } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { SimTag } from "../parts/SimTag.tsx";
import {
  type Age,
  ages,
  type Entry,
  instrumentName,
  portText,
  positionMark,
  positionWords,
  stateMark,
  stateWords,
} from "./list.ts";

interface ListProps {
  readonly entries: readonly Entry[];
  readonly chosen: Entry | undefined;
  readonly onChoose: (key: string) => void;
  /** Whether the page for folders and playbacks is shown. */
  readonly others: boolean;
  readonly onOthers: () => void;
}

/** What is in charge, what is known, and where something may be plugged in. */
export function List({ entries, chosen, onChoose, others, onOthers }: ListProps): ReactNode {
  const { link } = useLive();
  const station = useStation();
  const [finding, run] = useTask();
  return (
    <section className="devices" aria-label="Instruments">
      <h2>Instruments</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the list can be longer than the screen and must scroll by keyboard */}
      <ul tabIndex={0} aria-label="Instruments and ports">
        {entries.map((entry) => (
          <li key={`${entry.kind} ${entry.key}`}>
            <Press
              className={entry.kind === "device" || entry.kind === "position" ? "dev" : "dev away"}
              aria-current={entry === chosen ? "true" : undefined}
              onPress={() => onChoose(entry.key)}
            >
              {entry.kind === "device" && <Device status={entry.status} />}
              {entry.kind === "position" && <Receiver position={entry.position} />}
              {entry.kind === "known" && <Known known={entry.known} />}
              {entry.kind === "port" && <Port port={entry.port} />}
            </Press>
          </li>
        ))}
        {entries.length === 0 && (
          <li className="nobody">
            <Mark name={link === "up" ? "off" : "unknown"} />
            {link === "up" ? "No instrument" : "Not known: the station is starting"}
          </li>
        )}
      </ul>
      <Press
        className="btn"
        aria-disabled={finding || link !== "up"}
        onPress={() => link === "up" && run(() => station.findInstruments())}
      >
        {finding ? <Mark name="busy" size={28} /> : <Icon name="search" size={28} />}
        {finding ? "Asking each port" : "Find instruments"}
      </Press>
      <Press className="btn" aria-pressed={others} onPress={onOthers}>
        Folder or playback
      </Press>
    </section>
  );
}

interface CardProps {
  readonly name: string;
  readonly mark: MarkName;
  readonly place: string;
  readonly state: string;
  readonly simulated?: boolean | undefined;
  readonly children?: ReactNode;
}

const Card = ({ name, mark, place, state, simulated, children }: CardProps): ReactNode => (
  <>
    <span className="name">
      <b>{name}</b>
      <Mark name={mark} />
    </span>
    <span className="place">{place}</span>
    <span className="state">{state}</span>
    {children}
    {simulated && <SimTag word="Simulator" />}
  </>
);

function Device({ status }: { status: DeviceStatus }): ReactNode {
  const nowMs = useNow(1000);
  const { instrument, port, problem, state } = status;
  const serialNumber = instrument?.serialNumber;
  const { value = [] } = useLookup("correctionsInForce", serialNumber ? { serialNumber } : undefined, status.darkAt);
  const here = state === "ready" || state === "measuring";
  return (
    <Card
      name={instrumentName(status)}
      mark={stateMark[state]}
      place={[serialNumber, portText(port)].filter(Boolean).join(", ")}
      state={stateWords(status, nowMs)}
      simulated={instrument?.simulated}
    >
      {here ? <Ages ages={ages(status, value, nowMs)} /> : problem && <span className="why">{problem.sentence}</span>}
    </Card>
  );
}

const Ages = ({ ages }: { ages: readonly Age[] }): ReactNode => (
  <span className="ages">
    {ages.map(({ label, words, mark }) => (
      <span key={label}>
        {mark && <Mark name={mark} size={18} />} {label} {words}
      </span>
    ))}
  </span>
);

function Known({ known }: { known: KnownInstrument }): ReactNode {
  const nowMs = useNow(60_000);
  return (
    <Card
      name={instrumentName(known)}
      mark="off"
      place={known.serialNumber}
      state={known.connects ? "Not here" : "Not connected"}
    >
      <span>Seen {ageWords(known.lastSeenAt, nowMs)} ago</span>
    </Card>
  );
}

function Receiver({ position }: { position: PositionStatus }): ReactNode {
  const nowMs = useNow(1000);
  return (
    <Card
      name="Position"
      mark={positionMark[position.state]}
      place={position.port ? portText(position.port) : ""}
      state={positionWords(position, nowMs)}
      simulated={position.position?.simulated}
    />
  );
}

const portState: Record<FoundPort["state"], { mark: MarkName; words: string }> = {
  unasked: { mark: "unknown", words: "Not asked yet" },
  asking: { mark: "busy", words: "Asking" },
  recognised: { mark: "unknown", words: "New here" },
  silent: { mark: "off", words: "Nothing answers" },
  used: { mark: "off", words: "In use" },
  refused: { mark: "failed", words: "Cannot be opened" },
};

function Port({ port }: { port: FoundPort }): ReactNode {
  const { instrument, label, path, state } = port;
  const name =
    instrument?.name ??
    instrument?.model ??
    instrument?.driverName ??
    (instrument?.profile && techniqueName[instrument.profile.technique]) ??
    portText(path);
  const place = [instrument?.serialNumber, name === portText(path) ? label : portText(path)].filter(Boolean).join(", ");
  return <Card name={name} mark={portState[state].mark} place={place} state={portState[state].words} />;
}
