import { MessageChannel } from "node:worker_threads";
import type { EventName, EventValue } from "../../contract/api.ts";
import { type Client, connect } from "../../contract/channel.ts";
import type { JournalLine } from "../../contract/journal.ts";
import { overPort } from "../../contract/testing.ts";
import type { Station } from "../station.ts";

type Told = { [Name in EventName]: { event: Name; value: EventValue<Name> } }[EventName];

/** A page of a station, over a real MessagePort. */
export interface Page extends Client {
  /** Everything that the station told, in order. */
  readonly told: readonly Told[];
  /** Values of one event that were told, oldest first. */
  heard<Name extends EventName>(event: Name): EventValue<Name>[];
  /** Resolves as soon as something that was told, or is told, is this. */
  until<Name extends EventName>(event: Name, is: (value: EventValue<Name>) => boolean): Promise<void>;
  /** All lines of the station's session. */
  lines(): Promise<JournalLine[]>;
  /** A new spot on a new sample. */
  newSpot(): Promise<string>;
  /** Goes away, as a page that is closed. */
  leave(): void;
}

export function openPage(station: Station): Page {
  const { port1, port2 } = new MessageChannel();
  const client = connect(overPort(port2));
  const told: Told[] = [];
  const waiting = new Set<() => void>();
  for (const event of [
    "journal",
    "instruments",
    "found",
    "position",
    "progress",
    "live",
    "drift",
    "learned",
    "session",
    "handOver",
    "calibration",
    "calibrationLive",
    "problem",
  ] as const) {
    client.on(event, (value) => {
      told.push({ event, value } as Told);
      for (const check of waiting) check();
    });
  }
  station.attach(overPort(port1));

  const heard = <Name extends EventName>(event: Name) =>
    told.filter((t) => t.event === event).map((t) => t.value as EventValue<Name>);
  return {
    ...client,
    told,
    heard,
    until: (event, is) =>
      new Promise((resolve) => {
        const check = () => {
          if (!heard(event).some(is)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    async lines() {
      const { sessionId } = (await client.request("hello", {})).session;
      const lines: JournalLine[] = [];
      for (;;) {
        const next = await client.request("eventsSince", { sessionId, afterSeq: lines.at(-1)?.seq ?? 0 });
        if (next.lines.length === 0) return lines;
        lines.push(...next.lines);
      }
    },
    async newSpot() {
      const { sampleId } = await client.request("createSample", { name: "LZ-07" });
      return (await client.request("createSpot", { sampleId })).spotId;
    },
    leave: () => port2.close(),
  };
}
