import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "vitest";
import type { FaultInput } from "../../simulators/faults.ts";
import { systemClock } from "../../time.ts";
import { openTransport } from "../../transport/open.ts";
import { type Bench, type Checked, outcomeOf } from "./bench.ts";
import { faultyReadings, onGarbledReading, onReading, type ProtocolUnderTest } from "./protocol.ts";

/** Why a protocol cannot suffer a fault; the table says it. */
export class NotApplicable {
  readonly why: string;
  constructor(why: string) {
    this.why = why;
  }
}

export interface FaultCase {
  /** As in reference/protocols.md §7.2; "+" for those that it calls further, cheap. */
  number: string;
  title: string;
  run(bench: Bench, long: boolean): Promise<NotApplicable | undefined>;
}

const banner = Buffer.from("boot v1.2\r\nready\r\n").toString("hex");
const noSettings = new NotApplicable("the device has no settings");

const reading = "reading";

/** A right reading within some tries; for devices that owe late bytes. Anything wrong fails the case at once. */
async function soonReading(connection: Checked, tries = 3): Promise<void> {
  const outcomes: string[] = [];
  while (outcomes.length < tries && outcomes.at(-1) !== reading) outcomes.push(await connection.outcome());
  expect(outcomes.at(-1), outcomes.join(", ")).toBe(reading);
}

/** Right readings in spite of the fault: of a device that streams, until the faulty one has surely passed. */
async function passes(bench: Bench, connection: Checked, readings = 1): Promise<void> {
  for (let i = faultyReadings(bench.protocol, readings); i > 0; i--) await connection.read();
}

/**
 * A reading fails because of the fault, with one of these problems, and the next is right. A device that streams sends
 * the next by itself, so that there nothing fails.
 */
async function failsOnce(bench: Bench, connection: Checked, problems: readonly string[]): Promise<void> {
  if (bench.protocol.readings === "streams") return passes(bench, connection, 2);
  expect(problems).toContain(await connection.outcome());
  await connection.read();
}

/** Runs the same steps with each of several faults, on a simulator each; several at a time. */
async function forEach<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}

/** Numbers from 1 to `last`: all, or `count` that are spread over them with both ends. */
function cuts(last: number, count: number): number[] {
  if (count >= last) return Array.from({ length: last }, (_, i) => i + 1);
  return Array.from({ length: count }, (_, i) => 1 + Math.round((i * (last - 1)) / (count - 1)));
}

const faultOnFirst = (protocol: ProtocolUnderTest, action: FaultInput["action"]) => [onReading(protocol, 0, action)];

