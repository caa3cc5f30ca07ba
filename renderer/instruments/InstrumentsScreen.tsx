import { type ReactNode, useState } from "react";
import type { DeviceStatus, KnownInstrument } from "../../contract/device.ts";
import { StopBar, StopLaser } from "../app/StopLaser.tsx";
import { useLive, useLookup, useStation, useTask } from "../parts/hooks.ts";
import { Icon, Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { isDemo } from "../station/live.ts";
import { InForce } from "./InForce.tsx";
import { List } from "./List.tsx";
import { type Entry, entryOf, instrumentName, listEntries } from "./list.ts";
import { OtherSources } from "./OtherSources.tsx";
import { DevicePane, EmptyPane, KnownPane, PortPane, PositionPane } from "./Panes.tsx";
import { RecordActions, RecordPane } from "./Record.tsx";
import { useWizard } from "./useWizard.ts";
import { WizardActions } from "./WizardActions.tsx";
import { WizardPane } from "./WizardPane.tsx";

/** The operator's workspace: instruments and their corrections left, one step or one instrument right. */
export function InstrumentsScreen(): ReactNode {
  const station = useStation();
  const { instruments, found, position, problem } = useLive();
  const [key, setKey] = useState<string>();
  const [recordId, setRecordId] = useState<string>();
  const [others, setOthers] = useState(false);
  const wizard = useWizard();
  const entries = listEntries(instruments, found, position);
  const chosen = entryOf(entries, wizard?.run.instrumentId ?? key) ?? entries[0];
  const status = chosen?.kind === "device" ? chosen.status : undefined;
  const serialNumber =
    status?.instrument?.serialNumber ?? (chosen?.kind === "known" ? chosen.known.serialNumber : undefined);
  const ofInstrument = serialNumber ? { serialNumber } : undefined;
  const { value: corrections } = useLookup("correctionsInForce", ofInstrument, status?.darkAt);
  const { value: records } = useLookup("calibrationHistory", recordId ? ofInstrument : undefined);
  const record = records?.find(({ calibrationId }) => calibrationId === recordId);
  const choose = (next: string): void => {
    setKey(next);
    setRecordId(undefined);
    setOthers(false);
  };

  return (
    <>
      <aside className="act desk" aria-label="Actions">
        <StopLaser />
        {wizard ? (
          <WizardActions wizard={wizard} serialNumber={serialNumber ?? wizard.run.instrumentId} status={status} />
        ) : others ? null : record ? (
          <RecordActions key={record.calibrationId} record={record} onBack={() => setRecordId(undefined)} />
        ) : (
          <EntryActions key={chosen?.key} entry={chosen} />
        )}
      </aside>
      <main className="main">
        <h1 className="unseen">Instruments</h1>
        <div className={wizard ? "workshop guided" : "workshop"}>
          <div className="side">
            <List
              entries={entries}
              chosen={others && !wizard ? undefined : chosen}
              onChoose={choose}
              others={others && !wizard}
              onOthers={() => setOthers(true)}
            />
            {serialNumber && (!others || wizard) && <InForce corrections={corrections} />}
          </div>
          <div className="right">
            {problem && problem.code !== "cancelled" && (
              <section className="trouble" role="alert">
                <Mark name="failed" size={28} />
                <div>
                  <h3>{problem.sentence}</h3>
                  <p>{problem.hint}</p>
                </div>
                <Press className="btn" onPress={() => station.closeProblem()}>
                  Close
                </Press>
              </section>
            )}
            {wizard ? (
              <WizardPane
                wizard={wizard}
                demo={status !== undefined && isDemo(status, found)}
                instrument={status ? `${instrumentName(status)}, ${wizard.run.instrumentId}` : wizard.run.instrumentId}
              />
            ) : others ? (
              <OtherSources onDone={() => setOthers(false)} />
            ) : record ? (
              <RecordPane record={record} />
            ) : (
              <EntryPane key={chosen?.key} entry={chosen} corrections={corrections} onRecord={setRecordId} />
            )}
          </div>
        </div>
        <StopBar />
      </main>
    </>
  );
}

interface EntryPaneProps {
  readonly entry: Entry | undefined;
  readonly corrections: Parameters<typeof DevicePane>[0]["corrections"];
  readonly onRecord: (calibrationId: string) => void;
}

function EntryPane({ entry, corrections, onRecord }: EntryPaneProps): ReactNode {
  switch (entry?.kind) {
    case "device":
      return <DevicePane status={entry.status} corrections={corrections} onRecord={onRecord} />;
    case "known":
      return <KnownPane known={entry.known} />;
    case "position":
      return <PositionPane position={entry.position} />;
    case "port":
      return <PortPane port={entry.port} />;
    case undefined:
      return <EmptyPane />;
  }
}

/** What can be done with what is chosen: calibrate it, let it go, or bring it back. */
function EntryActions({ entry }: { entry: Entry | undefined }): ReactNode {
  if (entry?.kind === "device") return <DeviceActions status={entry.status} />;
  if (entry?.kind === "known") return <KnownActions known={entry.known} />;
  if (entry?.kind === "position") return <ReceiverActions id={entry.key} />;
  const receiver = entry?.port.instrument?.kind === "position" ? entry.port : undefined;
  return (
    <div className="do">
      <DemoButton />
      {receiver && <ConnectReceiver path={receiver.path} driver={receiver.instrument?.driver} />}
    </div>
  );
}

function ReceiverActions({ id }: { id: string }): ReactNode {
  const station = useStation();
  const [busy, run] = useTask();
  return (
    <div className="do">
      <Press className="btn" aria-disabled={busy} onPress={() => run(() => station.disconnectInstrument(id))}>
        Disconnect
      </Press>
    </div>
  );
}

function ConnectReceiver({ path, driver }: { path: string; driver: string | undefined }): ReactNode {
  const station = useStation();
  const [busy, run] = useTask();
  return (
    <Press
      className="btn glove go"
      aria-disabled={busy}
      onPress={() => run(() => station.connectInstrument({ kind: "port", path, ...(driver && { driver }) }))}
    >
      {busy ? "Connecting" : "Use its position"}
    </Press>
  );
}

function DeviceActions({ status }: { status: DeviceStatus }): ReactNode {
  const station = useStation();
  const [busy, run] = useTask();
  const { id, state, instrument } = status;
  const { value: procedures = [] } = useLookup(
    "calibrationProcedures",
    instrument && { instrumentId: instrument.serialNumber },
    status.profile.technique,
  );
  const ready = state === "ready";
  return (
    <div className="do">
      {(state === "lost" || state === "failed") && (
        <Press className="btn" aria-disabled={busy} onPress={() => run(() => station.retryInstrument(id))}>
          Try again now
        </Press>
      )}
      <Press
        className="btn"
        aria-disabled={busy || state === "measuring"}
        onPress={() => state !== "measuring" && run(() => station.disconnectInstrument(id))}
      >
        Disconnect
      </Press>
      {procedures.map(({ id: procedureId, title }, i) => (
        <Press
          key={procedureId}
          // One main button: the first procedure is the one that the technique needs most.
          className={i === 0 ? "btn glove go" : "btn glove"}
          aria-disabled={!ready || busy}
          onPress={() => ready && run(() => station.beginCalibration(id, procedureId))}
        >
          <span>
            Begin {title}
            {!ready && <span className="why">when it is ready</span>}
          </span>
        </Press>
      ))}
    </div>
  );
}

function KnownActions({ known }: { known: KnownInstrument }): ReactNode {
  const station = useStation();
  const [busy, run] = useTask();
  const [sure, setSure] = useState(false);
  const { id, lastPort, driver, profile } = known;
  return (
    <div className="do">
      <Press
        className="btn"
        aria-disabled={busy}
        onPress={() => (sure ? run(() => station.forgetInstrument(id)) : setSure(true))}
      >
        {sure ? "Forget it and its name" : "Forget"}
      </Press>
      {!known.connects && (
        <Press
          className="btn glove go"
          aria-disabled={busy}
          onPress={() => run(() => station.connectInstrument({ kind: "port", path: lastPort, driver, profile }))}
        >
          Connect
        </Press>
      )}
    </div>
  );
}

/** The simulated spectrometer, for trying out what is here without an instrument. */
function DemoButton(): ReactNode {
  const station = useStation();
  const { hello, link } = useLive();
  const [busy, run] = useTask();
  if (!hello?.demoAvailable || link !== "up") return null;
  return (
    <Press className="btn" aria-disabled={busy} onPress={() => run(() => station.startDemo())}>
      {busy ? <Mark name="busy" size={28} /> : <Icon name="probe" size={28} />}
      Start demo instrument
    </Press>
  );
}
