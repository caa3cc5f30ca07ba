import { getEventListeners } from "node:events";
import { isDeepStrictEqual } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, expect, it } from "vitest";
import { LithoscopeError } from "../../contract/errors.ts";
import { pause } from "../time.ts";
import { oceanLegacy } from "./faults/oceanLegacy.ts";
import { oceanObp } from "./faults/oceanObp.ts";
import type { Connection, Plug, ProtocolUnderTest } from "./faults/protocol.ts";
import { wasatchOem } from "./faults/wasatchOem.ts";
import { SimulatorHost } from "./simulated.ts";

const long = process.env.ASSURE === "1";
const soakMs = long ? 60_000 * Number(process.env.SOAK_MINUTES ?? 60) : 12_000;
const seed = Date.now() % 2 ** 31;

const host = new SimulatorHost();
afterAll(() => host.end());

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** The fastest line that an instrument here has, so that polling is as fast as it gets. */
const baud = 921_600;
/** Short, so that a run meets many faults; a deadline missed because the machine was busy is an outcome like others. */
const marginMs = 500;
/** A connection ends after so many readings and is made anew: what it left behind would add up. */
const readingsOfConnection = 60;
/** One reply in sixteen, from the moment when the connection stands. */
const share = 1 / 16;

const instruments: readonly { protocol: ProtocolUnderTest; truth: number; plug: Partial<Plug>; flips: boolean }[] = [
  { protocol: oceanObp, truth: 2, plug: { baud }, flips: true },
  { protocol: oceanObp, truth: 4, plug: { baud }, flips: true },
  { protocol: oceanLegacy, truth: 6, plug: { baud }, flips: false },
  { protocol: wasatchOem, truth: 8, plug: {}, flips: false },
];

interface Tally {
  readings: number;
  failures: number;
  connections: number;
  wrong: string[];
}

/** Polls one instrument until the end; a reading that is not this instrument's next one is wrong. */
async function poll(
  { protocol, truth }: (typeof instruments)[number],
  path: string,
  signal: AbortSignal,
): Promise<Tally> {
  const tally: Tally = { readings: 0, failures: 0, connections: 0, wrong: [] };
  let last = 0;
  while (!signal.aborted) {
    let connection: Connection | undefined;
    try {
      connection = await protocol.connect(path, { lastBaud: baud, wantedBaud: baud, marginMs, signal });
      tally.connections++;
      for (let i = 0; i < readingsOfConnection && !signal.aborted; i++) {
        const taken = await connection.read(signal).catch(known);
        if (taken === undefined) {
          tally.failures++;
          continue;
        }
        tally.readings++;
        const problem = wrongness(taken, truth, last);
        if (problem) tally.wrong.push(problem);
        last = taken.truth?.acquisition ?? last;
      }
    } catch (error) {
      known(error);
      tally.failures++;
      await pause(50, signal).catch(known);
    } finally {
      await connection?.close();
    }
  }
  return tally;
}

function wrongness({ truth: origin, settings }: Awaited<ReturnType<Connection["read"]>>, truth: number, last: number) {
  if (origin === undefined) return "contents";
  if (origin.session !== truth) return `of ${origin.session}`;
  if (origin.acquisition <= last) return `acquisition ${origin.acquisition} after ${last}`;
  const { integrationUs, scansToAverage, lightOn } = origin;
  return settings?.integrationUs === integrationUs &&
    settings.scansToAverage === scansToAverage &&
    settings.lightOn === lightOn
    ? undefined
    : `settings ${JSON.stringify(settings)} for ${JSON.stringify(origin)}`;
}

/** What a bad line may do is a problem with a name; anything else is thrown on. */
function known(error: unknown): undefined {
  if (error instanceof LithoscopeError) return undefined;
  throw error;
}

/** Bytes a second by least squares. */
function slope(samples: readonly { atMs: number; bytes: number }[]): number {
  const mean = (of: (sample: { atMs: number; bytes: number }) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [t, b] = [mean(({ atMs }) => atMs), mean(({ bytes }) => bytes)];
  const covariance = mean(({ atMs, bytes }) => (atMs - t) * (bytes - b));
  return (1000 * covariance) / mean(({ atMs }) => (atMs - t) ** 2);
}

function handles(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

it(`four instruments on bad lines for ${soakMs / 1000} s: no wrong reading, nothing left behind`, async () => {
  const plugged = await Promise.all(
    instruments.map(({ protocol, truth, plug, flips }, i) =>
      host.simulate(
        protocol.simulator({
          truth,
          serialNumber: `UNIT-${i}`,
          minds: false,
          chaos: { share, seed: seed + i, after: 40, flips },
          ...plug,
        }),
      ),
    ),
  );
  const before = handles();
  const end = new AbortController();
  const { signal } = end;
  const polls = Promise.all(instruments.map((instrument, i) => poll(instrument, plugged[i]!.path, signal)));

  const memory: { atMs: number; bytes: number }[] = [];
  const startMs = performance.now();
  const samples = 20;
  for (let i = 1; i <= samples; i++) {
    await pause(startMs + (i * soakMs) / samples - performance.now());
    collectGarbage();
    memory.push({ atMs: performance.now() - startMs, bytes: process.memoryUsage().heapUsed });
    // Each of four polls has at most one request under way, which listens in three places.
    expect(getEventListeners(signal, "abort").length).toBeLessThanOrEqual(4 * 4);
  }
  end.abort();
  const tallies = await polls;
  collectGarbage();

  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const settled = memory.slice(samples / 2);
  const growth = slope(settled) * (soakMs / 2000);
  console.log(
    `soak, seed ${seed}: ${tallies.map(({ readings }) => readings).join(" + ")} readings, ${sum((t) => t.failures)} failures, ` +
      `${sum((t) => t.connections)} connections, heap ${(growth / 1e6).toFixed(2)} MB in the second half`,
  );
  expect(tallies.flatMap(({ wrong }) => wrong)).toEqual([]);
  for (const { readings } of tallies) expect(readings).toBeGreaterThan(0);
  expect(sum((t) => t.failures)).toBeGreaterThan(0);
  expect(getEventListeners(signal, "abort")).toEqual([]);
  for (let tries = 0; tries < 50 && !isDeepStrictEqual(handles(), before); tries++) await pause(100); // ports close in their own time
  expect(handles()).toEqual(before);
  // A spectrum kept of each connection would be more than this in the short form, and the slope does not grow with the run.
  expect(growth / (soakMs / 2000)).toBeLessThan(long ? 2000 : 200_000);
}, 7_200_000);
