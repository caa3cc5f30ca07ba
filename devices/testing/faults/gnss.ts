import type { PositionStatus } from "../../../contract/device.ts";
import { fromProblem, LithoscopeError } from "../../../contract/errors.ts";
import { Receiver } from "../../gnss/receiver.ts";
import { sentence } from "../../gnss/sentence.ts";
import { truthOfPlace } from "../../simulators/gnss/serve.ts";
import { cancelled, pause, systemClock } from "../../time.ts";
import { openTransport } from "../../transport/open.ts";
import { Turns } from "../../turns.ts";
import type { Connection, ConnectOptions, ProtocolUnderTest, Taken } from "./protocol.ts";

const hex = (text: string) => Buffer.from(text, "latin1").toString("hex");
/** As long as those that the simulator sends. */
const gga = sentence("GNGGA,123519.00,1000.01000,N,00010.00000,E,8,09,0.9,613.0,M,-12.0,M,,");
const rate = 38_400;
/** Faster than any receiver's epochs, so that cases do not wait. Three sentences take 45 ms at this rate. */
const epochMs = 100;

/** A position is a reading here: each that is newer than the last. */
async function connect(
  path: string,
  { lastBaud = rate, clock = systemClock, signal }: ConnectOptions,
): Promise<Connection> {
  const { promise: fixed, resolve, reject } = Promise.withResolvers<void>();
  const listeners: ((reason: LithoscopeError) => void)[] = [];
  const turns = new Turns();
  let wake = () => {};
  let ended: LithoscopeError | undefined;
  /** It fell silent and is listened for again: told to whoever waits. */
  let failure: LithoscopeError | undefined;
  let lastLatitude: number | undefined;
  const onStatus = ({ state, problem }: PositionStatus) => {
    if (state === "fixed") resolve();
    if (state === "silent" && problem && ended === undefined) {
      failure = fromProblem(problem);
      reject(failure);
      if (problem.code !== "device-timeout") {
        ended = failure;
        for (const listener of listeners) listener(ended);
      }
    }
    wake();
  };
  const receiver = new Receiver({
    where: () => [{ path }],
    open: openTransport,
    onFound: () => {},
    onStatus,
    lastBaud,
    clock,
  });
  const close = async () => {
    ended ??= new LithoscopeError("device-disconnected", "Closed here.", "Connect again.");
    await receiver.close();
  };
  receiver.start();
  try {
    await fixed;
  } catch (error) {
    await close();
    throw error;
  }

  const next = async (stop: AbortSignal | undefined): Promise<Taken> => {
    for (;;) {
      if (ended) throw ended;
      const told = failure;
      failure = undefined;
      if (told) throw told;
      if (stop?.aborted) throw cancelled();
      const position = receiver.position();
      if (position !== undefined && position.latitudeDeg !== lastLatitude) {
        lastLatitude = position.latitudeDeg;
        const origin = truthOfPlace(position.latitudeDeg, position.longitudeDeg);
        const none = { integrationUs: 0, scansToAverage: 0, lightOn: false };
        const truth = origin && { session: origin.session, acquisition: 1 + origin.epoch, ...none };
        return { truth, settings: undefined, at: clock.now().toISOString(), monotonicMs: clock.monotonicMs() };
      }
      // Positions of the same second are told once, so that waiting for the word is not enough.
      const word = new Promise<void>((done) => {
        wake = done;
      });
      await Promise.race([word, pause(20, stop)]);
    }
  };
  return {
    serialNumber: undefined,
    get counters() {
      const { droppedBytes, damagedSentences } = receiver.counters;
      return { droppedBytes, damagedFrames: damagedSentences, lateFrames: 0, retries: 0, timeouts: 0 };
    },
    read: (stop = signal) => turns.take(() => next(stop), stop),
    configure: async () => {},
    setLight: async () => {},
    onClosed: (listener) => void listeners.push(listener),
    close,
  };
}

export const gnss: ProtocolUnderTest = {
  name: "NMEA 0183",
  readings: "streams",
  simulator: ({ truth, faults, baud, bootMs, minds }) => ({
    device: "gnss",
    epochMs,
    truth,
    faults,
    baud,
    bootMs,
    minds,
  }),
  connect,
  reading: { reply: "GGA", firstKept: 20, bytes: gga.length },
  marginMs: 1000,
  averages: false,
  hasLight: false,
  hasSerialNumber: false,
  tellsCoefficients: false,
  hasDetector: false,
  falseStarts: [hex("$"), hex("$GNGGA,1"), hex("$$$"), "b5620107240d0aff"],
  absurd: [hex(`$GNGGA,${"1".repeat(300)}\r\n`), hex("$\r\n"), hex("$*00\r\n"), hex("$GNGGA*56\r\n")],
  foreign: [hex(sentence("GNGSV,1,1,00")), hex(sentence("PUBX,00"))],
  damages: [
    { what: "a digit", action: { kind: "flip", bit: 8 * 20 } },
    { what: "the checksum", action: { kind: "flip", bit: 8 * (gga.length - 4) } },
    { what: "the asterisk", action: { kind: "flip", bit: 8 * (gga.length - 5) + 1 } },
    { what: "text for a number, its checksum wrong", action: { kind: "replace", hex: hex("$GNGGA,abc,N,x,E*00\r\n") } },
    { what: "no checksum", action: { kind: "replace", hex: hex(gga.replace(/\*..\r/, "\r")) } },
  ],
  bauds: { others: [9600, 115_200], slowest: 9600 },
};
