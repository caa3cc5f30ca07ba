import type { ReactNode } from "react";
import { type Spectrum, techniqueName } from "../../contract/spectrum.ts";
import { timesNoise } from "../display/quality.ts";
import { useLive } from "../parts/hooks.ts";
import { Icon, Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { SpectrumPlot } from "../plot/SpectrumPlot.tsx";
import type { FieldView } from "./view.ts";

interface TraceProps {
  readonly view: FieldView;
  readonly spectrum: Spectrum | undefined;
  readonly growing: boolean;
  readonly onTechnique: () => void;
}

/** The lower half: the spectrum, which is the proof. */
export function Trace({ view, spectrum, growing, onTechnique }: TraceProps): ReactNode {
  const { plotted, spot, otherTechnique } = view;
  const { drift } = useLive();
  if (!growing && !plotted) return <div className="live" />;
  const technique = spectrum?.technique ?? plotted?.technique ?? "raman";
  const quality = growing ? undefined : plotted?.identification.quality[technique];
  return (
    <section className="live" aria-label="Spectrum">
      <div className="draw">
        <p className="head">
          <span>
            <b>{techniqueName[technique]}</b>
            {growing && ", live"}
            {quality && `, S/N ${timesNoise(quality.signalToNoise)}`}
          </span>
          <span className="key">
            <span className="line" aria-hidden="true" />
            {growing ? "Now" : `Spot ${spot?.number ?? 1}`}
          </span>
        </p>
        {drift?.state === "drifted" && (
          <p className="drift" role="status">
            <Mark name="look" size={20} /> The model may no longer fit these spots. About says why.
          </p>
        )}
        {spectrum ? (
          <SpectrumPlot
            spectrum={spectrum}
            of={`spot ${spot?.number ?? 1}`}
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
