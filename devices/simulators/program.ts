/**
 * The simulator as a program of its own: `node devices/simulators/program.ts '{"mineral": "Calcite"}'`. Prints one JSON
 * line (SimulatorReady), then one for each SimulatorEvent, and serves until SIGTERM, SIGINT or the end of standard input.
 */
import { runSimulator, SimulatorOptions } from "./run.ts";

const options = SimulatorOptions.parse(JSON.parse(process.argv[2] ?? "{}"));
const tell = (what: object) => console.log(JSON.stringify(what));
await runSimulator({ ...options, onReady: tell, onEvent: tell });
