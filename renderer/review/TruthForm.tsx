import { useLiveQuery } from "dexie-react-hooks";
import { type FormEvent, type ReactNode, useState } from "react";
import type { ReviewSpot } from "../../contract/review.ts";
import type { TruthKind } from "../../contract/truth.ts";
import { useStation } from "../parts/hooks.ts";
import { Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { catalogueNames } from "../store/catalogue.ts";
import { verdictWord } from "./crews.tsx";
import type { Review } from "./useReview.ts";

interface TruthFormProps {
  readonly spot: ReviewSpot;
  readonly review: Review;
  /** Who speaks. */
  readonly by: string;
  /** Whether the machine's answer is hidden while the truth is set. */
  readonly blind: boolean;
}

const kinds: Record<TruthKind, string> = {
  mineral: "Mineral",
  mixture: "Mixture",
  rock: "Rock",
  undetermined: "Undetermined",
};

/** The ground truth of a spot, what the astronaut called it, and a note; each is a line of the review's journal. */
export function TruthForm({ spot, review, by, blind }: TruthFormProps): ReactNode {
  const { store } = useStation();
  const names = useLiveQuery(() => catalogueNames(store), [store]) ?? [];
  const [kind, setKind] = useState<TruthKind>(spot.truth?.kind ?? "mineral");
  const [name, setName] = useState(spot.truth?.names.join(" + ") ?? "");
  const [certain, setCertain] = useState(spot.truth?.certain ?? true);
  const [basis, setBasis] = useState(spot.truth?.basis ?? "");
  const { target } = spot;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const spelled = kind === "undetermined" ? [] : name.split("+").map((part) => spelledAs(part.trim(), names));
    void review.say({ kind: "truth-set", target, truth: { kind, names: spelled, certain, basis }, by, blind });
  };
  return (
    <section className="truth" aria-label="Ground truth">
      <h2>
        {spot.sampleName} spot {spot.number}
      </h2>
      {spot.truth && (
        <p className="told">
          <b>{spot.truth.names.join(" + ") || "Undetermined"}</b>
          {!spot.truth.certain && ", uncertain"}
          {spot.truth.basis && <span>{spot.truth.basis}</span>}
          {spot.verdict && (
            <span className="verdict-line">
              <Mark name={spot.verdict === "right" ? "good" : spot.verdict === "wrong" ? "failed" : "look"} size={20} />
              Machine: {verdictWord[spot.verdict]}
            </span>
          )}
        </p>
      )}
      <form onSubmit={submit}>
        <label>
          Truth is a
          <select value={kind} onChange={(event) => setKind(event.target.value as TruthKind)}>
            {Object.entries(kinds).map(([value, word]) => (
              <option key={value} value={value}>
                {word}
              </option>
            ))}
          </select>
        </label>
        {kind !== "undetermined" && (
          <label>
            {kind === "mixture" ? "Names, with + between" : "Name"}
            <input
              value={name}
              onChange={(event) => setName(event.target.value)}
              list="mineral-names"
              required
              maxLength={200}
              autoComplete="off"
            />
          </label>
        )}
        <datalist id="mineral-names">
          {names.map((mineral) => (
            <option key={mineral} value={mineral} />
          ))}
        </datalist>
        <label>
          Known from
          <input
            value={basis}
            onChange={(event) => setBasis(event.target.value)}
            maxLength={400}
            placeholder="thin section, XRD"
          />
        </label>
        <label className="check">
          <input type="checkbox" checked={certain} onChange={(event) => setCertain(event.target.checked)} />
          Certain
        </label>
        <button type="submit" className="btn go" aria-disabled={review.busy}>
          Set truth
        </button>
      </form>
      {spot.truth && (
        <Press className="btn" onPress={() => void review.say({ kind: "truth-withdrawn", target, by })}>
          Take back
        </Press>
      )}
      <Sentence
        key={`said ${spot.target.spotId}`}
        label="The astronaut said"
        button="Note it"
        value={spot.opinion?.name ?? ""}
        onSay={(said) => review.say({ kind: "astronaut-said", target, name: spelledAs(said, names), by })}
      />
      <Sentence
        key={`note ${spot.target.spotId}`}
        label="Note"
        button="Add note"
        value=""
        onSay={(text) => review.say({ kind: "review-noted", target, text, by })}
      />
    </section>
  );
}

/** A mineral's name as the catalogue spells it; with a capital letter, as all are spelled, where it has none of the name (yet). */
const spelledAs = (name: string, names: readonly string[]): string =>
  names.find((known) => known.toLowerCase() === name.toLowerCase()) ?? name.charAt(0).toUpperCase() + name.slice(1);

interface SentenceProps {
  readonly label: string;
  readonly button: string;
  readonly value: string;
  readonly onSay: (text: string) => Promise<boolean>;
}

function Sentence({ label, button, value, onSay }: SentenceProps): ReactNode {
  const [text, setText] = useState(value);
  return (
    <form
      className="sentence"
      onSubmit={(event) => {
        event.preventDefault();
        void onSay(text.trim());
      }}
    >
      <label>
        {label}
        <input value={text} onChange={(event) => setText(event.target.value)} required maxLength={400} />
      </label>
      <button type="submit" className="btn">
        {button}
      </button>
    </form>
  );
}
