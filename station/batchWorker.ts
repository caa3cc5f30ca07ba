// The reading side of `identify --batch`, in a thread of its own: lines of the list in, spots ready for the graph out.
import { resolve } from "node:path";
import { parentPort, type Transferable, workerData } from "node:worker_threads";
import { z } from "zod";
import { LithoscopeError } from "../contract/errors.ts";
import { ModelManifest } from "../contract/model.ts";
import { techniques } from "../contract/spectrum.ts";
import { prepare } from "../inference/prepare.ts";
import { type Attempt, failure } from "./batch.ts";
import { loadSpectrum } from "./files.ts";

const { manifest, folder } = z.object({ manifest: ModelManifest, folder: z.string() }).parse(workerData);

const Paths = z.array(z.string()).default([]);
const SpotLine = z.object({ id: z.string(), raman: Paths, vnir: Paths, libs: Paths });

parentPort?.on("message", (lines: string[]) => {
  const attempts = lines.map(attempt);
  parentPort?.postMessage(attempts, attempts.flatMap(buffersOf));
});

function attempt(line: string): Attempt {
  let id: string | undefined;
  try {
    const data = parseJson(line);
    id = z.object({ id: z.string() }).safeParse(data).data?.id;
    const spot = parseSpot(data);
    const spectra = techniques.flatMap((t) => spot[t].map((path) => loadSpectrum(resolve(folder, path), t)));
    return { id, prepared: prepare(spectra, manifest) };
  } catch (error) {
    return { id, prepared: failure(error) };
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new LithoscopeError("spot-invalid", "This line of the list is not JSON.", "Write one JSON object a line.", {
      cause: error,
    });
  }
}

function parseSpot(data: unknown): z.infer<typeof SpotLine> {
  const spot = SpotLine.safeParse(data);
  if (spot.success) return spot.data;
  throw new LithoscopeError(
    "spot-invalid",
    `This line of the list is not a spot: ${z.prettifyError(spot.error)}`,
    'Write {"id": "…", "raman": ["path"], "vnir": [], "libs": []}.',
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
