import type { ReactNode } from "react";
import { type CalibrationResult, calibrationName, type Limits } from "../../contract/calibration.ts";
import { Mark } from "../parts/icons.tsx";
import { limitsOf, limitText, lineViews, valueText, verdictMark, verdictWord } from "./verdict.ts";

/** A result as a table: line by line as found and after the fit, then the figures that are judged besides. */
export function Residuals({ result }: { result: CalibrationResult }): ReactNode {
  const lines = lineViews(result);
  return (
    <>
      {lines.length > 0 && (
        <table className="residuals" aria-label={`${calibrationName[result.kind]}, line by line in ${result.unit}`}>
          <thead>
            <tr>
              <th className="n">{result.kind === "white" || result.kind === "dark" ? "Expected" : "Certified"}</th>
              <th className="n">Found</th>
              <th className="n">As found</th>
              <th>
                <span className="unseen">Verdict as found</span>
              </th>
              {result.afterFit && (
                <>
                  <th className="n">After fit</th>
                  <th>
                    <span className="unseen">Verdict after the fit</span>
                  </th>
                </>
              )}
              <th>
                <span className="unseen">Note</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ expected, found, before, after, key, note }) => (
              <tr key={expected} className={key ? "key" : undefined}>
                <th scope="row" className="n">
                  {expected}
                </th>
                <td className="n">{found}</td>
                <td className="n">{before.text}</td>
                <td>
                  <Mark name={before.mark} size={22} />
                  <span className="unseen">{before.word}</span>
                </td>
                {after && (
                  <>
                    <td className="n">{after.text}</td>
                    <td>
                      <Mark name={after.mark} size={22} />
                      <span className="unseen">{after.word}</span>
                    </td>
                  </>
                )}
                <td className="note">{note}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {result.figures.length > 0 && (
        <table className="residuals figures" aria-label={`${calibrationName[result.kind]}, figures`}>
          <tbody>
            {result.figures.map(({ id, label, value, unit, limits, verdict }) => (
              <tr key={id}>
                <th scope="row">{label}</th>
                <td className="n">
                  {valueText(value, unit)} {unit}
                </td>
                <td>
                  <Mark name={verdictMark[verdict]} size={22} /> {verdictWord[verdict]}
                </td>
                <td className="note">{limits && limitsText(limits)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

/** Equal limits leave no room for a warning. */
const limitsText = ({ pass, warn }: Limits): string =>
  pass === warn ? `at most ${limitText(pass)}` : `pass to ${limitText(pass)}, warn to ${limitText(warn)}`;

/** What the shapes of the table mean, with the standard's own uncertainty beside the limits. */
export function LimitsLegend({ result }: { result: CalibrationResult }): ReactNode {
  const limits = limitsOf(result);
  if (!limits) return null;
  const { pass, warn, uncertainty } = limits;
  return (
    <p className="limits">
      <span>
        <Mark name="good" size={20} /> to {limitText(pass)}
      </span>
      <span>
        <Mark name="look" size={20} /> to {limitText(warn)}
      </span>
      <span>
        <Mark name="failed" size={20} /> above {limitText(warn)} {result.unit}.
        {uncertainty > 0 && ` The standard itself: ±${limitText(uncertainty)}.`}
      </span>
    </p>
  );
}
