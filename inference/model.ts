import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { LithoscopeError } from "../contract/errors.ts";
import type { Identification, TechniqueQuality } from "../contract/identification.ts";
import type { ModelSummary } from "../contract/model.ts";
import { type Spectrum, type Technique, techniques } from "../contract/spectrum.ts";
import { assessQuality } from "../spectra/quality.ts";
import { interpret, type RawScores } from "./answer.ts";
import { type SpotInput, toInput } from "./inputs.ts";
import type { ModelPackage } from "./package.ts";

/** Minerals that an answer lists; the tail carries no information for people. */
const listedMinerals = 20;

/** A loaded model package: from the spectra of a spot to its identification. */
export class Model {
  readonly package: ModelPackage;
  readonly #session: ort.InferenceSession;

  private constructor(modelPackage: ModelPackage, session: ort.InferenceSession) {
    this.package = modelPackage;
    this.#session = session;
  }

  /** Loads the graph of a verified package on the CPU. Throws package-invalid if it is not the graph that we know. */
  static async load(modelPackage: ModelPackage): Promise<Model> {
    const path = join(modelPackage.folder, "model.onnx");
    try {
      const session = await ort.InferenceSession.create(path, { executionProviders: ["cpu"], logSeverityLevel: 3 });
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
    const prepared = this.prepare(spectra);
    const [scores] = await this.run([prepared.input]);
    if (scores === undefined) throw new Error("the model gave no scores");
    return this.explain(prepared, scores);
  }

  /** The part before the model: resampling and quality. Throws what `toInput` throws. */
  prepare(spectra: readonly Spectrum[]): Prepared {
    return { input: toInput(spectra, this.package.manifest), quality: qualityOf(spectra) };
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
  explain(prepared: Prepared, scores: RawScores): Identification {
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
      credits: manifest.provenance.map(({ source, citation, terms }) => ({ source, citation, terms })),
    };
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

/** A spot that is ready for the graph. */
export interface Prepared {
  readonly input: SpotInput;
  readonly quality: Identification["quality"];
}

/** Of replicates the best one speaks for the technique: the others can only add to it. */
function qualityOf(spectra: readonly Spectrum[]): Identification["quality"] {
  const quality: Partial<Record<Technique, TechniqueQuality>> = {};
  for (const spectrum of spectra) {
    const own = assessQuality(spectrum);
    const best = quality[spectrum.technique];
    const better =
      best === undefined ||
      (own.verdict === best.verdict ? own.signalToNoise > best.signalToNoise : own.verdict === "good");
    if (better) quality[spectrum.technique] = own;
  }
  return quality;
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
    "The spectrum is not lost. Try again; if it fails again, restart Lithoscope.",
    { cause },
  );
}
