import { type ReactNode, useState } from "react";
import type { Drift, DriftState } from "../../contract/drift.ts";
import { type ProviderName, providerName } from "../../contract/identification.ts";
import { type ModelSummary, trustWords } from "../../contract/model.ts";
import { StopBar, StopLaser } from "../app/StopLaser.tsx";
import { pxPerMmNow, setPxPerMm } from "../app/settings.ts";
import { useLive, useStation } from "../parts/hooks.ts";
import { Mark, type MarkName } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";

const rulerMm = 50;
/** One step of the ruler check: 0.5 mm in 50. */
const step = 1.01;

/** Versions, the model in use and why it runs where it runs, the ruler check, and whom we owe what. */
export function AboutScreen(): ReactNode {
  const { hello, link, drift } = useLive();
  return (
    <>
      <aside className="act" aria-label="Actions">
        <StopLaser />
      </aside>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the page is longer than the screen and must scroll by keyboard */}
      <main className="main about" tabIndex={0}>
        <h1>Lithoscope {hello?.version}</h1>
        {!hello && <p>The station has not answered yet. Versions and credits come from it.</p>}
        {hello && (
          <dl className="facts">
            <dt>Host</dt>
            <dd>
              {hello.host === "electron" ? "Desktop app" : "Browser on this machine"}
              {link !== "up" && ", station starting again"}
            </dd>
            <dt>Model</dt>
            <dd>
              {hello.model.id} {hello.model.version}, {hello.model.classCount} minerals
              <br />
              {hello.model.description}
            </dd>
            <dt>Runs on</dt>
            <dd>
              <Processor model={hello.model} />
            </dd>
            <dt>Package</dt>
            <dd>
              {trustWords(hello.model.trust)}
              {hello.modelFallback && (
                <span role="alert">
                  <br />
                  {hello.modelFallback.sentence} {hello.modelFallback.hint}
                </span>
              )}
              <br />
              <span className="hash">SHA-256 {hello.model.sha256}</span>
            </dd>
            <dt>Fit</dt>
            <dd>{drift && <Fit drift={drift} />}</dd>
            <dt>Catalogue</dt>
            <dd>
              MinDB {hello.catalogue.version}, {hello.catalogue.count} minerals
            </dd>
            <dt>Session</dt>
            <dd>{hello.session.title}</dd>
          </dl>
        )}
        <Ruler />
        {hello && (
          <>
            <h2>Data behind the model</h2>
            <Credits credits={hello.model.credits} />
            <h2>Catalogue and software</h2>
            <Credits credits={hello.credits} />
          </>
        )}
        <StopBar />
      </main>
    </>
  );
}

/** Where the model runs and why; a trial says what is faster, for the next start. */
function Processor({ model }: { model: ModelSummary }): ReactNode {
  const station = useStation();
  const [trying, setTrying] = useState(false);
  const [found, setFound] = useState<{ provider: ProviderName; reason: string }>();
  const tryThem = async (): Promise<void> => {
    setTrying(true);
    setFound(await station.tryProviders());
    setTrying(false);
  };
  const stays = found?.provider === model.provider;
  return (
    <>
      {providerName[model.provider]}. {found && stays ? found.reason : model.providerReason}
      <br />
      <Press className="btn" disabled={trying} onPress={() => void tryThem()}>
        {trying ? "Trying, up to a minute" : "Try the graphics processor"}
      </Press>
      {found && !stays && (
        <span role="status">
          <br />
          From the next start on: {providerName[found.provider]}. {found.reason}
        </span>
      )}
    </>
  );
}

/** Whether the model still fits: the worst sign first, then each comparison. */
function Fit({ drift }: { drift: Drift }): ReactNode {
  const others = [drift.axis, ...drift.techniques].map(({ sentence }) => sentence);
  return (
    <>
      <Mark name={fitMarks[drift.state]} /> {drift.sentence}
      {[...new Set(others)]
        .filter((sentence) => sentence !== drift.sentence)
        .map((sentence) => (
          <span key={sentence}>
            <br />
            {sentence}
          </span>
        ))}
    </>
  );
}

const fitMarks: Record<DriftState, MarkName> = {
  unwatched: "unknown",
  waiting: "unknown",
  ok: "good",
  watch: "look",
  drifted: "failed",
};

/** Targets are sized in millimetres; the person makes the bar as long as it says, with a ruler on the glass. */
function Ruler(): ReactNode {
  const [pxPerMm, show] = useState(pxPerMmNow);
  const scale = (factor: number) => (): void => show(setPxPerMm(pxPerMm * factor));
  return (
    <section aria-labelledby="ruler">
      <h2 id="ruler">Size of the buttons</h2>
      <p>Hold a ruler on the screen. The bar should be {rulerMm} mm long.</p>
      <div className="ruler-check">
        <Press className="btn" onPress={scale(1 / step)}>
          Shorter
        </Press>
        <span className="rule" style={{ width: rulerMm * pxPerMm }} aria-hidden="true" />
        <Press className="btn" onPress={scale(step)}>
          Longer
        </Press>
      </div>
    </section>
  );
}

function Credits({ credits }: { credits: readonly { source: string; citation: string; terms?: string }[] }): ReactNode {
  return (
    <dl className="credits">
      {credits.map(({ source, citation, terms }) => (
        <div key={`${source} ${citation}`}>
          <dt>{source}</dt>
          <dd>
            {citation}
            {terms && (
              <>
                <br />
                Terms: {terms}
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