export const faultCases: readonly FaultCase[] = [
  {
    number: "1",
    title: "split frame",
    async run(bench, long) {
      const { bytes } = bench.protocol.reading;
      const places = cuts(bytes - 1, long ? bytes : 12);
      const { connection } = await bench.connected({
        faults: [
          ...places.map((afterBytes, i) =>
            onReading(bench.protocol, i, { kind: "stall", afterBytes, ms: 1 + (i % 20) }),
          ),
          onReading(bench.protocol, places.length, { kind: "split", pieceBytes: Math.ceil(bytes / 200), pauseMs: 1 }),
        ],
      });
      const { retries } = connection.counters;
      await passes(bench, connection, places.length + 1);
      expect(connection.counters).toMatchObject({ retries, timeouts: 0 });
      return undefined;
    },
  },
  {
    number: "2",
    title: "merged frames",
    async run(bench) {
      const half = Math.floor(bench.protocol.reading.bytes / 2);
      const { connection } = await bench.connected({
        faults: [
          onReading(bench.protocol, 0, { kind: "duplicate" }),
          onReading(bench.protocol, 2, { kind: "duplicate", copies: 9 }),
          onReading(bench.protocol, 4, { kind: "duplicate", copies: 1, thenBytes: half }),
        ],
      });
      await passes(bench, connection, 8);
      return undefined;
    },
  },
  {
    number: "3",
    title: "garbage first",
    async run(bench) {
      const { falseStarts } = bench.protocol;
      const garbage = [banner, ...falseStarts, banner + falseStarts.join("")];
      const { connection } = await bench.connected({
        faults: garbage.map((hex, i) => onGarbledReading(bench.protocol, i, { kind: "garbage", hex })),
      });
      const before = connection.counters;
      await passes(bench, connection, garbage.length);
      expect(connection.counters.droppedBytes).toBeGreaterThanOrEqual(before.droppedBytes + banner.length / 2);
      return undefined;
    },
  },
  {
    number: "4",
    title: "truncated frame, then silence",
    async run(bench, long) {
      const { reading: of, unseenLoss } = bench.protocol;
      // A few digits before the next line are lost digits the other way round.
      const least = unseenLoss === undefined ? 1 : 12;
      const places = cuts(of.bytes - 1, long ? 24 : 3).map((place) => Math.max(least, place));
      await forEach(places, async (afterBytes) => {
        const faults = faultOnFirst(bench.protocol, { kind: "truncate", afterBytes });
        const { connection } = await bench.connected({ faults }, bench.brisk);
        // A driver that heard something may have asked once more.
        await failsOnce(bench, connection, ["device-timeout", reading]);
      });
      return undefined;
    },
  },
  {
    number: "5",
    title: "corrupt frame",
    async run(bench) {
      const { damages, readings } = bench.protocol;
      await forEach(damages, async ({ what, action }) => {
        const { connection } = await bench.connected({ faults: faultOnFirst(bench.protocol, action) }, bench.brisk);
        const before = connection.counters;
        await passes(bench, connection);
        const { retries, droppedBytes, damagedFrames } = connection.counters;
        if (readings === "asked") expect(retries, what).toBe(before.retries + 1);
        else expect(droppedBytes + damagedFrames, what).toBeGreaterThan(before.droppedBytes + before.damagedFrames);
      });
      return undefined;
    },
  },
  {
    number: "6",
    title: "absurd length",
    async run(bench) {
      await forEach(bench.protocol.absurd, async (hex) => {
        const faults = [
          onReading(bench.protocol, 0, { kind: "garbage", hex }),
          // The second after it, for a driver that drops one after a failure.
          onReading(bench.protocol, 2, { kind: "replace", hex }),
        ];
        const { connection } = await bench.connected({ faults }, bench.brisk);
        if (bench.protocol.readings === "streams") return passes(bench, connection, 3);
        await soonReading(connection, 2);
        const outcome = await connection.outcome();
        expect([reading, "device-timeout", "device-protocol"]).toContain(outcome);
        await soonReading(connection);
      });
      return undefined;
    },
  },
  {
    number: "7",
    title: "negative answers",
    async run(bench, long) {
      const { negative } = bench.protocol;
      if (negative === undefined) return new NotApplicable("the device has no negative answers");
      const { final, again, deferred } = negative;
      const numbers = long ? final : [...new Set([final[0], final.at(-1)])].filter((n) => n !== undefined);
      await forEach(numbers, async (error) => {
        const { connection } = await bench.connected({ faults: faultOnFirst(bench.protocol, { kind: "nack", error }) });
        await failsOnce(bench, connection, ["device-refused"]);
      });
      if (again !== undefined) {
        const action = { kind: "nack", error: again } as const;
        const { connection } = await bench.connected({ faults: [onReading(bench.protocol, 0, action, 2)] });
        await connection.read();
        expect(connection.counters.retries).toBe(2);
      }
      if (deferred !== undefined) {
        const { marginMs } = bench.protocol;
        const pauseMs = 1.5 * (bench.protocol.deadlineMs?.({ integrationUs: 1000, marginMs }) ?? 0);
        const action = { kind: "garbage", hex: deferred, pauseMs } as const;
        const { connection } = await bench.connected({ faults: faultOnFirst(bench.protocol, action) }, bench.brisk);
        await connection.read();
        expect(connection.counters.timeouts).toBe(0);
      }
      return undefined;
    },
  },
  {
    number: "8",
    title: "late and foreign replies",
    async run(bench) {
      const { foreign, readings } = bench.protocol;
      const faults = [
        ...foreign.map((hex, i) => onGarbledReading(bench.protocol, i, { kind: "garbage", hex })),
        onGarbledReading(bench.protocol, foreign.length, { kind: "late" }),
      ];
      const { connection } = await bench.connected({ faults }, bench.brisk);
      await passes(bench, connection, foreign.length);
      if (readings === "streams") return undefined;
      const before = connection.last;
      expect(await connection.outcome()).toBe("device-timeout");
      await connection.read();
      expect(connection.last, "the late answer, one newer than the last, is not taken").toBeGreaterThan(before + 1);
      return undefined;
    },
  },
  {
    number: "9",
    title: "stale bytes after connect",
    async run(bench) {
      const { connection } = await bench.connected({ staleAtOpen: true });
      await passes(bench, connection, 2);
      return undefined;
    },
  },
  { number: "10", title: "slow device", run: slowDevice },
  {
    number: "11",
    title: "unplug",
    async run(bench) {
      const { reading: of, integrationUs } = bench.protocol;
      const moments = ["idle", "waiting", "in mid-frame", "in mid-write"] as const;
      await forEach(moments, async (moment) => {
        if (moment === "in mid-write") return unpluggedInWrite(bench);
        const die = onReading(bench.protocol, 0, { kind: "die", afterBytes: Math.floor(of.bytes / 2) });
        const slow = moment === "waiting" && integrationUs ? { integrationUs: integrationUs.long } : {};
        const { simulated, connection } = await bench.connectedAlone(
          moment === "in mid-frame" ? { faults: [die] } : {},
          slow,
        );
        const ends: string[] = [];
        const ended = new Promise<void>((resolve) =>
          connection.onClosed((reason) => {
            ends.push(reason.code);
            resolve();
          }),
        );
        const outcome = moment === "idle" ? undefined : untilGone(connection);
        outcome?.catch(() => {}); // awaited below
        if (moment !== "in mid-frame") await simulated.kill();
        if (outcome) expect(await outcome, moment).toBe("device-disconnected");
        await ended;
        expect(await connection.outcome(), moment).toBe("device-disconnected");
        await connection.close();
        expect(ends, moment).toEqual(["device-disconnected"]);
      });
      return undefined;
    },
  },
  { number: "12", title: "replug, reset, another device", run: replug },
  { number: "13", title: "wrong baud, baud switch", run: bauds },
  { number: "14", title: "port problems, sharing", run: portProblems },
  { number: "15", title: "blocked write, shutdown", run: shutdown },
  {
    number: "+",
    title: "lost or doubled byte",
    async run(bench, long) {
      const { unseenLoss } = bench.protocol;
      if (unseenLoss !== undefined) return new NotApplicable(unseenLoss);
      const { bytes } = bench.protocol.reading;
      const places = cuts(bytes - 2, long ? 40 : 3);
      const faults: FaultInput["action"][] = places.flatMap((byte) => [
        { kind: "lose", byte },
        { kind: "double", byte },
      ]);
      await forEach(faults, async (action) => {
        const { connection } = await bench.connected({ faults: faultOnFirst(bench.protocol, action) }, bench.brisk);
        if (bench.protocol.readings === "streams") return passes(bench, connection);
        await soonReading(connection);
      });
      return undefined;
    },
  },
  {
    number: "+",
    title: "settings echo mismatch",
    async run(bench) {
      if (bench.protocol.integrationUs === undefined) return noSettings;
      const simulated = await bench.plug({ ignoresSettings: true });
      expect(await outcomeOf(bench.connect(simulated))).toBe("settings-not-acknowledged");
      return undefined;
    },
  },
  {
    number: "+",
    title: "flat or all-zero spectrum",
    async run(bench) {
      if (bench.protocol.hasDetector === false) return new NotApplicable("the device has no detector");
      for (const detector of ["zero", "flat"] as const) {
        const { connection } = await bench.connected({ detector });
        expect(await connection.outcome(), detector).toBe("device-protocol");
      }
      return undefined;
    },
  },
  {
    number: "+",
    title: "NaN coefficients",
    async run(bench) {
      if (!bench.protocol.tellsCoefficients) return new NotApplicable("the coefficients are not in the device");
      const simulated = await bench.plug({ coefficients: "nan" });
      expect(await outcomeOf(bench.connect(simulated))).toBe("device-protocol");
      return undefined;
    },
  },
  {
    number: "+",
    title: "concurrent callers",
    async run(bench) {
      const { connection } = await bench.connected();
      // Each looks that its reading is newer than the one before: they are answered in the order in which they asked.
      await Promise.all([1, 2, 3, 4].map(() => connection.read()));
      return undefined;
    },
  },
  {
    number: "+",
    title: "settings changed under way",
    async run(bench, long) {
      const { integrationUs } = bench.protocol;
      if (integrationUs === undefined) return noSettings;
      const { connection } = await bench.connected();
      for (let round = 0; round < (long ? 40 : 4); round++) {
        const under = connection.read();
        await connection.configure(integrationUs.short[round % 2 === 0 ? 1 : 0]);
        await under;
      }
      await connection.read();
      return undefined;
    },
  },
  {
    number: "+",
    title: "clock jump",
    async run(bench) {
      let jumpMs = 0;
      const clock = { ...systemClock, now: () => new Date(Date.now() + jumpMs) };
      const { connection } = await bench.connected({}, { clock });
      const before = await connection.read();
      jumpMs = -3_600_000;
      const after = await connection.read();
      expect(Date.parse(after.at)).toBeLessThan(Date.parse(before.at));
      expect(after.monotonicMs).toBeGreaterThan(before.monotonicMs);
      return undefined;
    },
  },
  {
    number: "+",
    title: "two identical devices",
    async run(bench) {
      const two = await Promise.all([bench.connected(), bench.connected()]);
      for (let round = 0; round < 3; round++) await Promise.all(two.map(({ connection }) => connection.read()));
      expect(new Set(two.map(({ connection }) => connection.serialNumber)).size).toBe(1);
      return undefined;
    },
  },
];

