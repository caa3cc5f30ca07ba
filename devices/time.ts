import { LithoscopeError } from "../contract/errors.ts";

/** Time as an instrument's owner needs it; passed in, so that tests do not wait. */
export interface Clock {
  /** Wall clock, for records. */
  now(): Date;
  /** Milliseconds that never jump back, for differences. */
  monotonicMs(): number;
  /** Rejects with "cancelled" when the signal fires. */
  pause(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = { now: () => new Date(), monotonicMs: () => performance.now(), pause };

/** Resolves after `ms`; rejects with "cancelled" as soon as the signal fires. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(cancelled());
    const finish = () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    const abort = () => {
      clearTimeout(timer);
      reject(cancelled());
    };
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/** The outcome of `work`, or what `late` makes after `ms`. The work itself goes on and its own failure is then ignored. */
export async function within<Value>(ms: number, work: Promise<Value>, late: () => Error): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

export function cancelled(): LithoscopeError {
  return new LithoscopeError("cancelled", "The measurement was stopped; nothing of it was kept.", "Measure again.");
}
