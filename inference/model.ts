import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { LithoscopeError } from "../contract/errors.ts";
import type { Identification, ProviderName } from "../contract/identification.ts";
import type { ModelManifest, ModelSummary } from "../contract/model.ts";
import { type Spectrum, techniques } from "../contract/spectrum.ts";
import type { Carried } from "../contract/why.ts";
import { weigh } from "./agreement.ts";
import { believe, type RawScores, type Reliability, stated, type UnmixingScores, type Verdict } from "./answer.ts";
import { elementFindings } from "./elements.ts";
import { type SpotInput, toInput } from "./inputs.ts";
import { type Fingerprint, fingerprints } from "./learned/fingerprint.ts";
import type { Lesson } from "./learned/library.ts";
import { Library } from "./learned/library.ts";
import { learnedName } from "./learned/name.ts";
import { notSupported, ramanOnly, tooPoor } from "./learned/problems.ts";
import { Unmixer } from "./mixture/unmixer.ts";
import type { ModelPackage } from "./package.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { whatCarried } from "./why/carried.ts";

/** Minerals that an answer lists; the tail carries no information for people. */
const listedMinerals = 20;

/** What {@link Model.load} may be told. */
export interface LoadOptions {
  /** Keeps an arena of working memory: a tenth faster for many spots, 0.2 GB that a tablet has better use for. */
  readonly forBatches?: boolean;
  /** Where the graph runs; on the processor unless told otherwise. What a graphics processor cannot do runs there too. */
  readonly provider?: ProviderName;
}

const sessionOptions: ort.InferenceSession.SessionOptions = {
  logSeverityLevel: 3,
  // Threads that wait by spinning would take the processor from whoever reads the next spectra.
  extra: { session: { intra_op: { allow_spinning: "0" }, dynamic_block_base: "4" } },
};

/** What the graph says of one spot, and what its Raman spectrum is compared with learned minerals by. */
interface SpotScores extends RawScores {
  readonly fingerprint: Fingerprint | undefined;
}

/** A loaded model package: from the spectra of a spot to its identification. */
export class Model {
  readonly package: ModelPackage;
  /** Minerals taught on this tablet, named beside the package's own. */
  readonly library: Library;
  readonly provider: ProviderName;
  readonly #session: ort.InferenceSession;
  readonly #unmixer: Unmixer;

  private constructor(modelPackage: ModelPackage, session: ort.InferenceSession, provider: ProviderName) {
    this.package = modelPackage;
    this.provider = provider;
    this.library = new Library(modelPackage.manifest);
    this.#session = session;
    this.#unmixer = new Unmixer(modelPackage);
  }