async function slowDevice(bench: Bench, long: boolean): Promise<undefined> {
  const { protocol } = bench;
  const { integrationUs } = protocol;
  if (protocol.deadlineMs) {
    // A process on a loaded machine hesitates; five per cent of a deadline is proved with the engine's own clock
    // (devices/engine.test.ts) and here in the long form, with a deadline of which it is two seconds.
    const share = long ? 0.05 : 0.3;
    const marginMs = long ? 40_000 : 3000;
    const deadlineMs = protocol.deadlineMs({ integrationUs: 1000, marginMs });
    const usualMs = deadlineMs - marginMs;
    await forEach([-1, 1], async (sign) => {
      const ms = deadlineMs * (1 + sign * share) - usualMs;
      const { connection } = await bench.connected(
        { faults: faultOnFirst(protocol, { kind: "delay", ms }) },
        { marginMs },
      );
      if (sign < 0) await connection.read();
      else await failsOnce(bench, connection, ["device-timeout"]);
    });
  }
  {
    const afterBytes = Math.floor(protocol.reading.bytes / 2);
    const { connection } = await bench.connected({
      faults: faultOnFirst(protocol, { kind: "stall", afterBytes, ms: 1000 }),
    });
    await passes(bench, connection);
  }
  if (integrationUs) {
    // The simulator's clock runs faster in the short form; the driver waits as for the real time.
    const { connection } = await bench.connected({ speed: long ? 1 : 50 }, { integrationUs: integrationUs.long });
    await connection.read();
  }
  if (integrationUs && protocol.averages) {
    const { connection } = await bench.connected({}, { integrationUs: integrationUs.short[1], scansToAverage: 10 });
    await connection.read();
  }
  if (protocol.bauds) {
    const { slowest } = protocol.bauds;
    const startMs = performance.now();
    const { connection } = await bench.connected({ baud: slowest }, { lastBaud: slowest, wantedBaud: slowest });
    await connection.read();
    expect(performance.now() - startMs).toBeGreaterThan((protocol.reading.bytes * 10_000) / slowest);
  }
  // An instrument that cannot end an exposure is waited for, so that its clock runs faster here as well.
  const { connection } = await bench.connected(
    { speed: long ? 1 : 50 },
    integrationUs ? { integrationUs: integrationUs.long } : {},
  );
  const stop = new AbortController();
  const outcome = connection.outcome(stop.signal);
  setTimeout(() => stop.abort(), 50);
  // A device that streams may have had one ready.
  expect(["cancelled", ...(protocol.readings === "streams" ? [reading] : [])]).toContain(await outcome);
  if (integrationUs) await connection.configure(integrationUs.short[0]);
  await connection.read();
  return undefined;
}

