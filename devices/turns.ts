import { cancelled } from "./time.ts";

/** One at a time, in the order of asking. */
export class Turns {
  #tail: Promise<void> = Promise.resolve();

  /**
   * Does the work when its turn has come; its failure does not hold up the next. Rejects with "cancelled", the work not
   * begun, if the signal fires while it waits.
   */
  async take<Value>(work: () => Promise<Value>, signal?: AbortSignal): Promise<Value> {
    const turn = this.#tail;
    const done = Promise.withResolvers<void>();
    this.#tail = turn.then(() => done.promise);
    try {
      await orCancelled(turn, signal);
      return await work();
    } finally {
      done.resolve();
    }
  }
}

async function orCancelled(turn: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return turn;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(cancelled());
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([turn, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
