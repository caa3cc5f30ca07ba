import { type ReactNode, useState } from "react";
import { StopBar, StopLaser } from "../app/StopLaser.tsx";
import { useLive, useStation } from "../parts/hooks.ts";
import { Icon } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { Advice } from "./Answer.tsx";
import { Instruments } from "./Instruments.tsx";
import { Measure } from "./Measure.tsx";
import { useNotice } from "./Notices.tsx";
import { Now } from "./Now.tsx";
import { OpenFile } from "./OpenFile.tsx";
import { LogPanel, SamplesPanel } from "./Panels.tsx";
import { contextWord, PlacePanel } from "./Place.tsx";
import { Strip } from "./Strip.tsx";
import { TeachPanel } from "./Teach.tsx";
import { Trace } from "./Trace.tsx";
import { useSession, useSpectrum } from "./useSession.ts";
import { fieldView, type Selection, type SessionRows } from "./view.ts";
import { WhyPanel } from "./Why.tsx";

interface FieldProps {
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  readonly onOpenMineral: (name: string) => void;
}

/** The astronaut's screen: point, press, read. Order of focus: STOP, MEASURE, answer, spots, instruments. */
export function FieldScreen({ selection, onSelect, onOpenMineral }: FieldProps): ReactNode {
  const station = useStation();
  const live = useLive();
  const rows = useSession();
  const [panel, setPanel] = useState<"samples" | "log" | "why" | "place" | "teach">();
  const notice = useNotice();
  const view = fieldView(rows ?? noRows, live.running ? { spotId: live.running.spotId } : selection);
  const spectrum = useSpectrum(view.plotted);

  const where = {
    sampleId: view.sample?.sampleId,
    spotId: view.spot?.spotId,
    newSampleName: view.newSampleName,
  };
  const show = (next: Selection): void => {
    setPanel(undefined);
    if (live.notRead?.code === "cancelled") station.closeProblem(); // said and read; the spectrum's place is wanted
    onSelect(next);
  };
  const measure = (): void => {
    if (!rows) return; // not yet known which sample is the last
    setPanel(undefined);
    void station.measure(where).then((spotId) => spotId && onSelect({ spotId }));
  };
  const openFile = (file: File): void => {
    if (!rows) return;
    setPanel(undefined);
    void station.openFile(where, file).then((spotId) => spotId && onSelect({ spotId }));
  };
  const newSpot = async (): Promise<void> => {
    if (!view.sample) return;
    const { sampleId } = view.sample;
    const empty = view.spots.findLast((spot) => !spot.mark)?.spot.spotId;
    const spotId = empty ?? (await station.createSpot(sampleId));
    if (spotId) show({ sampleId, spotId });
  };
  const createSample = async (name: string): Promise<void> => {
    const sampleId = await station.createSample(name);
    if (sampleId) show({ sampleId });
  };

  return (
    <>
      <aside className="act" aria-label="Actions">
        <StopLaser />
        <Measure target={view.target} onMeasure={measure} />
        <div className="middle">
          <div className="pair">
            <OpenFile onFile={openFile} />
            <Press
              className="btn glove"
              aria-pressed={panel === "log"}
              onPress={() => setPanel(panel === "log" ? undefined : "log")}
            >
              <Icon name="log" />
              Log
            </Press>
          </div>
          {!live.running && (
            <div className="pair">
              {view.answer?.identification.why && (
                <Press
                  className="btn glove"
                  aria-pressed={panel === "why"}
                  onPress={() => setPanel(panel === "why" ? undefined : "why")}
                >
                  <Icon name="why" />
                  Why
                </Press>
              )}
              {live.hello?.context && (
                <Press
                  className="btn glove"
                  aria-pressed={panel === "place"}
                  onPress={() => setPanel(panel === "place" ? undefined : "place")}
                >
                  <Icon name="place" />
                  {contextWord[live.hello.context]}
                </Press>
              )}
            </div>
          )}
          {!live.running && view.answer && <Advice row={view.answer} />}
          {live.running && (
            <Press className="btn glove cancel" onPress={() => void station.cancel()}>
              {live.busy === "cancel" ? "Stopping" : "Cancel reading"}
              <span className="why">the reading is not kept</span>
            </Press>
          )}
        </div>
      </aside>
      <main className="main">
        <h1 className="unseen">Field</h1>
        <div className="field">
          {panel === "samples" && rows ? (
            <SamplesPanel
              rows={rows}
              suggestion={view.newSampleName}
              onChoose={(sampleId) => show({ sampleId })}
              onCreate={(name) => void createSample(name)}
              onBack={() => setPanel(undefined)}
            />
          ) : panel === "why" && view.answer && !live.running ? (
            <WhyPanel
              key={view.answer.measurementId}
              row={view.answer}
              spectrum={spectrum}
              spotNumber={view.spot?.number ?? 1}
              otherTechnique={view.otherTechnique}
              onTechnique={() => onSelect({ ...selection, technique: view.otherTechnique })}
              onTeach={() => setPanel("teach")}
              onBack={() => setPanel(undefined)}
            />
          ) : panel === "teach" && view.answer && !live.running ? (
            <TeachPanel row={view.answer} spotNumber={view.spot?.number ?? 1} onBack={() => setPanel(undefined)} />
          ) : panel === "place" && live.hello?.context ? (
            <PlacePanel
              chosen={live.hello.context}
              onChoose={(context) => {
                setPanel(undefined);
                void station.chooseContext(context);
              }}
              onBack={() => setPanel(undefined)}
            />
          ) : panel === "log" && rows ? (
            <LogPanel
              rows={rows}
              onChoose={({ sampleId, spotId, technique }) => show({ sampleId, spotId, technique })}
              onBack={() => setPanel(undefined)}
            />
          ) : (
            <>
              <section className="answer" aria-label="Answer">
                <Now
                  view={view}
                  rows={rows}
                  spectrum={spectrum}
                  onOpenMineral={onOpenMineral}
                  onTeach={() => setPanel("teach")}
                />
              </section>
              {notice ? (
                <div className="live">{notice}</div>
              ) : (
                <Trace
                  view={view}
                  spectrum={live.running ? live.trace : spectrum}
                  growing={live.running !== undefined}
                  onTechnique={() => onSelect({ ...selection, technique: view.otherTechnique })}
                />
              )}
            </>
          )}
          <Strip
            view={view}
            measuringSpotId={live.running?.spotId}
            open={live.link === "up"}
            samplesShown={panel === "samples"}
            onSamples={() => setPanel(panel === "samples" ? undefined : "samples")}
            onSpot={(spotId) => show({ sampleId: view.sample?.sampleId, spotId })}
            onNewSpot={() => void newSpot()}
          />
          <Instruments />
        </div>
        <StopBar />
      </main>
    </>
  );
}

const noRows: SessionRows = { samples: [], spots: [], measurements: [], notices: [] };
