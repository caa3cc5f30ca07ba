import { type CSSProperties, type ReactNode, useEffect, useState } from "react";
import type { CatalogueTables, RockEntry as Rock } from "../../../contract/mindb.ts";
import type { RockAssessment } from "../../../contract/rock.ts";
import { useLive, useStation } from "../../parts/hooks.ts";
import { Press } from "../../parts/Press.tsx";
import { Trust } from "../Trust.tsx";
import { asSentence, lettersOfLongestWord, placeName } from "../words.ts";
import { DiagramFigure } from "./DiagramFigure.tsx";
import { place } from "./diagram.ts";

interface RockEntryProps {
  readonly rock: Rock;
  readonly tables: CatalogueTables;
  /** The sample that is worked on, for its point in the diagram. */
  readonly sample: { readonly sampleId: string; readonly name: string } | undefined;
  readonly onOpenMineral: (name: string) => void;
}

/** A rock: what it is made of, the rule that names it, and the diagram that it is named in. */
export function RockEntry({ rock, tables, sample, onOpenMineral }: RockEntryProps): ReactNode {
  const assessment = useAssessment(sample?.sampleId);
  const diagram = tables.diagrams.find(({ id }) => id === rock.diagram);
  const placed = diagram && assessment && place(diagram, assessment.minerals);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the entry is longer than the screen and must scroll by keyboard
    <article className="entry" aria-labelledby="rock-name" tabIndex={0}>
      <header>
        <h2 id="rock-name" style={{ "--letters": lettersOfLongestWord(rock.name) } as CSSProperties}>
          {asSentence(rock.name)}
        </h2>
        <p className="g">
          {asSentence(rock.class)}
          <br />
          {rock.bodies.map((body) => placeName[body] ?? body).join(", ")}
        </p>
      </header>
      <section>
        <table>
          <thead>
            <tr>
              <th>Made of</th>
              <th>Vol %</th>
            </tr>
          </thead>
          <tbody>
            {rock.constituents.map(({ term, range }) => (
              <tr key={term}>
                <th scope="row">{asSentence(term)}</th>
                <td>{range ? (range[0] === range[1] ? range[0] : `${range[0]} to ${range[1]}`) : "as said"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section>
        <h3>Named by</h3>
        <p>
          {rock.scheme}: {rock.rule}. <Trust confidence={rock.confidence} />
        </p>
        {rock.note && <p>{asSentence(rock.note)}</p>}
      </section>
      {diagram && (
        <section aria-label="Diagram">
          <DiagramFigure
            diagram={diagram}
            field={rock.field}
            sample={sample && placed ? { name: sample.name, spots: assessment.spots.counted, placed } : undefined}
          />
        </section>
      )}
      {rock.minerals.length > 0 && (
        <section>
          <h3>Its minerals</h3>
          <ul className="links">
            {rock.minerals.map((name) => (
              <li key={name}>
                <Press className="link" onPress={() => onOpenMineral(name)}>
                  {name}
                </Press>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h3>References</h3>
        <p>{rock.source}</p>
      </section>
    </article>
  );
}

/** What the sample is made of; undefined until the station has counted, or without spots. */
function useAssessment(sampleId: string | undefined): RockAssessment | undefined {
  const station = useStation();
  const { link } = useLive();
  const [got, setGot] = useState<{ sampleId: string; assessment: RockAssessment }>();
  useEffect(() => {
    if (link !== "up" || sampleId === undefined) return;
    let wanted = true;
    station.rockOf(sampleId).then(
      (assessment) => wanted && assessment.spots.counted > 0 && setGot({ sampleId, assessment }),
      () => undefined, // the figure stands without a point
    );
    return () => {
      wanted = false;
    };
  }, [station, link, sampleId]);
  return got?.sampleId === sampleId ? got?.assessment : undefined;
}
