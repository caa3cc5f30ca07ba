/**
 * The simulator as a program of its own: `node devices/simulators/program.ts '{"mineral": "Calcite"}'`. Prints one JSON
 * line (SimulatorReady) and serves until SIGTERM, SIGINT or the end of standard input.
 */
import { runSimulator, SimulatorOptions } from "./run.ts";

const options = SimulatorOptions.parse(JSON.parse(process.argv[2] ?? "{}"));
await runSimulator({ ...options, onReady: (ready) => console.log(JSON.stringify(ready)) });
