import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { simulate } from "../simulated.ts";
import { StreamReport, streamBaud, streamPerS } from "./report.ts";

const long = process.env.ASSURE === "1";
const seconds = long ? 600 : 20;
const program = fileURLToPath(new URL("stream.ts", import.meta.url));

async function stream(path?: string): Promise<StreamReport> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify({ seconds, path })]);
  return StreamReport.parse(JSON.parse(stdout));
}

it(
  `a live trace of ${streamPerS} spectra a second for ${seconds} s drops none and leaves the process responsive`,
  async (test) => {
    const simulated = await simulate({ baud: streamBaud, truth: 20, minds: false });
    test.onTestFinished(() => simulated.kill());
    const [busy, idle] = await Promise.all([stream(simulated.path), stream()]);
    const { acquisitions, late, tookS, p50Ms, p99Ms, bytes } = busy;
    const ratio = p99Ms / idle.p99Ms;
    console.log(
      `live: ${acquisitions.length} spectra in ${tookS.toFixed(1)} s, ${late} late, ${(bytes / tookS / 1000).toFixed(0)} kB/s to the page; ` +
        `event loop p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, idle ${idle.p50Ms.toFixed(2)} and ${idle.p99Ms.toFixed(2)} ms, ratio ${ratio.toFixed(2)}`,
    );
    const [first = 0] = acquisitions;
    expect(acquisitions, "each is right, and the one after the one before").toEqual(
      acquisitions.map((_, i) => first + i),
    );
    expect(acquisitions).toHaveLength(1 + seconds * streamPerS);
    // Two shares of the same machine in the same seconds: what slows one slows the other.
    expect(ratio).toBeLessThanOrEqual(5);
    if (long) expect(tookS).toBeLessThan(seconds * 1.01);
  },
  (seconds + 120) * 1000,
);
