import { type FormEvent, type ReactNode, useState } from "react";
import type { SampleRelation } from "../../../contract/traverse.ts";
import { sampleIdFor } from "../../../contract/traverse.ts";
import { spotWord } from "../../display/answer.ts";
import { useLive, useStation } from "../../parts/hooks.ts";
import { Icon } from "../../parts/icons.tsx";
import { Press } from "../../parts/Press.tsx";
import type { SampleRow } from "../../store/schema.ts";
import { SaveLine } from "../evidence/SaveLine.tsx";
import { OpenFile } from "../OpenFile.tsx";
import type { SessionRows } from "../view.ts";
import { evidenceOfSample, relationLines } from "./traverse.ts";

interface SamplesProps {
  readonly rows: SessionRows;
  readonly current: SampleRow | undefined;
  readonly onChoose: (sampleId: string) => void;
  readonly onCreate: (name: string | undefined) => void;
  readonly onFile: (file: File) => void;
}

/** The samples of the traverse by stop; name, bag and relations of the one that is shown. */
export function SamplesTab({ rows, current, onChoose, onCreate, onFile }: SamplesProps): ReactNode {
  const [asking, setAsking] = useState<"new" | "name" | "bag" | "relation">();
  const { traverse } = rows;
  const stopName = (stopId: string | undefined) => traverse.stops.find((stop) => stop.stopId === stopId)?.name;
  const station = useStation();
  const makeStop = (): void => void station.save("makeStop", {});
  if (asking === "new") {
    const site = traverse.plan?.site;
    const taken = rows.samples.map(({ name }) => name);
    return (
      <OneLine
        label="Name of the new sample"
        placeholder={site ? sampleIdFor(site, new Date(), taken) : `Sample ${rows.samples.length + 1}`}
        action="Make sample"
        mayBeEmpty
        most={80}
        onGive={(name) => onCreate(name || undefined)}
        onLeave={() => setAsking(undefined)}
      />
    );
  }
  if (current && asking) {
    return <Change of={current} rows={rows} what={asking} onLeave={() => setAsking(undefined)} />;
  }
  return (
    <>
      <div className="choices">
        <Press className="btn glove go" onPress={() => setAsking("new")}>
          <Icon name="plus" size={28} />
          New sample
        </Press>
        <Press className="btn glove" onPress={makeStop}>
          <Icon name="stop" size={28} />
          New stop
        </Press>
        <OpenFile onFile={onFile} />
      </div>
      <div className="two">
        <ul className="rows" aria-label="Samples of this traverse">
          {rows.samples.toReversed().map((sample) => (
            <li key={sample.sampleId}>
              <Press
                className="row"
                aria-current={sample.sampleId === current?.sampleId || undefined}
                onPress={() => onChoose(sample.sampleId)}
              >
                <b>{sample.name}</b>
                <span>
                  {stopName(sample.stopId) && `Stop ${stopName(sample.stopId)}. `}
                  {spotsWords(rows, sample.sampleId)}
                </span>
              </Press>
            </li>
          ))}
        </ul>
        {current && (
          <section className="this-sample" aria-label={`Sample ${current.name}`}>
            <p>
              <b>{current.name}</b>
              <br />
              {bagWords(rows, current.sampleId)} {evidenceWords(rows, current.sampleId)}
            </p>
            {relationLines(traverse, current.sampleId, (id) => nameOf(rows, id)).map((line) => (
              <p key={line}>{line}</p>
            ))}
            <div className="stack">
              <Press className="btn glove" onPress={() => setAsking("name")}>
                Rename
              </Press>
              <Press className="btn glove" onPress={() => setAsking("bag")}>
                Bag
              </Press>
              {rows.samples.length > 1 && (
                <Press className="btn glove" onPress={() => setAsking("relation")}>
                  Belongs to
                </Press>
              )}
            </div>
          </section>
        )}
      </div>
    </>
  );
}

const nameOf = (rows: SessionRows, sampleId: string): string =>
  rows.samples.find((sample) => sample.sampleId === sampleId)?.name ?? "a sample of another traverse";

const bagWords = ({ traverse }: SessionRows, sampleId: string): string => {
  const bag = traverse.bags.get(sampleId);
  return bag ? `Bag ${bag}.` : "No bag yet.";
};

