import { type ReactNode, useState } from "react";
import { type Spectrum, type Technique, techniqueName } from "../../contract/spectrum.ts";
import { bandLines, elementMark, fitSentence, partLines, verdictMark } from "../display/why.ts";
import { Icon, Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { SpectrumPlot } from "../plot/SpectrumPlot.tsx";
import type { MeasurementRow } from "../store/schema.ts";
import { Panel } from "./Panels.tsx";
import { useCarried } from "./useSession.ts";

interface WhyProps {
  readonly row: MeasurementRow;
  readonly spectrum: Spectrum | undefined;
  readonly spotNumber: number;
  /** The technique that a press changes to, if the spot has several. */
  readonly otherTechnique: Technique | undefined;
  readonly onTechnique: () => void;
  readonly onTeach: () => void;
  readonly onBack: () => void;
}

/** Why the leading names stand where they stand: their bands on the trace, the same as a list, what carried the decision. */
export function WhyPanel({
  row,
  spectrum,
  spotNumber,
  otherTechnique,
  onTechnique,
  onTeach,
  onBack,
}: WhyProps): ReactNode {
  const { identification } = row;
  const { why, elements, next } = identification;
  const carried = useCarried(row);
  const minerals = why?.minerals ?? [];
  const [chosen, setChosen] = useState<string>();
  const mineral = minerals.find(({ name }) => name === chosen) ?? minerals[0];
  const fit = mineral?.techniques.find(({ technique }) => technique === spectrum?.technique);
  const check = elements?.checks.find(({ name }) => name === mineral?.name);
  const technique = spectrum && techniqueName[spectrum.technique];
  return (
    <Panel title={mineral ? `Why ${mineral.name}` : "Why"} onBack={onBack}>
      <div className="choices">
        {minerals.length > 1 &&
          minerals.map(({ name }) => (
            <Press
              key={name}
              className="btn glove"
              aria-pressed={name === mineral?.name}
              onPress={() => setChosen(name)}
            >
              {name}
            </Press>
          ))}
        {otherTechnique && (
          <Press className="btn glove" onPress={onTechnique}>
            <Icon name="spectrum" />
            Show {techniqueName[otherTechnique]}
          </Press>
        )}
        {identification.quality.raman && (
          <Press className="btn glove" onPress={onTeach}>
            It is another: teach it
          </Press>
        )}
      </div>
      <div className="why-panel">
        <div className="draw">
          <p>
            <b>{technique}</b>
            {fit ? `, ${fitSentence(fit)}` : ". No bands of this mineral are known here."}
          </p>
          {spectrum && (
            <SpectrumPlot spectrum={spectrum} of={`spot ${spotNumber}`} labelled={!fit} marks={fit?.bands ?? noMarks} />
          )}
        </div>
        <div className="reasons">
          {fit && (
            <ul aria-label="Bands">
              {bandLines(fit).map(({ key, verdict, text }) => (
                <li key={key}>
                  <Mark name={verdictMark[verdict]} size={20} />
                  <span>{text}</span>
                  <b>{verdict}</b>
                </li>
              ))}
            </ul>
          )}
          {carried && carried.parts.length > 0 && (
            <section aria-labelledby="carried">
              <h3 id="carried">
                {carried.first} against {carried.second}
              </h3>
              <ul>
                {partLines(carried).map(({ key, text, name, percent }) => (
                  <li key={key}>
                    <span className="share">{percent}</span>
                    <span>{text}</span>
                    <b>{name}</b>
                  </li>
                ))}
              </ul>
              <p className="quiet">Per cent of what the parts say, and for which name.</p>
            </section>
          )}
          {next && (
            <section aria-labelledby="next">
              <h3 id="next">Next best</h3>
              {next.steps.length === 0 && <p>{next.sentence}</p>}
              {next.steps.map(({ action, technique, sentence, source }) => (
                <p key={`${action} ${technique}`}>
                  {sentence} {source && <span className="quiet">{source}</span>}
                </p>
              ))}
            </section>
          )}
          {check && (
            <section aria-labelledby="elements">
              <h3 id="elements">
                <Mark name={elementMark[check.verdict]} size={20} /> Elements: {check.verdict}
              </h3>
              {check.sentences.map((sentence) => (
                <p key={sentence}>{sentence}</p>
              ))}
            </section>
          )}
        </div>
      </div>
    </Panel>
  );
}

const noMarks = [] as const;