/** On a machine that hesitates, the deadline may pass before the system tells that the line has ended. */
async function untilGone(connection: Checked): Promise<string> {
  for (;;) {
    const outcome = await connection.outcome();
    if (outcome !== reading && outcome !== "device-timeout") return outcome;
  }
}

/** More than the kernel holds for a line whose other end does not read (reference/protocols.md §8.4, 5). */
const floodBytes = 300_000;

async function unpluggedInWrite(bench: Bench): Promise<void> {
  const simulated = await bench.plugAlone();
  simulated.freeze(true);
  const transport = await openTransport(simulated.path, 115_200);
  const ends: string[] = [];
  transport.onClosed((reason) => ends.push(reason.code));
  const writing = outcomeOf(transport.write(new Uint8Array(floodBytes)));
  await simulated.kill();
  expect(await writing).toBe("device-disconnected");
  await transport.close();
  expect(ends).toEqual(["device-disconnected"]);
}

async function replug(bench: Bench): Promise<undefined> {
  const { protocol } = bench;
  const integrationUs = protocol.integrationUs?.short[1];
  const wanted = integrationUs === undefined ? {} : { integrationUs };
  const first = await bench.connectedAlone({ serialNumber: "UNIT-1" }, wanted);
  await first.connection.read();
  await first.simulated.kill();
  await first.connection.close();
  // Same instrument at another path, then another instrument: known by what it says, not by where it is.
  for (const serialNumber of ["UNIT-1", "UNIT-2"]) {
    const { connection } = await bench.connected({ serialNumber }, wanted);
    if (protocol.hasSerialNumber) expect(connection.serialNumber).toBe(serialNumber);
    const { settings } = await connection.read();
    if (integrationUs !== undefined) expect(settings?.integrationUs).toBe(integrationUs);
  }
  // It restarts by itself: what it sends after that with settings of its own is no reading of ours.
  const { simulated, connection } = await bench.connected(
    { faults: [onReading(protocol, 0, { kind: "reset" })] },
    { ...wanted, ...bench.brisk },
  );
  if (protocol.readings === "streams") {
    await passes(bench, connection, 2);
    return undefined;
  }
  const outcome = await connection.outcome();
  if (outcome !== reading) await connection.close();
  const again = outcome === reading ? connection : await bench.reconnect(simulated, wanted);
  await again.read();
  return undefined;
}

