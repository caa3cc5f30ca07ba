import { createContext, type RefObject, use, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { Input, Output } from "../../contract/api.ts";
import { type Problem, toProblem } from "../../contract/errors.ts";
import type { Lookup } from "../station/instruments.ts";
import type { Live } from "../station/live.ts";
import type { Station } from "../station/station.ts";

export const StationContext = createContext<Station | undefined>(undefined);

/** The station of this page. Throws outside of {@link StationContext}. */
export function useStation(): Station {
  const station = use(StationContext);
  if (!station) throw new Error("no station in this tree");
  return station;
}

/** What is true now; renders again on every change. */
export function useLive(): Live {
  const station = useStation();
  return useSyncExternalStore(station.subscribe, station.now);
}

/** The page's clock in ms, renewed every `everyMs`; 0 stops it. */
export function useNow(everyMs: number): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    if (everyMs === 0) return;
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}

export interface LookedUp<Value> {
  /** The last answer; stays while it is asked again. Undefined until the first, and for other input. */
  readonly value: Value | undefined;
  readonly problem: Problem | undefined;
}

/**
 * Looks something up at the station and again whenever a calibration was written, `again` changes, or the station is
 * back. Nothing is asked while `input` is undefined.
 */
export function useLookup<Name extends Lookup>(
  name: Name,
  input: Input<Name> | undefined,
  again: unknown = undefined,
): LookedUp<Output<Name>> {
  const station = useStation();
  const { link, calibrationsTold } = useLive();
  const key = input && JSON.stringify(input);
  const [answer, setAnswer] = useState<LookedUp<Output<Name>> & { key: string | undefined }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for `input`; the others say when to ask again
  useEffect(() => {
    if (input === undefined || link !== "up") return;
    let wanted = true;
    station.ask(name, input).then(
      (value) => wanted && setAnswer({ key, value, problem: undefined }),
      (error) => wanted && setAnswer({ key, value: undefined, problem: toProblem(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [station, name, key, link, calibrationsTold, again]);
  return key !== undefined && answer?.key === key ? answer : { value: undefined, problem: undefined };
}

/** Runs one task at a time and says whether it runs: for a button with a verb while it is busy. */
export function useTask(): [busy: boolean, run: (task: () => Promise<unknown>) => void] {
  const [busy, setBusy] = useState(false);
  const run = (task: () => Promise<unknown>): void => {
    if (busy) return;
    setBusy(true);
    void task().finally(() => setBusy(false));
  };
  return [busy, run];
}

/** The size of an element in px, kept up to date; zero before it is laid out. */
export function useSize<E extends Element>(): [RefObject<E | null>, { width: number; height: number }] {
  const ref = useRef<E>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return [ref, size];
}
