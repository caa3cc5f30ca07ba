import type { ReactNode } from "react";
import type { Rate, ReviewScores } from "../../contract/review.ts";

const of = ({ hits, of: all }: Rate): string => (all === 0 ? "none" : `${hits}/${all}`);

/** The scores of the crews side by side. */
export function Scores({ scores }: { scores: ReviewScores }): ReactNode {
  const { crews, sampling } = scores;
  const minutes = (crew: string): string => sampling.find((s) => s.crew === crew)?.minutesPerSpot?.toFixed(1) ?? "none";
  return (
    <section className="scores" aria-label="Score">
      <h2>Score</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Crew</th>
            {crews.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Row name="Right first" cells={crews.map(({ rightFirst }) => of(rightFirst))} />
          <Row name="In the set" cells={crews.map(({ inSet }) => of(inSet))} />
          <Row name="Not known" cells={crews.map(({ notKnown }) => `${notKnown}`)} />
          <Row name="Too poor" cells={crews.map(({ poor }) => `${poor}`)} />
          <Row name="Min a spot" cells={crews.map(({ name }) => minutes(name))} />
        </tbody>
      </table>
    </section>
  );
}

const Row = ({ name, cells }: { name: string; cells: readonly string[] }): ReactNode => (
  <tr>
    <th scope="row">{name}</th>
    {cells.map((cell, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: one cell for each crew, in order
      <td key={index}>{cell}</td>
    ))}
  </tr>
);