async function bauds(bench: Bench, long: boolean): Promise<undefined> {
  const { protocol } = bench;
  if (protocol.bauds === undefined) {
    const simulated = await bench.plug({ baud: 4800, minds: true });
    expect(["device-unknown", "device-timeout"]).toContain(await outcomeOf(bench.connect(simulated, bench.brisk)));
    return undefined;
  }
  const { others, switchReply } = protocol.bauds;
  await forEach(long ? others : others.slice(0, 1), async (baud) => {
    const { connection } = await bench.connected({ baud, minds: true });
    await connection.read();
  });
  if (switchReply === undefined) return undefined;
  const stays = await bench.connected({ baudSwitch: "stays", minds: true }, bench.brisk);
  await stays.connection.read();
  // Power is cut while the rate is switched: it is back at the rate of power-up, and says nothing of it.
  const faults = [{ type: switchReply, action: { kind: "reset" } as const }];
  const cut = await bench.connected({ minds: true, faults }, bench.brisk);
  await cut.connection.read();
  return undefined;
}

async function portProblems(bench: Bench): Promise<undefined> {
  const { protocol } = bench;
  const { simulated, connection } = await bench.connected({}, bench.brisk);
  expect(await outcomeOf(bench.connect(simulated))).toBe("port-busy");
  expect(await outcomeOf(bench.connect({ path: "/dev/ttyNOTHERE", truth: 0 }))).toBe("port-not-found");
  expect(await outcomeOf(bench.connect({ path: "/dev/null", truth: 0 }))).toBe("port-not-serial");
  await connection.read();

  // A lock keeps no other program from reading (reference/protocols.md §8.4, 1): what it takes is missing here.
  const thief = spawn("cat", [simulated.path], { stdio: ["ignore", "pipe", "ignore"] });
  const gone = once(thief, "exit");
  thief.stdout.resume();
  await once(thief, "spawn");
  // Of a device that streams enough may be left to go on waiting.
  for (let i = 0; i < 3; i++) await connection.outcome(AbortSignal.timeout(2 * protocol.marginMs));
  thief.kill();
  await gone;
  await soonReading(connection, 4);
  return undefined;
}

async function shutdown(bench: Bench): Promise<undefined> {
  const { protocol } = bench;
  await forEach(["blocked", "closed", "frozen"] as const, async (how) => {
    if (how === "blocked") {
      const simulated = await bench.plugAlone();
      simulated.freeze(true);
      for (const closes of [false, true]) {
        const transport = await openTransport(simulated.path, 115_200);
        const writing = outcomeOf(transport.write(new Uint8Array(floodBytes)));
        if (closes) await transport.close();
        expect(await writing).toBe(closes ? "device-disconnected" : "port-failed");
        await transport.close();
      }
      return;
    }
    const { simulated, connection } = await bench.connectedAlone({}, bench.brisk);
    if (protocol.hasLight) {
      await connection.setLight(true);
      await simulated.light(true);
    }
    if (how === "closed") {
      await connection.close();
      await simulated.light(false);
      return;
    }
    simulated.freeze(true);
    await connection.close();
    simulated.freeze(false);
    // What could not be said in time is said by the next who connects.
    const again = await bench.reconnect(simulated);
    await simulated.light(false);
    await again.read();
  });
  if (protocol.watchdog) await protocol.watchdog((await bench.plug()).path);
  return undefined;
}
