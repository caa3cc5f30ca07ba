import { expect, it } from "vitest";
import { pause } from "./time.ts";
import { Turns } from "./turns.ts";

it("does one thing at a time in the order of asking, whatever becomes of the one before", async () => {
  const turns = new Turns();
  const log: string[] = [];
  const work = (name: string, ms: number, fails = false) =>
    turns.take(async () => {
      log.push(`${name} begins`);
      await pause(ms);
      log.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const results = await Promise.allSettled([work("a", 20), work("b", 1, true), work("c", 1)]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(log).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

it("does not begin what was cancelled while it waited, and goes on with the next", async () => {
  const turns = new Turns();
  const gate = Promise.withResolvers<void>();
  const stop = new AbortController();
  let begun = false;
  const first = turns.take(() => gate.promise);
  const second = turns.take(async () => {
    begun = true;
  }, stop.signal);
  const third = turns.take(async () => "third");
  stop.abort();
  await expect(second).rejects.toMatchObject({ code: "cancelled" });
  gate.resolve();
  await first;
  expect(await third).toBe("third");
  expect(begun).toBe(false);
});
