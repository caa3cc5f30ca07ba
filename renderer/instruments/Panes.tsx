import type { ReactNode } from "react";
import type { CorrectionInForce } from "../../contract/calibration.ts";
import type { DeviceStatus, FoundPort, KnownInstrument, PositionStatus } from "../../contract/device.ts";
import type { Problem } from "../../contract/errors.ts";
import { ageWords, secondsLeft } from "../display/time.ts";
import { useLive, useNow, useStation, useTask } from "../parts/hooks.ts";
import { Mark } from "../parts/icons.tsx";
import { SimTag } from "../parts/SimTag.tsx";
import { isDemo } from "../station/live.ts";
import { DemoProbe } from "./DemoProbe.tsx";
import { Describe } from "./Describe.tsx";
import { History } from "./History.tsx";
import { Locked } from "./Locked.tsx";
import { instrumentName, portText, positionMark, positionWords, stateMark, stateWords } from "./list.ts";
import { permissionHelp } from "./words.ts";

/** An instrument that the station has charge of: how it is, its calibrations, and what the operator says of it. */
export function DevicePane({
  status,
  corrections,
  onRecord,
}: {
  readonly status: DeviceStatus;
  readonly corrections: readonly CorrectionInForce[] | undefined;
  readonly onRecord: (calibrationId: string) => void;
}): ReactNode {
  const station = useStation();
  const { found, movedFrom: moved } = useLive();
  const nowMs = useNow(1000);
  const [saving, save] = useTask();
  const { instrument, port, profile, state, problem, measurementMs, id, source } = status;
  const movedFrom = state === "ready" ? moved[id] : undefined;
  // What the station does not remember, as the demo instrument, takes no name.
  const remembered = source === "folder" || found.known.some((each) => each.id === id);
  return (
    <Pane title={instrumentName(status)} beside={instrument && `${instrument.model}`}>
      <p className="tell" role="status">
        <Mark name={stateMark[state]} size={28} />
        <span>
          <b>{stateWords(status, nowMs)}.</b>{" "}
          {state === "ready" && measurementMs && `A measurement takes ${secondsLeft(measurementMs)}\u00a0s.`}
        </span>
        {instrument?.simulated && <SimTag word="Simulator" />}
      </p>
      {movedFrom && (
        <p className="remark">
          <Mark name="look" size={20} /> Same instrument, at another port: {portText(port)}, before at{" "}
          {portText(movedFrom)}. Its calibrations stay.
        </p>
      )}
      {problem && <ProblemBox problem={problem} />}
      {corrections?.map((correction) => (
        <Locked key={correction.kind} correction={correction} />
      ))}
      {isDemo(status, found) && <DemoProbe />}
      <dl className="facts">
        <dt>Serial number</dt>
        <dd>{instrument?.serialNumber ?? "not told yet"}</dd>
        <dt>Port</dt>
        <dd>{port}</dd>
        {instrument && (
          <>
            <dt>Driver</dt>
            <dd>
              {instrument.driver}
              {instrument.firmware && `, firmware ${instrument.firmware}`}
            </dd>
          </>
        )}
      </dl>
      {instrument && <History serialNumber={instrument.serialNumber} onRecord={onRecord} />}
      {remembered && (
        <section>
          <h3>Name and use</h3>
          <Describe
            key={`${id} ${status.name} ${profile.technique} ${profile.excitationNm}`}
            name={status.name}
            profile={profile}
            verb="Keep"
            doing="Keeping"
            busy={saving}
            onDone={(name, changed) => save(() => station.describeInstrument(id, { name, profile: changed }))}
          />
        </section>
      )}
    </Pane>
  );
}

/** An instrument that was here before and is not now. */
export function KnownPane({ known }: { known: KnownInstrument }): ReactNode {
  const nowMs = useNow(60_000);
  const station = useStation();
  const [saving, save] = useTask();
  return (
    <Pane title={instrumentName(known)} beside={known.model}>
      <p className="tell" role="status">
        <Mark name="off" size={28} />
        <span>
          <b>{known.connects ? "Not here." : "Not connected."}</b>{" "}
          {known.connects
            ? "Plug it in at any port: it is connected by itself."
            : "It was disconnected here, so it stays away until you connect it."}
        </span>
      </p>
      <dl className="facts">
        <dt>Serial number</dt>
        <dd>{known.serialNumber}</dd>
        <dt>Last seen</dt>
        <dd>
          {ageWords(known.lastSeenAt, nowMs)} ago at {known.lastPort}
        </dd>
        <dt>Driver</dt>
        <dd>{known.driver}</dd>
      </dl>
      <section>
        <h3>Name and use</h3>
        <Describe
          key={known.id}
          name={known.name}
          profile={known.profile}
          verb="Keep"
          doing="Keeping"
          busy={saving}
          onDone={(name, profile) => save(() => station.describeInstrument(known.id, { name, profile }))}
        />
      </section>
    </Pane>
  );
}

