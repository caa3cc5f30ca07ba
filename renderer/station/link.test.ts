import { describe, expect, it } from "vitest";
import type { Channel } from "../../contract/channel.ts";
import { backOffMs, keepConnected } from "./link.ts";

/** A channel that ends when told. */
function channelThat(): { channel: Channel; end: () => void } {
  let end = (): void => {};
  const channel: Channel = {
    send: () => undefined,
    listen: (_onMessage, onClosed) => {
      end = onClosed;
    },
    close: () => undefined,
  };
  return { channel, end: () => end() };
}

describe("the link to the station", () => {
  it("waits longer after each failure, but never more than 2 s", () => {
    expect([0, 1, 2, 3, 4, 5000].map(backOffMs)).toEqual([250, 500, 1000, 2000, 2000, 2000]);
  });

  it("connects again after the station has died, and starts with the short pause", async () => {
    const seen: string[] = [];
    let tries = 0;
    const open = async (): Promise<Channel> => {
      tries++;
      if (tries === 2) throw new Error("not there yet");
      const { channel, end } = channelThat();
      queueMicrotask(() => setTimeout(end));
      return channel;
    };
    await keepConnected(
      open,
      { onUp: async () => void seen.push("up"), onGone: () => void seen.push("gone") },
      async (ms) => void seen.push(`pause ${ms}`),
      () => tries < 3,
    );
    expect(seen).toEqual(["up", "gone", "pause 250", "gone", "pause 500", "up", "gone", "pause 250"]);
  });

  it("tries again when the greeting fails, and lets the old connection go", async () => {
    let closed = 0;
    let tries = 0;
    const open = async (): Promise<Channel> => {
      tries++;
      return { ...channelThat().channel, close: () => void closed++ };
    };
    await keepConnected(
      open,
      { onUp: () => Promise.reject(new Error("hello failed")), onGone: () => undefined },
      async () => undefined,
      () => tries < 2,
    );
    expect(closed).toBe(2);
  });
});
