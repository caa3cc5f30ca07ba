import { openSimulatedPort } from "../../devices/simulators/port.ts";

/** Why the demo instrument cannot have a port on this machine; undefined where it can. */
export async function demoPortProblem(): Promise<string | undefined> {
  try {
    (await openSimulatedPort()).close();
    return undefined;
  } catch (error) {
    return String(error);
  }
}
