// The station in the desktop shell's utility process. The page's port comes through the shell; from then on the two
// talk directly.
import type {} from "electron"; // for the type of process.parentPort
import { toProblem } from "../contract/errors.ts";
import { StationConfig } from "../station/config.ts";
import type { FromStation } from "../station/messages.ts";
import { openStation } from "../station/station.ts";
import { ToStation } from "./messages.ts";
import { portChannel } from "./portChannel.ts";

const { parentPort } = process;
const tellShell = (message: FromStation): void => parentPort.postMessage(message);

try {
  const config = StationConfig.parse(JSON.parse(process.argv[2] ?? ""));
  const station = await openStation(config);
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    try {
      await station.close();
    } finally {
      process.exit(0);
    }
  };
  parentPort.on("message", ({ data, ports: [port] }) => {
    const message = ToStation.parse(data);
    if (message.type === "end") void end();
    else if (port) station.attach(portChannel(port, () => tellShell({ type: "close", page: message.page })));
  });
  // Ctrl+C and the end of a system session reach every process at once; the light must go off here too.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => void end());
  tellShell({ type: "ready" });
} catch (error) {
  tellShell({ type: "failed", problem: toProblem(error) });
  process.exitCode = 1;
}
