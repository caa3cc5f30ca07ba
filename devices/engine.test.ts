import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LithoscopeError } from "../contract/errors.ts";
import { RequestEngine, type Verdict } from "./engine.ts";
import { exchange } from "./ocean-obp/exchange.ts";
import { decodeFrame, encodeFrame, flag, type ObpFrame } from "./ocean-obp/frame.ts";
import { obp, u8, u32 } from "./ocean-obp/messages.ts";
import { ObpParser } from "./ocean-obp/parser.ts";
import { FakeTransport } from "./testing/fake-transport.ts";

const deadlineMs = 1000;
const serial = () => exchange(obp.serialNumber, undefined, { md5: false, deadlineMs });
const integration = (us: number) => exchange(obp.setIntegrationUs, us, { md5: false, deadlineMs });
const spectrum = () => exchange(obp.rawSpectrum, undefined, { md5: false, deadlineMs });

type Answer = Partial<ObpFrame> | "silence";

/** An engine on a transport whose other end answers each request as the script says; without a word it answers well. */
function scripted(script: Answer[] = []) {
  const transport = new FakeTransport();
  const engine = new RequestEngine(transport, new ObpParser(), { byteMs: () => 0.087, probe: serial });
  const asked: number[] = [];
  transport.onWrite = (bytes) => {
    const request = decodeFrame(bytes);
    if (typeof request === "string") throw new Error(request);
    asked.push(request.type);
    const answer = script.shift() ?? {};
    if (answer !== "silence") queueMicrotask(() => transport.receive(encodeFrame({ ...good(request), ...answer })));
  };
  return { transport, engine, asked };
}

function good({ type, regarding, flags }: ObpFrame): ObpFrame {
  const data = type === obp.serialNumber.type ? Buffer.from("S1") : u32(1);
  const ack = flags & flag.wantsAck;
  return { flags: ack ? flag.response | flag.ack : flag.response, error: 0, type, regarding, md5: false, data };
}

