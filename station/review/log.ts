import type { JournalEventOf, JournalLine } from "../../contract/journal.ts";
import type { ReviewTarget, Truth } from "../../contract/truth.ts";

/** What a person said of a target, with when and by whom. */
interface Said {
  readonly target: ReviewTarget;
  readonly at: string;
  readonly by: string;
}
export type TruthSaid = Said & { readonly truth: Truth; readonly blind: boolean };
export type NoteSaid = Said & { readonly text: string };
export type OpinionSaid = Said & { readonly name: string; readonly confidence?: number | undefined };
export type Alignment = Omit<JournalEventOf<"clock-aligned">, "kind">;

const keyOf = ({ sessionId, sampleId, spotId }: ReviewTarget): string => `${sessionId} ${spotId ?? sampleId}`;

/** What the review's journals say: a fold over their lines, oldest session first. The last line about a target holds. */
export class ReviewLog {
  readonly #truths = new Map<string, TruthSaid>();
  readonly #opinions = new Map<string, OpinionSaid>();
  readonly #notes: NoteSaid[] = [];
  readonly #crews = new Map<string, string>();
  readonly #alignments = new Map<string, Alignment>();
  readonly #refused = new Map<string, string>();

  see({ at, event }: JournalLine): void {
    switch (event.kind) {
      case "truth-set": {
        const { target, truth, blind, by } = event;
        this.#truths.set(keyOf(target), { target, truth, blind, by, at });
        break;
      }
      case "truth-withdrawn":
        this.#truths.delete(keyOf(event.target));
        break;
      case "astronaut-said": {
        const { target, name, confidence, by } = event;
        this.#opinions.set(keyOf(target), { target, name, confidence, by, at });
        break;
      }
      case "review-noted":
        this.#notes.push({ target: event.target, text: event.text, by: event.by, at });
        break;
      case "session-refused":
        this.#refused.set(event.from, event.sentence);
        break;
      case "session-brought-in":
        this.#refused.delete(event.from);
        break;
      case "crew-named":
        this.#crews.set(event.sessionId, event.crew);
        break;
      case "clock-aligned": {
        const { kind: _, ...alignment } = event;
        this.#alignments.set(event.sessionId, alignment);
        break;
      }
    }
  }

  /** The spot's own truth; else that of its sample, if that is one mineral (a rock's name says nothing of a spot). */
  truthOf(target: Required<ReviewTarget>): TruthSaid | undefined {
    const own = this.#truths.get(keyOf(target));
    if (own !== undefined) return own;
    const { spotId: _, ...sample } = target;
    const ofSample = this.#truths.get(keyOf(sample));
    return ofSample?.truth.kind === "mineral" ? ofSample : undefined;
  }

  /** The truth that was set for exactly this target. */
  ownTruthOf(target: ReviewTarget): TruthSaid | undefined {
    return this.#truths.get(keyOf(target));
  }

  opinionOf(target: ReviewTarget): OpinionSaid | undefined {
    return this.#opinions.get(keyOf(target));
  }

  notesOf(target: ReviewTarget): NoteSaid[] {
    return this.#notes.filter((note) => keyOf(note.target) === keyOf(target));
  }

  /** Why a session of that folder was refused the last time; folder → sentence. */
  get refused(): ReadonlyMap<string, string> {
    return this.#refused;
  }

  crewOf(sessionId: string): string | undefined {
    return this.#crews.get(sessionId);
  }

  alignmentOf(sessionId: string): Alignment | undefined {
    return this.#alignments.get(sessionId);
  }

  offsetMsOf(sessionId: string): number {
    return this.#alignments.get(sessionId)?.offsetMs ?? 0;
  }
}
