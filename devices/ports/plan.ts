import {
  type Driver,
  hasUsbId,
  type Port,
  type PositionDriver,
  type SerialDriver,
  type SerialProbe,
} from "../driver.ts";

/** A driver that is found by asking. */
export type AskedDriver = SerialDriver | PositionDriver;

/** What to ask a line, at which rate. Steps that only listen at the same rate are one: whatever comes, each recogniser sees it. */
export interface AskStep {
  baud: number;
  send: Uint8Array | undefined;
  waitMs: number;
  /** Who may recognise what comes. */
  candidates: readonly { driver: AskedDriver; probe: SerialProbe }[];
}

/**
 * The questions for a serial port in the safe order (docs/decisions/018): first only listening, at the likeliest rate of
 * each who speaks unasked, then binary frames without letters, then listening at the other rates, then letters, then
 * lines; within one manner the rates as each driver ranks them, so that every instrument is asked at its power-up rate
 * before any is asked at another. If the USB ids behind the port are a driver's own, nobody else's questions are asked.
 */
export function askPlan(drivers: readonly Driver[], port: Pick<Port, "usb">): AskStep[] {
  const asked = drivers.filter((driver): driver is AskedDriver => driver.link !== "usb");
  const own = asked.filter((driver) => hasUsbId(driver, port.usb));
  const all = (own.length > 0 ? own : asked)
    .flatMap((driver) => driver.probes.map((probe, rank) => ({ driver, probe, rank, turn: turnOf(probe, rank) })))
    .sort((a, b) => a.turn - b.turn || a.rank - b.rank);
  const steps: (AskStep & { turn: number })[] = [];
  for (const { driver, probe, turn } of all) {
    const { baud, send, waitMs } = probe;
    const same = steps.find((step) => step.turn === turn && step.baud === baud && send === undefined);
    if (same === undefined) steps.push({ turn, baud, send, waitMs, candidates: [{ driver, probe }] });
    else {
      same.waitMs = Math.max(same.waitMs, waitMs);
      same.candidates = [...same.candidates, { driver, probe }];
    }
  }
  return steps;
}

/** Listening costs more than a second a rate, and a frame harms nobody who speaks unasked: the unlikely rates come later. */
function turnOf({ manner }: SerialProbe, rank: number): number {
  if (manner === "listens") return rank === 0 ? 0 : 2;
  return { framed: 1, letters: 3, lines: 4 }[manner];
}
