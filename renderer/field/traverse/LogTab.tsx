import type { ReactNode } from "react";
import { answerKind } from "../../../contract/identification.ts";
import { techniqueName } from "../../../contract/spectrum.ts";
import { spotWord } from "../../display/answer.ts";
import { utcTime } from "../../display/time.ts";
import { Icon, Mark } from "../../parts/icons.tsx";
import { Press } from "../../parts/Press.tsx";
import { SimTag } from "../../parts/SimTag.tsx";
import type { MeasurementRow, NoticeRow, SourceSummary } from "../../store/schema.ts";
import { EvidenceView } from "../evidence/EvidenceView.tsx";
import { answerMark, type SessionRows } from "../view.ts";
import type { Evidence } from "./traverse.ts";

interface LogProps {
  readonly rows: SessionRows;
  readonly onChoose: (row: MeasurementRow) => void;
  readonly onSketch: (evidenceId: string) => void;
}

type Entry =
  | { readonly seq: number; readonly measurement: MeasurementRow }
  | { readonly seq: number; readonly notice: NoticeRow }
  | { readonly seq: number; readonly evidence: Evidence };

/** Everything measured, seen and said in this session, newest first. */
export function LogTab({ rows, onChoose, onSketch }: LogProps): ReactNode {
  const entries: Entry[] = [
    ...rows.measurements.map((measurement) => ({ seq: measurement.seq, measurement })),
    ...rows.notices.map((notice) => ({ seq: notice.seq, notice })),
    ...rows.traverse.evidence.map((evidence) => ({ seq: evidence.seq, evidence })),
  ].sort((a, b) => b.seq - a.seq);
  const sampleName = (sampleId: string | undefined) => rows.samples.find((s) => s.sampleId === sampleId)?.name ?? "";
  const place = (of: { sampleId?: string | undefined; spotId?: string | undefined }): string => {
    const number = rows.spots.find((s) => s.spotId === of.spotId)?.number;
    return [sampleName(of.sampleId), number && `spot ${number}`].filter(Boolean).join(", ");
  };
  return (
    <>
      {entries.length === 0 && <p className="lead">Nothing measured in this session yet.</p>}
      <ul className="rows log">
        {entries.map((entry) => (
          <li key={entry.seq} className={"measurement" in entry ? undefined : "notice"}>
            {"measurement" in entry && (
              <Measured row={entry.measurement} place={place(entry.measurement)} onChoose={onChoose} />
            )}
            {"notice" in entry && (
              <>
                <span>{utcTime(entry.notice.at)}</span>
                <p>
                  <Mark name="look" size={20} /> {entry.notice.sentence}
                </p>
              </>
            )}
            {"evidence" in entry && (
              <>
                <span>{utcTime(entry.evidence.at)}</span>
                <div className="evidence">
                  <p>{place(entry.evidence.target) || "The traverse"}</p>
                  <EvidenceView sessionId={rows.sessionId} evidence={entry.evidence} onSketch={onSketch} />
                </div>
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

interface MeasuredProps {
  readonly row: MeasurementRow;
  readonly place: string;
  readonly onChoose: (row: MeasurementRow) => void;
}

const Measured = ({ row, place, onChoose }: MeasuredProps): ReactNode => (
  <Press className="row" onPress={() => onChoose(row)}>
    <span>{utcTime(row.at)}</span>
    <b>
      <Mark name={answerMark[answerKind(row.identification)]} size={20} /> {spotWord(row.identification)}
    </b>
    <span>{place}</span>
    <span className="source">
      {techniqueName[row.technique]} <Source source={row.source} />
    </span>
    <Icon name="next" size={24} />
  </Press>
);

function Source({ source }: { source: SourceSummary }): ReactNode {
  if (source.kind === "file") {
    return (
      <>
        from file {source.name} {source.instrument?.simulated && <SimTag />}
      </>
    );
  }
  return source.instrument.simulated ? <SimTag /> : <>by {source.instrument.model}</>;
}
