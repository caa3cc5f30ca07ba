import { type ReactNode, useState } from "react";
import { type CalibrationKind, calibrationKinds, calibrationName } from "../../contract/calibration.ts";
import { useLookup } from "../parts/hooks.ts";
import { Icon, Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { TrendPlot } from "../plot/TrendPlot.tsx";
import { dayText } from "../plot/trend.ts";
import { references } from "./list.ts";
import { calibrationMark, calibrationWord, verdictMark, verdictWord } from "./verdict.ts";
import { shortKind } from "./words.ts";

interface HistoryProps {
  readonly serialNumber: string;
  readonly onRecord: (calibrationId: string) => void;
}

/** How the instrument did over time, and every record of it, newest first. */
export function History({ serialNumber, onRecord }: HistoryProps): ReactNode {
  const { value: records = [] } = useLookup("calibrationHistory", { serialNumber });
  const kinds = calibrationKinds.filter((kind) => records.some(({ result }) => result.kind === kind));
  const [wanted, setKind] = useState<CalibrationKind>();
  const kind = wanted && kinds.includes(wanted) ? wanted : (kinds.find((each) => references.has(each)) ?? kinds[0]);
  if (kind === undefined) {
    return (
      <section>
        <h3>Calibrations</h3>
        <p>Never calibrated on this tablet.</p>
      </section>
    );
  }
  return (
    <section>
      <h3>Calibrations</h3>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset takes no part in the row's layout */}
      <div className="options" role="group" aria-label="Kind">
        {kinds.map((each) => (
          <Press key={each} className="btn" aria-pressed={each === kind} onPress={() => setKind(each)}>
            {shortKind[each]}
          </Press>
        ))}
      </div>
      <Trend serialNumber={serialNumber} kind={kind} />
      <ul className="records" aria-label={`Records of ${calibrationName[kind]}`}>
        {records
          .filter(({ result }) => result.kind === kind)
          .map(({ calibrationId, shortId, at, state, result, signature }) => (
            <li key={calibrationId}>
              <Press className="record-row" onPress={() => onRecord(calibrationId)}>
                <b>{shortId}</b>
                <span>
                  {dayText(at)}, {at.slice(11, 16)}
                </span>
                <span>
                  <Mark name={calibrationMark[state]} size={20} /> {calibrationWord[state]}
                </span>
                <span className="verdict-word">
                  <Mark name={verdictMark[result.verdict]} size={20} /> {verdictWord[result.verdict]}
                </span>
                <span className="words">{signature.operator}</span>
                <Icon name="next" size={24} />
              </Press>
            </li>
          ))}
      </ul>
    </section>
  );
}

interface TrendProps {
  readonly serialNumber: string;
  readonly kind: CalibrationKind;
  /** Only the last so many checks, under a heading that says so. */
  readonly most?: number;
}

/** One kind's figure over time with its limits. */
export function Trend({ serialNumber, kind, most }: TrendProps): ReactNode {
  const { value: trend } = useLookup("calibrationTrend", { serialNumber, kind });
  if (!trend || trend.points.length === 0) return null;
  const points = most ? trend.points.slice(-most) : trend.points;
  return (
    <figure className="over-time">
      <figcaption>
        {most && (
          <>
            <b>Last {points.length === 1 ? "check" : `${points.length} checks`}</b>
            <br />
          </>
        )}
        {trend.label}, {trend.unit}
      </figcaption>
      <TrendPlot trend={{ ...trend, points }} />
    </figure>
  );
}
