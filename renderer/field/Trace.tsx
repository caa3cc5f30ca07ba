import { type ReactNode, useMemo } from "react";
import { type Spectrum, techniqueName } from "../../contract/spectrum.ts";
import { timesNoise } from "../display/quality.ts";
import { Icon, Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { withoutSlope } from "../plot/background.ts";
import { SpectrumPlot } from "../plot/SpectrumPlot.tsx";
import { useReference } from "./useReference.ts";
import type { FieldView } from "./view.ts";

interface TraceProps {
  readonly view: FieldView;
  readonly spectrum: Spectrum | undefined;
  readonly growing: boolean;
  readonly onTechnique: () => void;
}

/** The lower half: the spectrum, which is the proof. */
export function Trace({ view, spectrum, growing, onTechnique }: TraceProps): ReactNode {
  const { answer, plotted, spot, otherTechnique } = view;
  const flat = useMemo(() => spectrum && withoutSlope(spectrum), [spectrum]);
  const technique = spectrum?.technique ?? plotted?.technique ?? "raman";
  const reference = useReference(growing ? undefined : answer, technique);
  if (!growing && !plotted) return <div className="live" />;
  const poor = plotted?.identification.quality[technique]?.verdict === "poor";
  // What was too poor shows why: its background stays.
  const drawn = growing || !poor ? (flat ?? spectrum) : spectrum;
  const quality = growing ? undefined : plotted?.identification.quality[technique];
  return (
    <section className="live" aria-label="Spectrum">
      <div className="draw">
        <p className="head">
          <span>
            <b>{techniqueName[technique]}</b>
            {growing && ", live"}
            {quality && `, S/N ${timesNoise(quality.signalToNoise)}`}
            {drawn !== spectrum && ", background taken off for the eye"}
          </span>
          <span className="key">
            <span className="line" aria-hidden="true" />
            {growing ? "Now" : `Spot ${spot?.number ?? 1}`}
            {reference && (
              <>
                <span className="line other" aria-hidden="true" />
                {reference.words}
              </>
            )}
          </span>
        </p>
        {drawn ? (
          <SpectrumPlot
            spectrum={drawn}
            of={`spot ${spot?.number ?? 1}`}
            reference={reference?.trace}
            labelled={quality !== undefined && quality.verdict !== "poor"}
          />
        ) : (
          <p className="waiting">
            <Mark name="busy" /> {growing ? "The trace comes with the first exposure." : "The spectrum is being read."}
          </p>
        )}
      </div>
      {otherTechnique && !growing && (
        <Press className="btn" onPress={onTechnique}>
          <Icon name="spectrum" />
          <span>Show {techniqueName[otherTechnique]}</span>
        </Press>
      )}
    </section>
  );
}