  /** Loads the graph of a verified package. Throws package-invalid if it is not the graph that we know. */
  static async load(
    modelPackage: ModelPackage,
    { forBatches = false, provider = "cpu" }: LoadOptions = {},
  ): Promise<Model> {
    const path = join(modelPackage.folder, "model.onnx");
    try {
      const session = await ort.InferenceSession.create(path, {
        ...sessionOptions,
        enableCpuMemArena: forBatches,
        executionProviders: provider === "cpu" ? ["cpu"] : [provider, "cpu"],
      });
      const inputs = techniques.flatMap((t) => [t, `${t}_mask`]);
      const missing = [
        ...inputs.filter((n) => !session.inputNames.includes(n)),
        ...["evidence", "match"].filter((n) => !session.outputNames.includes(n)),
      ];
      if (missing.length > 0) throw new Error(`the graph lacks ${missing.join(", ")}`);
      return new Model(modelPackage, session, provider);
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

  /**
   * What the graph says of a spot whose spectra all count alike, whatever their quality and whether or not they agree: what
   * golden inputs are compared by.
   */
  async unweighed(spectra: readonly Spectrum[]): Promise<Verdict> {
    const input = toInput(spectra, this.package.manifest);
    const [scores] = await this.run([input]);
    if (scores === undefined) throw new Error("the model gave no answer");
    const { manifest } = this.package;
    const present = techniques.filter((t) => input[t] !== undefined);
    return stated(manifest, believe(manifest, present, scores), listedMinerals);
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

  /**
   * What the spectra of one spot teach of the mineral `name`; to be added to the library. Its good Raman spectra count, as
   * replicates. A known name is spelled as it is known. Throws name-invalid, learned-raman-only, learned-too-poor,
   * learned-not-supported, what {@link prepare} throws, model-failed.
   */
  async lesson(lesson: { learnedId: string; name: string; spectra: readonly Spectrum[] }): Promise<Lesson> {
    const name = this.library.spelled(learnedName(lesson.name));
    const raman = lesson.spectra.filter(({ technique }) => technique === "raman");
    if (raman.length === 0) throw ramanOnly();
    const good = raman.filter((spectrum) => this.prepare([spectrum]).quality.raman?.verdict !== "poor");
    if (good.length === 0) throw tooPoor();
    const [scores] = await this.run([this.prepare(good).input]);
    const { parts, scale } = this.package.manifest.techniques.raman;
    if (scores?.fingerprint === undefined || parts === undefined || scale === undefined) throw notSupported();
    return { learnedId: lesson.learnedId, name, fingerprint: scores.fingerprint };
  }

  /**
   * Which parts of the spectra carried the decision for the name `first` over `second`; undefined where the model or the
   * library has not both. Throws what {@link prepare} throws, model-failed.
   */
  async carried(spectra: readonly Spectrum[], first: string, second: string): Promise<Carried | undefined> {
    const { input, quality } = this.prepare(spectra);
    const present = techniques.filter((t) => input[t] !== undefined);
    const weights = reliability(quality);
    const { names } = this.library;
    if (!names.includes(first) || !names.includes(second)) return undefined;
    const logOddsOf = async (spots: readonly SpotInput[]) =>
      (await this.run(spots)).map((own) => {
        const { manifest, scores } = this.library.widen(own, own.fingerprint);
        const { probabilities } = weigh(manifest, present, scores, weights);
        const log = (name: string) => Math.log(probabilities[manifest.classes.indexOf(name)] || Number.MIN_VALUE);
        return log(first) - log(second);
      });
    return whatCarried(input, this.package.manifest.techniques, { first, second }, logOddsOf);
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
  async run(batch: readonly SpotInput[]): Promise<SpotScores[]> {
    const outputs = await this.runTensors(this.tensors(batch));
    const evidence = float32(outputs.evidence);
    const match = float32(outputs.match);
    const each = this.package.manifest.classes.length * techniques.length;
    if (evidence.length !== batch.length * each || match.length !== batch.length * techniques.length) {
      throw modelFailed(new Error("the outputs do not have the shape that the manifest describes"));
    }
    const seen = fingerprints(batch, outputs);
    const presence = outputs.libs_presence === undefined ? undefined : float32(outputs.libs_presence);
    const elements = presence === undefined ? 0 : presence.length / batch.length;
    const unmixing = unmixingScores(outputs, batch.length);
    return batch.map((_, row) => ({
      fingerprint: seen[row],
      evidence: evidence.subarray(row * each, (row + 1) * each),
      match: match.subarray(row * techniques.length, (row + 1) * techniques.length),
      ...(presence && { presence: presence.subarray(row * elements, (row + 1) * elements) }),
      ...(unmixing && { unmixing: unmixing(row) }),
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
  #explain(prepared: Prepared, spot: SpotScores): Identification {
    const { sha256 } = this.package;
    const present = techniques.filter((t) => prepared.input[t] !== undefined);
    const mixture = this.#unmixer.mixture(prepared.input, prepared.quality, spot.unmixing);
    const { manifest, scores } = this.library.widen(spot, spot.fingerprint);
    const belief = weigh(manifest, present, scores, reliability(prepared.quality));
    const verdict = stated(manifest, belief, listedMinerals);
    return {
      ...verdict,
      ...(belief.disagreement && { disagreement: belief.disagreement }),
      minerals: verdict.minerals.map((m) => (this.library.isLearned(m.name) ? { ...m, learned: true as const } : m)),
      ...(mixture && { mixture }),
      quality: prepared.quality,
      ...(prepared.input.libs &&
        scores.presence && { elements: { findings: elementFindings(manifest, scores.presence), checks: [] } }),
      model: { id: manifest.id, version: manifest.version, sha256, provider: this.provider },
    };
  }

  summary(): Omit<ModelSummary, "providerReason"> {
    const { manifest, sha256, trust } = this.package;
    return {
      id: manifest.id,
      version: manifest.version,
      sha256,
      description: manifest.description,
      classCount: manifest.classes.length,
      trust,
      provider: this.provider,
      credits: creditsOf(manifest),
    };
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

/** Weights of the techniques against the best of them: with one technique its evidence is taken as it is. */
function reliability(quality: Identification["quality"]): Reliability {
  const weights = techniques.flatMap((t) => (quality[t] === undefined ? [] : [[t, quality[t].weight] as const]));
  const best = Math.max(...weights.map(([, w]) => w));
  return best > 0 ? Object.fromEntries(weights.map(([t, w]) => [t, w / best])) : {};
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

/** The rows of a batch as unmixing needs them; undefined if the graph has not all of it. */
function unmixingScores(outputs: ort.InferenceSession.OnnxValueMapType, spots: number) {
  const { raman_standing, raman_above, vnir_share } = outputs;
  if (raman_standing === undefined || raman_above === undefined || vnir_share === undefined) return undefined;
  const [ramanStanding, ramanAbove, vnirShare] = [float32(raman_standing), float32(raman_above), float32(vnir_share)];
  const rowOf = (all: Float32Array, row: number) =>
    all.subarray((row * all.length) / spots, ((row + 1) * all.length) / spots);
  return (row: number): UnmixingScores => ({
    ramanStanding: rowOf(ramanStanding, row),
    ramanAbove: rowOf(ramanAbove, row),
    vnirShare: rowOf(vnirShare, row),
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
