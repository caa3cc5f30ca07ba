import { type FormEvent, type ReactNode, useState } from "react";
import { answerKind } from "../../contract/identification.ts";
import { techniqueName } from "../../contract/spectrum.ts";
import { spotWord } from "../display/answer.ts";
import { utcTime } from "../display/time.ts";
import { Icon, Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { SimTag } from "../parts/SimTag.tsx";
import type { MeasurementRow, SourceSummary } from "../store/schema.ts";
import { answerMark, type SessionRows } from "./view.ts";

interface PanelProps {
  readonly title: string;
  readonly onBack: () => void;
  readonly children: ReactNode;
}

/** A page of Field that lies where the answer lies; STOP, MEASURE and the instruments stay. */
export const Panel = ({ title, onBack, children }: PanelProps): ReactNode => (
  <section className="panel" aria-labelledby="panel-title">
    <header>
      <h2 id="panel-title">{title}</h2>
      <Press className="btn glove" onPress={onBack}>
        Back to the answer
      </Press>
    </header>
    {children}
  </section>
);

interface SamplesProps {
  readonly rows: SessionRows;
  readonly suggestion: string;
  readonly onChoose: (sampleId: string) => void;
  readonly onCreate: (name: string) => void;
  readonly onBack: () => void;
}

/** Name a new sample, or go back to an earlier one. */
export function SamplesPanel({ rows, suggestion, onChoose, onCreate, onBack }: SamplesProps): ReactNode {
  const [name, setName] = useState("");
  const create = (event: FormEvent): void => {
    event.preventDefault();
    onCreate(name.trim() || suggestion);
  };
  return (
    <Panel title="Samples" onBack={onBack}>
      <form className="new-sample" onSubmit={create}>
        <label htmlFor="sample-name">Name of the new sample</label>
        <input
          id="sample-name"
          // The panel was opened to type a name.
          // biome-ignore lint/a11y/noAutofocus: see above
          autoFocus
          autoComplete="off"
          maxLength={80}
          placeholder={suggestion}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit" className="btn glove go">
          New sample
        </button>
      </form>
      <ul className="rows">
        {rows.samples.toReversed().map((sample) => (
          <li key={sample.sampleId}>
            <Press className="row" onPress={() => onChoose(sample.sampleId)}>
              <b>{sample.name}</b>
              <span>{spotsWords(rows, sample.sampleId)}</span>
            </Press>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function spotsWords(rows: SessionRows, sampleId: string): string {
  const words = rows.spots
    .filter((spot) => spot.sampleId === sampleId)
    .flatMap((spot) => rows.measurements.findLast((m) => m.spotId === spot.spotId) ?? [])
    .map((m) => spotWord(m.identification));
  return words.length > 0 ? [...new Set(words)].join(", ") : "Nothing measured yet";
}

interface LogProps {
  readonly rows: SessionRows;
  readonly onChoose: (row: MeasurementRow) => void;
  readonly onBack: () => void;
}

/** Everything measured in this session and what happened in between, newest first. */
export function LogPanel({ rows, onChoose, onBack }: LogProps): ReactNode {
  const entries = [...rows.measurements, ...rows.notices].sort((a, b) => b.seq - a.seq);
  const place = (row: MeasurementRow): string => {
    const sample = rows.samples.find((s) => s.sampleId === row.sampleId)?.name ?? "";
    return `${sample}, spot ${rows.spots.find((s) => s.spotId === row.spotId)?.number ?? ""}`;
  };
  return (
    <Panel title="Measurements" onBack={onBack}>
      {entries.length === 0 && <p className="lead">Nothing measured in this session yet.</p>}
      <ul className="rows log">
        {entries.map((entry) =>
          "sentence" in entry ? (
            <li key={entry.seq} className="notice">
              <span>{utcTime(entry.at)}</span>
              <p>
                <Mark name="look" size={20} /> {entry.sentence}
              </p>
            </li>
          ) : (
            <li key={entry.seq}>
              <Press className="row" onPress={() => onChoose(entry)}>
                <span>{utcTime(entry.at)}</span>
                <b>
                  <Mark name={answerMark[answerKind(entry.identification)]} size={20} />{" "}
                  {spotWord(entry.identification)}
                </b>
                <span>{place(entry)}</span>
                <span className="source">
                  {techniqueName[entry.technique]} <Source source={entry.source} />
                </span>
                <Icon name="next" size={24} />
              </Press>
            </li>
          ),
        )}
      </ul>
    </Panel>
  );
}

function Source({ source }: { source: SourceSummary }): ReactNode {
  if (source.kind === "file") return <>from file {source.name}</>;
  return source.instrument.simulated ? <SimTag /> : <>by {source.instrument.model}</>;
}
