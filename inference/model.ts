import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { LithoscopeError } from "../contract/errors.ts";
import type { Identification } from "../contract/identification.ts";
import type { ModelManifest, ModelSummary } from "../contract/model.ts";
import { type Spectrum, techniques } from "../contract/spectrum.ts";
import { interpret, type RawScores } from "./answer.ts";
import type { SpotInput } from "./inputs.ts";
import type { ModelPackage } from "./package.ts";
import { type Prepared, prepare } from "./prepare.ts";

/** Minerals that an answer lists; the tail carries no information for people. */
const listedMinerals = 20;

const sessionOptions: ort.InferenceSession.SessionOptions = {
  executionProviders: ["cpu"],
  logSeverityLevel: 3,
  // Threads that wait by spinning would take the processor from whoever reads the next spectra.
  extra: { session: { intra_op: { allow_spinning: "0" }, dynamic_block_base: "4" } },
};

/** A loaded model package: from the spectra of a spot to its identification. */
export class Model {
  readonly package: ModelPackage;
  readonly #session: ort.InferenceSession;

  private constructor(modelPackage: ModelPackage, session: ort.InferenceSession) {
    this.package = modelPackage;
    this.#session = session;
  }

  /**
   * Loads the graph of a verified package on the CPU. `forBatches` keeps an arena of working memory: a tenth faster for
   * many spots, 0.2 GB that a tablet has better use for. Throws package-invalid if it is not the graph that we know.
   */
  static async load(modelPackage: ModelPackage, forBatches = false): Promise<Model> {
    const path = join(modelPackage.folder, "model.onnx");
    try {
      const session = await ort.InferenceSession.create(path, { ...sessionOptions, enableCpuMemArena: forBatches });
      const inputs = techniques.flatMap((t) => [t, `${t}_mask`]);
      const missing = [
        ...inputs.filter((n) => !session.inputNames.includes(n)),
        ...["logits", "match"].filter((n) => !session.outputNames.includes(n)),
      ];
      if (missing.length > 0) throw new Error(`the graph lacks ${missing.join(", ")}`);
      return new Model(modelPackage, session);
    } catch (error) {
      throw new LithoscopeError(
        "package-invalid",
        `The model of ${modelPackage.manifest.id} ${modelPackage.manifest.version} cannot be loaded: ${error instanceof Error ? error.message : error}.`,
        "Copy the package again, or use the shipped one.",
        { cause: error },
      );
    }
  }

  /** Identifies one spot from the spectra taken on it (any subset of techniques, replicates allowed). */
  async identify(spectra: readonly Spectrum[]): Promise<Identification> {
    const [answer] = await this.identifyAll([this.prepare(spectra)]);
    if (answer === undefined) throw new Error("the model gave no answer");
    return answer;
  }

  /** Throws what `toInput` throws: whatever makes the spectra useless to this model. */
  prepare(spectra: readonly Spectrum[]): Prepared {
    return prepare(spectra, this.package.manifest);
  }

  /** Identifies prepared spots in one run, in order. Throws model-failed. */
  async identifyAll(spots: readonly Prepared[]): Promise<Identification[]> {
    if (spots.length === 0) return [];
    const scores = await this.run(spots.map(({ input }) => input));
    return spots.map((spot, i) => {
      const own = scores[i];
      if (own === undefined) throw new Error("the model gave fewer scores than spots");
      return this.#explain(spot, own);
    });
  }

  /** The tensors of a batch, each [spots, cells]: 0 with mask 0 where nothing was measured. */
  tensors(batch: readonly SpotInput[]): Record<string, ort.Tensor> {
    const feeds: Record<string, ort.Tensor> = {};
    for (const technique of techniques) {
      const { count } = this.package.manifest.techniques[technique].grid;
      const values = new Float32Array(batch.length * count);
      const mask = new Float32Array(batch.length * count);
      batch.forEach((spot, row) => {
        const gridded = spot[technique];
        if (gridded === undefined) return;
        values.set(gridded.values, row * count);
        mask.set(gridded.mask, row * count);
      });
      feeds[technique] = new ort.Tensor("float32", values, [batch.length, count]);
      feeds[`${technique}_mask`] = new ort.Tensor("float32", mask, [batch.length, count]);
    }
    return feeds;
  }

  /** Runs the graph on a batch of spots; scores come in the same order. Throws model-failed. */
  async run(batch: readonly SpotInput[]): Promise<RawScores[]> {
    const outputs = await this.runTensors(this.tensors(batch));
    const logits = float32(outputs.logits);
    const match = float32(outputs.match);
    const classCount = this.package.manifest.classes.length;
    if (logits.length !== batch.length * classCount || match.length !== batch.length * techniques.length) {
      throw modelFailed(new Error("the outputs do not have the shape that the manifest describes"));
    }
    return batch.map((_, row) => ({
      logits: logits.subarray(row * classCount, (row + 1) * classCount),
      match: match.subarray(row * techniques.length, (row + 1) * techniques.length),
    }));
  }

  /** The bare `session.run`; the bench measures it as the reference. */
  async runTensors(feeds: Record<string, ort.Tensor>): Promise<ort.InferenceSession.OnnxValueMapType> {
    try {
      return await this.#session.run(feeds);
    } catch (error) {
      throw modelFailed(error);
    }
  }

  /** The part after the model: calibrated statements, with the package that made them. */
  #explain(prepared: Prepared, scores: RawScores): Identification {
    const { manifest, sha256 } = this.package;
    const present = techniques.filter((t) => prepared.input[t] !== undefined);
    return {
      ...interpret(manifest, present, scores, listedMinerals),
      quality: prepared.quality,
      model: { id: manifest.id, version: manifest.version, sha256, provider: "cpu" },
    };
  }

  summary(): ModelSummary {
    const { manifest, sha256 } = this.package;
    return {
      id: manifest.id,
      version: manifest.version,
      sha256,
      description: manifest.description,
      classCount: manifest.classes.length,
      provider: "cpu",
      providerReason: "This version runs the model on the processor on every machine.",
      credits: creditsOf(manifest),
    };
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

/** One credit for each work that is cited, under the names of all sources that cite it. */
function creditsOf({ provenance }: ModelManifest): ModelSummary["credits"] {
  const byWork = Map.groupBy(provenance, ({ citation, terms }) => `${citation}\n${terms}`);
  return [...byWork.values()].flatMap((sources) => {
    const [first] = sources;
    if (first === undefined) return [];
    const titles = new Set(sources.map(({ source, title }) => title ?? source));
    return [{ source: [...titles].join("; "), citation: first.citation, terms: first.terms }];
  });
}

function float32(tensor: ort.OnnxValue | undefined): Float32Array {
  const data = tensor !== undefined && "data" in tensor ? tensor.data : undefined;
  if (!(data instanceof Float32Array)) throw modelFailed(new Error("an output is not float32"));
  return data;
}

function modelFailed(cause: unknown): LithoscopeError {
  return new LithoscopeError(
    "model-failed",
    `The model could not be run: ${cause instanceof Error ? cause.message : cause}.`,
    "Try again; if it fails again, restart Lithoscope. What was saved is safe.",
    { cause },
  );
}
