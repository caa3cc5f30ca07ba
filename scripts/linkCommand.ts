// Makes `npx lithoscope` find the checkout's own command straight after `npm ci`: npm links the bins of dependencies only.
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";

mkdirSync("node_modules/.bin", { recursive: true });
if (process.platform === "win32") {
  writeFileSync("node_modules\\.bin\\lithoscope.cmd", '@node "%~dp0\\..\\..\\bin\\lithoscope.js" %*\r\n');
} else {
  rmSync("node_modules/.bin/lithoscope", { force: true });
  symlinkSync("../../bin/lithoscope.js", "node_modules/.bin/lithoscope");
  chmodSync("bin/lithoscope.js", 0o755);
}
