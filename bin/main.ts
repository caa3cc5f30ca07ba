// Joins the command line (station/) and the web host (web/), which may not import each other in this direction.
import { runProgram } from "../station/cli/program.ts";
import { startWebHost } from "../web/host.ts";

process.exitCode = await runProgram(process.argv.slice(2), { startWebHost });
