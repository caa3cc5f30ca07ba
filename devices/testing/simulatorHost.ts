/**
 * Many simulators in one process, for tests that pull no cable: a process each costs a third of a second of work. Reads one
 * JSON line for each wish ({id, start} or {id, stop}), and writes one for each thing told ({id, ready} or {id, event}).
 */
import { createInterface } from "node:readline";
import { runSimulator, type SimulatorOptions } from "../simulators/run.ts";

type Wish = { id: number; start: SimulatorOptions } | { id: number; stop: true };

const running = new Map<number, AbortController>();
const tell = (what: object) => console.log(JSON.stringify(what));

for await (const line of createInterface({ input: process.stdin })) {
  const wish = JSON.parse(line) as Wish;
  if ("stop" in wish) {
    running.get(wish.id)?.abort();
    running.delete(wish.id);
    continue;
  }
  const { id, start } = wish;
  const stop = new AbortController();
  running.set(id, stop);
  void runSimulator({
    ...start,
    stop: stop.signal,
    onReady: (ready) => tell({ id, ready }),
    onEvent: (event) => tell({ id, event }),
  }).then(() => tell({ id, ended: true }));
}
process.exit(0);