const nack = (error: number): Answer => ({ flags: flag.nack, error, data: u8(0) });
const code = (error: unknown) => (error instanceof LithoscopeError ? error.code : String(error));
const outcome = (work: Promise<unknown>) => work.then((value) => value, code);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the request engine", () => {
  it("has one request in flight: the second goes out after the first was answered", async () => {
    const { transport, engine } = scripted(["silence", "silence"]);
    const both = Promise.all([engine.request(serial()), engine.request(integration(10))]);
    await vi.advanceTimersByTimeAsync(100);
    expect(transport.written).toHaveLength(1);
    const answer = (i: number) => {
      const request = decodeFrame(transport.written[i]!);
      if (typeof request === "object") transport.receive(encodeFrame(good(request)));
    };
    answer(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(transport.written).toHaveLength(2);
    answer(1);
    expect(await both).toEqual(["S1", true]);
  });

  it("times out at the deadline, not before, and then asks the probe before the next request", async () => {
    const { engine, asked } = scripted(["silence"]);
    const first = outcome(engine.request(spectrum()));
    let settled = false;
    void first.then(() => {
      settled = true;
    });
    await vi.advanceTimersByTimeAsync(deadlineMs - 1);
    expect(settled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await first).toBe("device-timeout");
    const second = engine.request(integration(10));
    await vi.advanceTimersByTimeAsync(200);
    expect(await second).toBe(true);
    expect(asked).toEqual([obp.rawSpectrum.type, obp.serialNumber.type, obp.setIntegrationUs.type]);
  });

  it("takes a reply at 95 % of the deadline and none at 105 %", async () => {
    for (const [share, expected] of [
      [0.95, "S1"],
      [1.05, "device-timeout"],
    ] as const) {
      const { engine, transport } = scripted(["silence"]);
      const answer = outcome(engine.request(serial()));
      await vi.advanceTimersByTimeAsync(deadlineMs * share);
      const request = decodeFrame(transport.written[0]!);
      if (typeof request === "object") transport.receive(encodeFrame(good(request)));
      expect(await answer).toBe(expected);
    }
  });

  it("does not take the late answer to a cancelled request for the answer to the next of its kind", async () => {
    const { engine, transport } = scripted(["silence", "silence", "silence"]);
    const stop = new AbortController();
    const first = outcome(engine.request(spectrum(), { signal: stop.signal }));
    await vi.advanceTimersByTimeAsync(10);
    stop.abort();
    expect(await first).toBe("cancelled");

    const second = outcome(engine.request(spectrum()));
    await vi.advanceTimersByTimeAsync(100); // quiet line, then the probe goes out
    expect(transport.written).toHaveLength(2);
    // A device without token echo: only the order tells the old spectrum from the new.
    const reply = (i: number, data: Uint8Array) => {
      const request = decodeFrame(transport.written[i]!);
      if (typeof request === "object") transport.receive(encodeFrame({ ...good(request), regarding: 0, data }));
    };
    reply(0, u32(111));
    reply(1, Buffer.from("S1"));
    await vi.advanceTimersByTimeAsync(0);
    reply(2, u32(222));
    expect(await second).toEqual(u32(222));
    expect(engine.counters.lateFrames).toBe(1);
  });

  it("ignores and counts foreign types, foreign tokens and the echo of its own request", async () => {
    const { engine, transport } = scripted(["silence"]);
    const answer = engine.request(serial());
    await vi.advanceTimersByTimeAsync(0);
    const request = decodeFrame(transport.written[0]!);
    if (typeof request !== "object") throw new Error(request);
    transport.receive(encodeFrame({ ...good(request), type: obp.firmware.type }));
    transport.receive(encodeFrame({ ...good(request), regarding: request.regarding + 7, data: Buffer.from("OLD") }));
    transport.receive(transport.written[0]!);
    transport.receive(encodeFrame(good(request)));
    expect(await answer).toBe("S1");
    expect(engine.counters.lateFrames).toBe(3);
  });

  it("tries a device that is not ready again, with growing pauses, and gives up after five", async () => {
    const patient = scripted([nack(7), nack(7)]);
    const answer = patient.engine.request(serial());
    await vi.advanceTimersByTimeAsync(300);
    expect(await answer).toBe("S1");
    expect(patient.engine.counters.retries).toBe(2);

    const never = scripted(Array.from({ length: 9 }, () => nack(7)));
    const refused = outcome(never.engine.request(serial()));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await refused).toBe("device-refused");
    expect(never.asked).toHaveLength(6);
  });

  it("repeats once after a bad checksum", async () => {
    const once = outcome(scripted([nack(3)]).engine.request(serial()));
    const twice = outcome(scripted([nack(3), nack(3)]).engine.request(serial()));
    await vi.advanceTimersByTimeAsync(100);
    expect([await once, await twice]).toEqual(["S1", "device-refused"]);
  });

  it("waits on for the final answer after a deferral", async () => {
    const { engine, transport } = scripted([{ flags: flag.exception, error: 255 }]);
    const answer = engine.request(serial());
    await vi.advanceTimersByTimeAsync(deadlineMs * 5);
    const request = decodeFrame(transport.written[0]!);
    if (typeof request === "object") transport.receive(encodeFrame(good(request)));
    expect(await answer).toBe("S1");
  });

  it("gives the connection up when the device says that it was reset", async () => {
    expect(await outcome(scripted([nack(9)]).engine.request(serial()))).toBe("device-disconnected");
  });

  it.each([1, 2, 4, 5, 6, 8, 10, 11, 12, 13, 100])("does not repeat after error %i", async (error) => {
    const { engine, asked } = scripted([nack(error)]);
    expect(await outcome(engine.request(serial()))).toBe("device-refused");
    expect(asked).toHaveLength(1);
  });

  it("refuses an answer to a command that is neither ACK nor NACK", async () => {
    expect(await outcome(scripted([{ flags: flag.response }]).engine.request(integration(5)))).toBe("device-protocol");
  });

  it("asks once more when the answer was damaged, and says so when it is damaged again", async () => {
    const damaged = (frame: ObpFrame) => {
      const bytes = encodeFrame({ ...good(frame), md5: true });
      bytes[30] = 0xff;
      return bytes;
    };
    for (const [times, expected] of [
      [1, "S1"],
      [2, "device-protocol"],
    ] as const) {
      const transport = new FakeTransport();
      const engine = new RequestEngine(transport, new ObpParser(), { byteMs: () => 0.087, probe: serial });
      let toDamage: number = times;
      transport.onWrite = (bytes) => {
        const request = decodeFrame(bytes);
        if (typeof request !== "object") return;
        const reply =
          request.type === obp.setIntegrationUs.type && toDamage-- > 0 ? damaged(request) : encodeFrame(good(request));
        queueMicrotask(() => transport.receive(reply));
      };
      const answer = outcome(engine.request(integration(5)));
      await vi.advanceTimersByTimeAsync(500);
      expect(await answer).toBe(expected === "S1" ? true : expected);
    }
  });

  it("cancels a request that waits in the queue without sending it", async () => {
    const { engine, transport } = scripted(["silence"]);
    const first = outcome(engine.request(serial()));
    const stop = new AbortController();
    const second = outcome(engine.request(integration(1), { signal: stop.signal }));
    stop.abort();
    expect(await second).toBe("cancelled");
    await vi.advanceTimersByTimeAsync(deadlineMs);
    expect(await first).toBe("device-timeout");
    expect(transport.written).toHaveLength(1);
  });

  it("rejects what waits and what comes after a disconnect", async () => {
    const { engine, transport } = scripted(["silence"]);
    const waiting = [outcome(engine.request(serial())), outcome(engine.request(integration(1)))];
    await vi.advanceTimersByTimeAsync(1);
    transport.unplug();
    expect(await Promise.all(waiting)).toEqual(["device-disconnected", "device-disconnected"]);
    expect(await outcome(engine.request(serial()))).toBe("device-disconnected");
  });

  it("tells the parser what to expect before each attempt, when it holds nothing any more", async () => {
    const { engine, asked } = scripted([nack(3)]);
    const prepared: number[] = [];
    const answer = engine.request({ ...serial(), prepare: () => prepared.push(asked.length) });
    await vi.advanceTimersByTimeAsync(100);
    expect(await answer).toBe("S1");
    expect(prepared).toEqual([0, 1]);
  });

  it("waits while noise answers its probe: the device is still sending what it owes", async () => {
    const transport = new FakeTransport();
    const noisy = () => ({ ...serial(), judge: (): Verdict<string> => unsettledNoise });
    const engine = new RequestEngine(transport, new ObpParser(), { byteMs: () => 0.087, probe: noisy });
    const first = outcome(engine.request(spectrum()));
    await vi.advanceTimersByTimeAsync(deadlineMs);
    expect(await first).toBe("device-timeout");
    const second = outcome(engine.request(integration(10)));
    transport.onWrite = () => queueMicrotask(() => transport.receive(encodeFrame(good(any))));
    await vi.advanceTimersByTimeAsync(9000);
    const askedSoFar = transport.written.length;
    expect(askedSoFar).toBeGreaterThan(20);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await second).toBe("device-protocol");
  });

  it("drops and counts what arrived unasked before a request", async () => {
    const { engine, transport } = scripted();
    transport.receive(encodeFrame({ ...good({ ...any, type: obp.serialNumber.type }), data: Buffer.from("OLD") }));
    transport.receive(Uint8Array.of(0xc1, 0xc0, 0x00));
    expect(await engine.request(serial())).toBe("S1");
    expect(engine.counters).toMatchObject({ lateFrames: 1, droppedBytes: 3 });
  });
});

const unsettledNoise: Verdict<string> = {
  is: "again",
  afterMs: 0,
  times: 3,
  unsettled: true,
  error: new LithoscopeError("device-protocol", "Noise.", "Wait."),
};

const any: ObpFrame = { flags: 0, error: 0, type: 0, regarding: 0, md5: false, data: new Uint8Array(0) };