function evidenceWords(rows: SessionRows, sampleId: string): string {
  const spotIds = rows.spots.filter((spot) => spot.sampleId === sampleId).map(({ spotId }) => spotId);
  const all = evidenceOfSample(rows.traverse, sampleId, spotIds);
  const photos = all.filter(({ kind }) => kind === "photo").length;
  const notes = all.length - photos;
  return `${photos} ${photos === 1 ? "photo" : "photos"}, ${notes} ${notes === 1 ? "note" : "notes"}.`;
}

function spotsWords(rows: SessionRows, sampleId: string): string {
  const words = rows.spots
    .filter((spot) => spot.sampleId === sampleId)
    .flatMap((spot) => rows.measurements.findLast((m) => m.spotId === spot.spotId) ?? [])
    .map((m) => spotWord(m.identification));
  return words.length > 0 ? [...new Set(words)].join(", ") : "Nothing measured yet";
}

interface ChangeProps {
  readonly of: SampleRow;
  readonly rows: SessionRows;
  readonly what: "name" | "bag" | "relation";
  readonly onLeave: () => void;
}

/** One thing about the sample is changed; the journal keeps what it was before. */
function Change({ of, rows, what, onLeave }: ChangeProps): ReactNode {
  const station = useStation();
  const { sampleId } = of;
  const leaveIf = (saved: Promise<unknown>): void => void saved.then((done) => done && onLeave());
  if (what === "relation") {
    const relate = (toSampleId: string, relation: SampleRelation): void =>
      leaveIf(station.save("relateSamples", { sampleId, relation, toSampleId }));
    return (
      <>
        <p className="lead">{of.name} is a piece of, or from the same outcrop as:</p>
        <ul className="rows" aria-label="Other samples">
          {rows.samples
            .filter((other) => other.sampleId !== sampleId)
            .toReversed()
            .map((other) => (
              <li key={other.sampleId} className="related">
                <b>{other.name}</b>
                <Press className="btn glove" onPress={() => relate(other.sampleId, "piece-of")}>
                  Piece of it
                </Press>
                <Press className="btn glove" onPress={() => relate(other.sampleId, "same-outcrop")}>
                  Same outcrop
                </Press>
              </li>
            ))}
        </ul>
        <div className="choices">
          <Press className="btn glove" onPress={onLeave}>
            Leave it
          </Press>
        </div>
        <SaveLine savedAt={undefined} />
      </>
    );
  }
  return what === "name" ? (
    <OneLine
      label={`New name of ${of.name}`}
      placeholder={of.name}
      action="Rename it"
      most={80}
      onGive={(name) => leaveIf(station.save("renameSample", { sampleId, name }))}
      onLeave={onLeave}
    />
  ) : (
    <OneLine
      label={`Number of the bag that ${of.name} is in`}
      placeholder={rows.traverse.bags.get(sampleId) ?? "B-001"}
      action="Save bag"
      most={40}
      onGive={(bag) => leaveIf(station.save("bagSample", { sampleId, bag }))}
      onLeave={onLeave}
    />
  );
}

interface OneLineProps {
  readonly label: string;
  readonly placeholder: string;
  readonly action: string;
  readonly most: number;
  readonly mayBeEmpty?: boolean;
  readonly onGive: (text: string) => void;
  readonly onLeave: () => void;
}

function OneLine({ label, placeholder, action, most, mayBeEmpty = false, onGive, onLeave }: OneLineProps): ReactNode {
  const [text, setText] = useState("");
  const { busy } = useLive();
  const give = (event: FormEvent): void => {
    event.preventDefault();
    if (busy !== "save" && (mayBeEmpty || text.trim() !== "")) onGive(text.trim());
  };
  return (
    <form className="new-sample" onSubmit={give}>
      <label htmlFor="one-line">{label}</label>
      <input
        id="one-line"
        // It was asked for, to type in.
        // biome-ignore lint/a11y/noAutofocus: see above
        autoFocus
        autoComplete="off"
        maxLength={most}
        placeholder={placeholder}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="btn glove go">
        {action}
      </button>
      <Press className="btn glove" onPress={onLeave}>
        Leave it
      </Press>
      <SaveLine savedAt={undefined} />
    </form>
  );
}