/** Where the tablet is: what stands beside each measurement. */
export function PositionPane({ position }: { position: PositionStatus }): ReactNode {
  const nowMs = useNow(1000);
  const { state, port, position: fix, problem } = position;
  return (
    <Pane title="Position" beside={port && portText(port)}>
      <p className="tell" role="status">
        <Mark name={positionMark[state]} size={28} />
        <b>{positionWords(position, nowMs)}</b>
        {fix?.simulated && <SimTag word="Simulator" />}
      </p>
      {problem && <ProblemBox problem={problem} />}
      {fix && (
        <dl className="facts">
          {fix.altitudeM !== undefined && (
            <>
              <dt>Height</dt>
              <dd>{Math.round(fix.altitudeM)} m above the sea</dd>
            </>
          )}
          <dt>Fix</dt>
          <dd>
            {fix.quality}, {fix.fixedAt.slice(11, 19)} UTC
          </dd>
          {fix.satellites !== undefined && (
            <>
              <dt>Satellites</dt>
              <dd>{fix.satellites}</dd>
            </>
          )}
        </dl>
      )}
      <p>The place and its age stand beside each measurement. Without a fix nothing is made up.</p>
    </Pane>
  );
}

const portSentence: Record<FoundPort["state"], string> = {
  unasked: "Nobody has spoken to it yet. Find instruments asks every port.",
  asking: "It is being asked what it is.",
  recognised: "Found, and not connected. Say what it is for, then connect it.",
  silent: "Nothing here speaks a protocol that Lithoscope knows. Is the instrument switched on?",
  used: "An instrument of the list has it.",
  refused: "The system does not open it.",
};

/** A place where something is or may be plugged in. */
export function PortPane({ port }: { port: FoundPort }): ReactNode {
  const station = useStation();
  const [connecting, run] = useTask();
  const { instrument, path, label, state, problem } = port;
  return (
    <Pane title={instrument?.model ?? instrument?.driverName ?? portText(path)} beside={label}>
      <p className="tell" role="status">
        <Mark name={state === "asking" ? "busy" : state === "refused" ? "failed" : "unknown"} size={28} />
        <span>{portSentence[state]}</span>
      </p>
      {problem && <ProblemBox problem={problem} />}
      <dl className="facts">
        <dt>Port</dt>
        <dd>{path}</dd>
        {instrument?.serialNumber && (
          <>
            <dt>Serial number</dt>
            <dd>{instrument.serialNumber}</dd>
          </>
        )}
        {instrument && (
          <>
            <dt>Speaks</dt>
            <dd>{instrument.driverName}</dd>
          </>
        )}
      </dl>
      {instrument?.kind === "spectrometer" && (
        <section>
          <h3>Name and use</h3>
          <Describe
            name={instrument.name}
            profile={instrument.profile}
            verb="Connect"
            doing="Connecting"
            busy={connecting}
            onDone={(name, profile) =>
              run(() =>
                station.connectInstrument({
                  kind: "port",
                  path,
                  driver: instrument.driver,
                  profile,
                  ...(name && { name }),
                }),
              )
            }
          />
        </section>
      )}
    </Pane>
  );
}

/** Nothing is here: what to do. */
export function EmptyPane(): ReactNode {
  const { link } = useLive();
  return (
    <Pane title={link === "up" ? "No instrument yet" : "The station is starting"}>
      <ol className="first-steps">
        <li>
          <b aria-hidden="true">1</b> Plug the instrument in and switch it on.
        </li>
        <li>
          <b aria-hidden="true">2</b> One that was here before connects by itself, at any port.
        </li>
        <li>
          <b aria-hidden="true">3</b> For a new one press Find instruments.
        </li>
      </ol>
    </Pane>
  );
}

interface PaneProps {
  readonly title: string;
  readonly beside?: string | undefined;
  readonly children: ReactNode;
}

/** The right side of the workspace; longer than the screen at times, so the keyboard can scroll it. */
export const Pane = ({ title, beside, children }: PaneProps): ReactNode => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
  <article className="pane" aria-labelledby="pane-title" tabIndex={0}>
    <header>
      <h2 id="pane-title">{title}</h2>
      {beside && <p>{beside}</p>}
    </header>
    {children}
  </article>
);

/** What is wrong with an instrument, and help where a person must change something on the machine. */
export function ProblemBox({ problem }: { problem: Problem }): ReactNode {
  const help = permissionHelp(problem.code, navigator.platform);
  return (
    <section className="trouble" role="alert">
      <Mark name="failed" size={28} />
      <div>
        <h3>{problem.sentence}</h3>
        {help ? (
          <ol>
            {help.steps.map((step, i) => (
              <li key={step}>
                <b aria-hidden="true">{i + 1}</b> {step}
              </li>
            ))}
          </ol>
        ) : (
          <p>{problem.hint}</p>
        )}
      </div>
    </section>
  );
}
