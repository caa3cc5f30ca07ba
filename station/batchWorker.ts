// The reading side of `identify --batch`, in a thread of its own: lines of the list in, spots ready for the graph out.
import { constants, platform, setPriority } from "node:os";
import { resolve } from "node:path";
import { parentPort, type Transferable, workerData } from "node:worker_threads";
import { z } from "zod";
import { LithoscopeError } from "../contract/errors.ts";
import { ModelManifest } from "../contract/model.ts";
import { techniques } from "../contract/spectrum.ts";
import { prepare } from "../inference/prepare.ts";
import { type Attempt, failure, type ListLine } from "./batch.ts";
import { loadSpectrum } from "./files.ts";

// The reader gives way: a model run waits for the slower of its threads, and reading is a fraction of the work. On Linux a
// priority belongs to the thread that asks; elsewhere it would be the whole process'.
if (platform() === "linux") setPriority(constants.priority.PRIORITY_LOW);

const { manifest, folder } = z.object({ manifest: ModelManifest, folder: z.string() }).parse(workerData);

const Paths = z.array(z.string()).default([]);
const SpotLine = z.object({ id: z.string(), raman: Paths, vnir: Paths, libs: Paths });

parentPort?.on("message", (lines: ListLine[]) => {
  const attempts = lines.map(attempt);
  parentPort?.postMessage(attempts, attempts.flatMap(buffersOf));
});

function attempt({ text, number }: ListLine): Attempt {
  let id: string | undefined;
  try {
    const data = parseJson(text, number);
    id = z.object({ id: z.string() }).safeParse(data).data?.id;
    const spot = parseSpot(data, number);
    const spectra = techniques.flatMap((t) => spot[t].map((path) => loadSpectrum(resolve(folder, path), t)));
    return { id, prepared: prepare(spectra, manifest) };
  } catch (error) {
    return { id, prepared: failure(error) };
  }
}

function parseJson(text: string, number: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notASpot(number, "it is not JSON");
  }
}

function parseSpot(data: unknown, number: number): z.infer<typeof SpotLine> {
  const spot = SpotLine.safeParse(data);
  if (spot.success) return spot.data;
  const reasons = spot.error.issues.map(({ path, message }) => `${path.join(".") || "it"}: ${message}`);
  throw notASpot(number, reasons.join("; "));
}

function notASpot(number: number, reason: string): LithoscopeError {
  return new LithoscopeError(
    "spot-invalid",
    `Line ${number} of the list is not a spot (${reason}).`,
    'Write {"id": "…", "raman": ["path"], "vnir": [], "libs": []} on one line.',
  );
}

/** Handed over instead of copied. */
function buffersOf({ prepared }: Attempt): Transferable[] {
  if ("error" in prepared) return [];
  return techniques.flatMap((t) => {
    const { values, mask } = prepared.input[t] ?? {};
    return [values, mask].flatMap((array) => (array?.buffer instanceof ArrayBuffer ? [array.buffer] : []));
  });
}
