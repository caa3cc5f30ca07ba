import type { ModelManifest } from "../../contract/model.ts";
import { techniques } from "../../contract/spectrum.ts";
import type { RawScores } from "../answer.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { dot, similarity } from "./similarity.ts";

/** A mineral taught from one measurement. */
export interface Lesson {
  readonly learnedId: string;
  readonly name: string;
  readonly fingerprint: Fingerprint;
}

/**
 * A learned class has no trained class vector; the code of its one spectrum stands in for it with this share of the
 * vector's weight. Its own bias is not known; the query's resemblance to the library, times this, is taken off instead.
 * Both chosen on development seed 10 (models/lithoscope_models/fewshot.py has the same numbers).
 */
const vectorShare = 1;
const hubFactor = 1;

/** A manifest and scores in which learned minerals stand beside the package's own. */
export interface Widened {
  readonly manifest: ModelManifest;
  readonly scores: RawScores;
}

/** The minerals learned here, beside those of one package. */
export class Library {
  readonly #package: ModelManifest;
  readonly #lessons = new Map<string, Lesson>();
  #manifest: ModelManifest;
  /** Class number of each lesson in the widened manifest. */
  #classOf = new Map<string, number>();
  /** Names that the package does not have. */
  #added = new Set<string>();

  constructor(manifest: ModelManifest) {
    this.#package = manifest;
    this.#manifest = manifest;
  }

  get size(): number {
    return this.#lessons.size;
  }

  add(lesson: Lesson): void {
    this.#lessons.set(lesson.learnedId, lesson);
    this.#rebuild();
  }

  /** Whether it was there. */
  remove(learnedId: string): boolean {
    const known = this.#lessons.delete(learnedId);
    if (known) this.#rebuild();
    return known;
  }

  /** What a spot can be named: the package's classes, and what was added here. */
  get names(): readonly string[] {
    return this.#manifest.classes;
  }

  /** Whether the name is one that only this tablet knows. */
  isLearned(name: string): boolean {
    return this.#added.has(name);
  }

  /** The spelling of a known name that differs in the case of its letters alone, else the name itself. */
  spelled(name: string): string {
    const lower = name.toLowerCase();
    return this.#manifest.classes.find((known) => known.toLowerCase() === lower) ?? name;
  }

  /**
   * Scores with a column more for each learned class, and a manifest that names them. Evidence for a lesson is the
   * graph's own rule with the lesson as the only reference; a class with several references takes the best. In a
   * technique without a fingerprint of the spot, and in those that were not taught, a learned class is lacking.
   */
  widen(scores: RawScores, fingerprint: Fingerprint | undefined): Widened {
    if (this.#lessons.size === 0) return { manifest: this.#package, scores };
    const own = this.#package.classes.length;
    const all = this.#manifest.classes.length;
    const evidence = new Float32Array(techniques.length * all);
    const match = Float32Array.from(scores.match);
    techniques.forEach((technique, t) => {
      const of = scores.evidence.subarray(t * own, (t + 1) * own);
      evidence.set(of, t * all);
      evidence.fill(withoutReference(of, this.#package.techniques[technique].lacking), t * all + own, (t + 1) * all);
    });
    const raman = techniques.indexOf("raman");
    if (fingerprint !== undefined) {
      const taught = new Map<number, number>();
      for (const lesson of this.#lessons.values()) {
        const { matched, total } = compare(this.#package, fingerprint, lesson.fingerprint);
        const number = this.#classOf.get(lesson.learnedId) ?? 0;
        taught.set(number, Math.max(taught.get(number) ?? Number.NEGATIVE_INFINITY, total));
        match[raman] = Math.max(match[raman] ?? 0, matched);
      }
      const lacked = new Set(this.#package.techniques.raman.lacking);
      for (const [number, value] of taught) {
        const at = raman * all + number;
        const known = number < own && !lacked.has(number);
        evidence[at] = known ? Math.max(evidence[at] ?? 0, value) : value;
      }
    }
    return { manifest: this.#manifest, scores: { ...scores, evidence, match } };
  }

  #rebuild(): void {
    const { classes, techniques: known } = this.#package;
    const number = new Map(classes.map((name, i) => [name, i]));
    this.#classOf = new Map();
    for (const { learnedId, name } of this.#lessons.values()) {
      if (!number.has(name)) number.set(name, number.size);
      this.#classOf.set(learnedId, number.get(name) ?? 0);
    }
    this.#added = new Set([...number.keys()].slice(classes.length));
    const taught = new Set(this.#classOf.values());
    const added = Array.from({ length: number.size - classes.length }, (_, i) => classes.length + i);
    const lacking = (t: keyof typeof known) => ({ ...known[t], lacking: [...known[t].lacking, ...added] });
    const raman = { ...known.raman, lacking: known.raman.lacking.filter((c) => !taught.has(c)) };
    this.#manifest = {
      ...this.#package,
      classes: [...number.keys()],
      techniques: { raman, vnir: lacking("vnir"), libs: lacking("libs") },
    };
  }
}

/** Similarity of a query to a lesson, and the evidence for the lesson's class. */
export function compare(
  manifest: ModelManifest,
  query: Fingerprint,
  lesson: Fingerprint,
): { matched: number; total: number } {
  const { parts, scale } = manifest.techniques.raman;
  if (parts === undefined || scale === undefined) throw new RangeError("the package does not say how Raman compares");
  const matched = similarity(query.spectrum, lesson.spectrum);
  const near = dot(query.code, lesson.code);
  const total = parts.matched * matched + (parts.nearest + vectorShare * parts.vector) * near - hubFactor * query.hub;
  return { matched, total: scale * total };
}

/**
 * What the graph gives a class that a technique has nothing of: log mean exp over those it has (fusion.py, `everywhere`).
 * Zero where the technique was not measured.
 */
function withoutReference(evidence: Float32Array, lacking: readonly number[]): number {
  const [first] = lacking;
  if (first !== undefined) return evidence[first] ?? 0;
  const top = evidence.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return top + Math.log(evidence.reduce((sum, e) => sum + Math.exp(e - top), 0) / evidence.length);
}
