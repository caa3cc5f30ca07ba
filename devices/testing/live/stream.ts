/**
 * What the station does for a live trace, as a program of its own: takes ten spectra a second from the instrument on a
 * path and makes each into the message that a page gets. Without a path it does nothing, to be compared with. Prints one
 * JSON line (StreamReport) when the time is over.
 *
 *     node devices/testing/live/stream.ts '{"seconds": 20, "path": "/dev/pts/3"}'
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { z } from "zod";
import { encode } from "../../../contract/wire.ts";
import { connectObp } from "../../ocean-obp/driver.ts";
import { truthOf } from "../../simulators/truth.ts";
import { pause } from "../../time.ts";
import { openTransport } from "../../transport/open.ts";
import { type StreamReport, streamBaud, streamPerS } from "./report.ts";

const { seconds, path } = z
  .object({ seconds: z.number().positive(), path: z.string().optional() })
  .parse(JSON.parse(process.argv[2] ?? "{}"));

const settings = { integrationUs: 20_000, scansToAverage: 1 };
const spectrometer =
  path === undefined
    ? undefined
    : await connectObp({ open: openTransport, path, settings, lastBaud: streamBaud, wantedBaud: streamBaud });
// The first reading costs a dropped spectrum more.
const first = await spectrometer?.acquire();

const acquisitions = first ? [truthOf(first.counts)?.acquisition ?? 0] : [];
let bytes = 0;
let late = 0;
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const startMs = performance.now();
for (let i = 1; i <= seconds * streamPerS; i++) {
  const dueMs = startMs + (1000 * i) / streamPerS;
  if (performance.now() > dueMs) late++;
  await pause(Math.max(0, dueMs - performance.now()));
  if (spectrometer === undefined) continue;
  const reading = await spectrometer.acquire();
  acquisitions.push(truthOf(reading.counts)?.acquisition ?? 0);
  bytes += encode(reading).length;
}
delay.disable();
const report: StreamReport = {
  acquisitions,
  bytes,
  late,
  tookS: (performance.now() - startMs) / 1000,
  p50Ms: delay.percentile(50) / 1e6,
  p99Ms: delay.percentile(99) / 1e6,
};
console.log(JSON.stringify(report));
await spectrometer?.close();
