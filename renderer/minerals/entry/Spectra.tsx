import type { ReactNode } from "react";
import type { CatalogueTables, MineralEntry } from "../../../contract/mindb.ts";
import { type Technique, techniqueName } from "../../../contract/spectrum.ts";
import { fitSentence } from "../../display/why.ts";
import { Mark } from "../../parts/icons.tsx";
import { asSentence } from "../words.ts";
import { ReferencePlot, type Stick } from "./ReferencePlot.tsx";
import type { Comparison, Shown } from "./useComparison.ts";

interface SpectraProps {
  readonly entry: MineralEntry;
  readonly elementLines: CatalogueTables["elementLines"];
  readonly comparison: Comparison | undefined;
}

/** Heights of the strength words: the middle of each class. */
const heights: Record<string, number> = { "very strong": 0.95, strong: 0.65, medium: 0.35, weak: 0.12 };
const unit = { raman: "cm⁻¹", vnir: "nm", libs: "nm" } as const;

/** What the mineral looks like to each technique: Raman over the whole width, VNIR and LIBS side by side. */
export function Spectra({ entry, elementLines, comparison }: SpectraProps): ReactNode {
  const techniqueOf = (technique: Technique) => (
    <TechniqueSection
      technique={technique}
      entry={entry}
      sticks={technique === "libs" ? elementSticks(entry, elementLines) : bandSticks(entry, technique)}
      shown={comparison?.[technique] ?? {}}
    />
  );
  return (
    <>
      {techniqueOf("raman")}
      <div className="duo">
        {techniqueOf("vnir")}
        {techniqueOf("libs")}
      </div>
    </>
  );
}

const bandSticks = ({ features }: MineralEntry, technique: "raman" | "vnir"): Stick[] =>
  features
    .filter((feature) => feature.technique === technique)
    .map(({ position, strength }) => ({ position, height: heights[strength] ?? 0.12 }));

/** The lines of the formula's elements, each as strong as its share of the mass makes it; air's elements left out. */
function elementSticks({ elements, massFractions }: MineralEntry, lines: CatalogueTables["elementLines"]): Stick[] {
  const all = elements
    .filter((symbol) => symbol !== "O" && symbol !== "H" && symbol !== "N")
    .flatMap((symbol) =>
      (lines[symbol] ?? []).map(([position, relative]) => ({
        position,
        label: symbol,
        height: relative * Math.sqrt(massFractions[symbol] ?? 0.1),
      })),
    );
  const highest = Math.max(...all.map(({ height }) => height), 1e-9);
  return all.map((stick) => ({ ...stick, height: stick.height / highest }));
}

interface TechniqueSectionProps {
  readonly technique: Technique;
  readonly entry: MineralEntry;
  readonly sticks: readonly Stick[];
  readonly shown: Shown;
}

function TechniqueSection({ technique, entry, sticks, shown }: TechniqueSectionProps): ReactNode {
  const known = sticks.length > 0 || shown.reference !== undefined;
  const likelihood = entry.detection?.[technique];
  return (
    <section aria-label={techniqueName[technique]}>
      <h3>
        {techniqueName[technique]} <span>{known ? inWords(technique, sticks) : "no reference"}</span>
      </h3>
      {(known || shown.measured) && (
        <ReferencePlot
          technique={technique}
          mineral={entry.name}
          shown={shown}
          sticks={sticks}
          heightPx={technique === "raman" ? 200 : 160}
        />
      )}
      {shown.fit && (
        <p className="verdicts">
          <Mark name="good" size={20} /> agrees <Mark name="failed" size={20} /> missing{" "}
          <Mark name="unknown" size={20} /> extra. {fitSentence(shown.fit).replace("unexplained", "extra")}
        </p>
      )}
      {likelihood && (
        <p>
          <b>{likelihoodWords[likelihood.likelihood]}</b>: {likelihood.because}.
        </p>
      )}
      {shown.reference && <p className="quiet">Shown: {shown.reference.origin}.</p>}
      {technique === "libs" ? <ElementTable sticks={sticks} /> : <BandTable technique={technique} entry={entry} />}
    </section>
  );
}

const likelihoodWords = {
  likely: "Likely to be seen",
  possible: "May be seen",
  unlikely: "Hardly to be seen",
  unknown: "Not known whether it is seen",
} as const;

/** "strong lines at 665, 1010" */
function inWords(technique: Technique, sticks: readonly Stick[]): string {
  if (technique === "libs") {
    const symbols = [...new Set(sticks.toSorted((a, b) => b.height - a.height).map(({ label }) => label))];
    return symbols.join(", ");
  }
  const strong = sticks.filter(({ height }) => height >= 0.6).slice(0, 4);
  const told = strong.length > 0 ? strong : sticks.toSorted((a, b) => b.height - a.height).slice(0, 2);
  const what = technique === "vnir" ? "dips" : "lines";
  const positions = told.map(({ position }) => Math.round(position)).sort((a, b) => a - b);
  const words = positions.length === 1 ? what.slice(0, -1) : what;
  return `${strong.length > 0 ? "strong " : ""}${words} at ${positions.join(", ")}`;
}

function BandTable({ technique, entry }: { technique: "raman" | "vnir"; entry: MineralEntry }): ReactNode {
  const features = entry.features.filter((feature) => feature.technique === technique);
  if (features.length === 0) return null;
  const what = technique === "vnir" ? "dip" : "line";
  return (
    <details>
      <summary>{`${features.length} ${what}${features.length === 1 ? "" : "s"} as a table`}</summary>
      <table className="features">
        <thead>
          <tr>
            <th>{unit[technique]}</th>
            <th>Strength</th>
            <th>What it is</th>
          </tr>
        </thead>
        <tbody>
          {features.map((feature) => (
            <tr key={`${feature.position} ${feature.assignment}`}>
              <td className="n">{feature.position}</td>
              <td>{asSentence(feature.strength)}</td>
              <td>{feature.assignment === "" ? "Not assigned" : asSentence(feature.assignment)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function ElementTable({ sticks }: { sticks: readonly Stick[] }): ReactNode {
  const byElement = [...Map.groupBy(sticks, ({ label }) => label ?? "")];
  if (byElement.length === 0) return null;
  return (
    <details>
      <summary>Lines of each element as a table</summary>
      <table className="features">
        <thead>
          <tr>
            <th>Element</th>
            <th>nm in air (NIST)</th>
          </tr>
        </thead>
        <tbody>
          {byElement.map(([symbol, lines]) => (
            <tr key={symbol}>
              <th scope="row">{symbol}</th>
              <td>{lines.map(({ position }) => position).join(", ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
