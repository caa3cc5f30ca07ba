import type { ReactNode } from "react";
import { bodies, mineralClasses } from "../../contract/mindb.ts";
import { techniqueName } from "../../contract/spectrum.ts";
import { Press } from "../parts/Press.tsx";
import { countOf, type Filters, noFilters } from "./search/filters.ts";
import { usualTolerance } from "./search/query.ts";
import { asSentence, bodyName } from "./words.ts";

interface FilterPanelProps {
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
  readonly onClose: () => void;
}

const crystalSystems = ["cubic", "hexagonal", "tetragonal", "orthorhombic", "monoclinic", "triclinic", "amorphous"];
const unit = { raman: "cm⁻¹", vnir: "nm", libs: "nm" } as const;

/** All filters, in place of an entry: elements, a line, class, place, crystal system, hardness. */
export function FilterPanel({ filters, onChange, onClose }: FilterPanelProps): ReactNode {
  const set = (change: Partial<Filters>) => onChange({ ...filters, ...change });
  const text = (
    key: "has" | "hasNot" | "line" | "tolerance" | "hardnessFrom" | "hardnessTo" | "colour",
    label: string,
    hint = "",
  ) => (
    <label>
      {label}
      <input
        type="text"
        inputMode={key === "has" || key === "hasNot" || key === "colour" ? "text" : "decimal"}
        autoComplete="off"
        spellCheck={false}
        placeholder={hint}
        value={filters[key]}
        onChange={(event) => set({ [key]: event.target.value })}
      />
    </label>
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: longer than a small screen, and must scroll by keyboard
    <section className="entry filters" aria-labelledby="filters" tabIndex={0}>
      <header>
        <h2 id="filters" className="small">
          Filters
        </h2>
        <div className="row">
          <Press className="btn" aria-disabled={countOf(filters) === 0} onPress={() => onChange(noFilters)}>
            Clear all
          </Press>
          <Press className="btn go" onPress={onClose}>
            Close filters
          </Press>
        </div>
      </header>
      <fieldset>
        <legend>Elements</legend>
        {text("has", "Has", "Fe Mg")}
        {text("hasNot", "Has not", "Al")}
      </fieldset>
      <fieldset>
        <legend>Has a line at</legend>
        <label>
          Technique
          <select
            value={filters.technique}
            onChange={(event) => set({ technique: event.target.value as Filters["technique"], tolerance: "" })}
          >
            {(["raman", "vnir", "libs"] as const).map((technique) => (
              <option key={technique} value={technique}>
                {techniqueName[technique]}
              </option>
            ))}
          </select>
        </label>
        {text(
          "line",
          `Position, ${unit[filters.technique]}`,
          { raman: "967", vnir: "2310", libs: "588.99" }[filters.technique],
        )}
        {text("tolerance", `Within, ${unit[filters.technique]}`, String(usualTolerance[filters.technique]))}
      </fieldset>
      <fieldset>
        <legend>Kind</legend>
        <Choose
          label="Class"
          any="Any class"
          value={filters.class}
          options={mineralClasses.map((kind) => [kind, asSentence(kind)])}
          onChoose={(kind) => set({ class: mineralClasses.find((one) => one === kind) })}
        />
        <Choose
          label="Crystal system"
          any="Any system"
          value={filters.crystalSystem}
          options={crystalSystems.map((system) => [system, asSentence(system)])}
          onChoose={(crystalSystem) => set({ crystalSystem })}
        />
        <Choose
          label="Found on"
          any="Anywhere"
          value={filters.body}
          options={bodies.map((body) => [body, bodyName[body]])}
          onChoose={(body) => set({ body: bodies.find((one) => one === body) })}
        />
      </fieldset>
      <fieldset>
        <legend>In the hand</legend>
        {text("hardnessFrom", "Hardness from", "1")}
        {text("hardnessTo", "Hardness to", "10")}
        {text("colour", "Colour", "green")}
      </fieldset>
      <p>
        The search field understands the same: <b>967</b> is a Raman line, <b>967±2</b> a narrower one, <b>2310 nm</b> a
        dip, <b>+Fe −Al</b> elements, <b>CaCO3</b> a formula.
      </p>
    </section>
  );
}

interface ChooseProps {
  readonly label: string;
  readonly any: string;
  readonly value: string | undefined;
  readonly options: readonly (readonly [string, string])[];
  readonly onChoose: (value: string | undefined) => void;
}

const Choose = ({ label, any, value, options, onChoose }: ChooseProps): ReactNode => (
  <label>
    {label}
    <select value={value ?? ""} onChange={(event) => onChoose(event.target.value || undefined)}>
      <option value="">{any}</option>
      {options.map(([id, words]) => (
        <option key={id} value={id}>
          {words}
        </option>
      ))}
    </select>
  </label>
);
