import {
  type CalibrationRecord,
  type CalibrationSummary,
  calibrationName,
  type ResidualLine,
} from "../../contract/calibration.ts";
import { techniqueName } from "../../contract/spectrum.ts";
import { untilText } from "./validity.ts";

const word = { pass: "Pass", warn: "Warn", fail: "Fail" } as const;

/** The record as a page to print: one sheet, black on white, no script, everything that it says readable without colour. */
export function calibrationPage(record: CalibrationRecord, { shortId, state }: CalibrationSummary): string {
  const { result, instrument, profile, signature, validity, at, readings } = record;
  const { standard, asFound, afterFit, moved, range, unit } = result;
  const laser = profile.excitationNm === undefined ? "" : `, ${profile.excitationNm} nm`;
  const rows: [string, string | undefined][] = [
    ["Instrument", `${instrument.model}, ${instrument.serialNumber}${instrument.simulated ? " (simulated)" : ""}`],
    ["Technique", `${techniqueName[profile.technique]}${laser}`],
    ["Made", `${at.slice(0, 16).replace("T", " ")} UTC`],
    ["Standard", standard && [standard.name, standard.serial && `no. ${standard.serial}`].filter(Boolean).join(", ")],
    ["Source of its values", standard?.source],
    ["Exposures", readings[0] && `${readings.length} of ${readings[0].settings.integrationUs / 1000} ms`],
    ["Detector", result.detectorC === undefined ? undefined : `${result.detectorC.toFixed(1)} °C`],
    ["As found", `${word[asFound.verdict]}. ${asFound.sentence}`],
    ["After the fit", afterFit && `${word[afterFit.verdict]}. ${afterFit.sentence}`],
    ["What moved", moved?.sentence],
    ["Vouched for", range && `${range.from.toFixed(1)} to ${range.to.toFixed(1)} ${unit}`],
    ["Holds until", untilText(validity) || undefined],
    ["State", state],
    ["Comment", signature.comment || undefined],
    ["Record", record.calibrationId],
  ];
  const facts = rows.flatMap(([label, value]) =>
    value === undefined ? [] : [`<tr><th scope="row">${escaped(label)}</th><td>${escaped(value)}</td></tr>`],
  );
  const figures = result.figures.map(
    ({ label, value, unit: u, verdict }) =>
      `<tr><th scope="row">${escaped(label)}</th><td>${value.toFixed(2)} ${escaped(u)}</td><td>${word[verdict]}</td></tr>`,
  );
  const title = `${shortId} ${calibrationName[result.kind]}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escaped(title)}</title>
<style>
body { font: 11pt/1.4 sans-serif; color: #000; background: #fff; margin: 18mm; max-width: 170mm; }
h1 { font-size: 18pt; margin: 0; }
.verdict { font-size: 14pt; border: 2pt solid #000; padding: 2mm 4mm; display: inline-block; margin: 4mm 0; }
table { border-collapse: collapse; width: 100%; margin: 4mm 0; }
th, td { text-align: left; padding: 1mm 2mm; border-bottom: 0.5pt solid #000; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.sign { margin-top: 14mm; border-top: 0.5pt solid #000; width: 80mm; padding-top: 1mm; }
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p class="verdict"><b>${word[result.verdict]}</b>. ${escaped(result.sentence)}</p>
<table><tbody>
${facts.join("\n")}
</tbody></table>
${result.lines.length === 0 ? "" : lineTable(result.lines, unit)}
${figures.length === 0 ? "" : `<table><tbody>\n${figures.join("\n")}\n</tbody></table>`}
<p class="sign">${escaped(signature.operator)}</p>
</body>
</html>
`;
}

function lineTable(lines: readonly ResidualLine[], unit: string): string {
  const digits = unit === "nm" ? 2 : 1;
  const signed = (value: number | undefined) =>
    value === undefined ? "" : `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;
  const rows = lines.map(
    ({ expected, uncertainty, found, residual, verdict, residualAfter, verdictAfter, note }) =>
      `<tr><th scope="row" class="n">${expected.toFixed(digits)}</th><td class="n">±${uncertainty.toFixed(digits)}</td><td class="n">${
        found?.toFixed(digits) ?? "none"
      }</td><td class="n">${signed(residual)}</td><td>${verdict ? word[verdict] : ""}</td><td class="n">${signed(residualAfter)}</td><td>${
        verdictAfter ? word[verdictAfter] : ""
      }</td><td>${escaped(note)}</td></tr>`,
  );
  return `<table>
<thead><tr><th class="n">Certified, ${escaped(unit)}</th><th class="n">Known to</th><th class="n">Found</th><th class="n">As found</th><th></th><th class="n">After fit</th><th></th><th></th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
