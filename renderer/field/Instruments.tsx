import type { ReactNode } from "react";
import type { DeviceStatus } from "../../contract/device.ts";
import { techniqueName } from "../../contract/spectrum.ts";
import { ageWords, runningTime } from "../display/time.ts";
import { useLive, useNow, useStation } from "../parts/hooks.ts";
import { Icon, Mark, type MarkName } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { SimTag } from "../parts/SimTag.tsx";
import { isSimulated } from "../station/live.ts";

const marks: Record<DeviceStatus["state"], MarkName> = {
  connecting: "busy",
  ready: "good",
  measuring: "busy",
  lost: "failed",
  failed: "failed",
};

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

function Tile({ status, nowMs }: { status: DeviceStatus; nowMs: number }): ReactNode {
  const { profile, instrument, state } = status;
  const excitation = profile.excitationNm ? ` ${Math.round(profile.excitationNm)}` : "";
  return (
    <li className="tile">
      <p className="name">
        <Mark name={marks[state]} />
        {techniqueName[profile.technique]}
        {excitation}
        {instrument?.simulated && <SimTag word="Simulator" />}
      </p>
      <p>
        {stateWords(status, nowMs)}
        <br />
        {instrument?.model ?? status.port}
      </p>
    </li>
  );
}

function stateWords({ state, since, darkAt, problem }: DeviceStatus, nowMs: number): string {
  switch (state) {
    case "connecting":
      return `Connecting, ${runningTime(since, nowMs)}`;
    case "measuring":
      return "Measuring";
    case "lost":
      return `Lost ${runningTime(since, nowMs)}, looking`;
    case "failed":
      return problem?.sentence ?? "Failed. Unplug it and plug it in again.";
    case "ready":
      return darkAt ? `Ready, dark ${ageWords(darkAt, nowMs)}` : "Ready, no dark yet";
  }
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
