// Speed of checking a journal as a ratio to its own floor: SHA-256 alone over the same bytes, in the same process, turn by turn, so that a noisy
// machine slows both alike. Processor time is compared, which other programs on the machine do not lengthen; what the clock said stands beside
// it. The journal is one that the product's own parts wrote: eight exposures of a simulated spectrometer a measurement.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifySession } from "../station/journal/verify.ts";
import { recordCampaign } from "../station/testing/campaign.ts";

const spots = Number(process.argv[2] ?? 400);
const rounds = Number(process.argv[3] ?? 15);
const chunkBytes = 1 << 20;

const root = mkdtempSync(join(tmpdir(), "lithoscope-bench-"));
try {
  const { folders, sessionIds } = await recordCampaign(root, [{ crew: "Kilo", skewMs: 0 }], spots, { exposures: 8 });
  const session = join(folders[0] ?? "", "journal", sessionIds[0] ?? "");
  const bytes = readFileSync(join(session, "events.jsonl"));
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const floor = await timed(async () => {
      const hash = createHash("sha256");
      for (let at = 0; at < bytes.length; at += chunkBytes) hash.update(bytes.subarray(at, at + chunkBytes));
      hash.digest();
    });
    const verify = await timed(async () => {
      const { state } = await verifySession(session);
      if (state !== "intact") throw new Error(`the journal is ${state}`);
    });
    ratios.push(floor.processorMs / verify.processorMs);
    const speed = ({ processorMs, clockMs }: typeof floor) =>
      `${(bytes.length / 1e3 / processorMs).toFixed(0)} MB/s (by the clock ${(bytes.length / 1e3 / clockMs).toFixed(0)})`;
    console.log(
      `round ${round + 1}: ${(bytes.length / 1e6).toFixed(1)} MB, SHA-256 ${speed(floor)}, verify ${speed(verify)}`,
    );
  }
  ratios.sort((a, b) => a - b);
  console.log(`median ratio ${ratios[Math.floor(ratios.length / 2)]?.toFixed(2)} (bar: at least 0.50)`);
} finally {
  rmSync(root, { recursive: true });
}

async function timed(work: () => Promise<void>): Promise<{ processorMs: number; clockMs: number }> {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { processorMs: (user + system) / 1000, clockMs: performance.now() - start };
}
