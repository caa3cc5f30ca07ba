import { type ReactNode, useEffect, useState } from "react";
import { ArmLaser } from "../app/ArmLaser.tsx";
import { StopBar, StopLaser } from "../app/StopLaser.tsx";
import { answerOf } from "../display/answer.ts";
import { useLive, useStation } from "../parts/hooks.ts";
import { Icon } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { toBeArmed } from "../station/live.ts";
import { Advice } from "./Advice.tsx";
import { Cautions } from "./Cautions.tsx";
import { NotePanel } from "./evidence/NotePanel.tsx";
import { PhotoPanel } from "./evidence/PhotoPanel.tsx";
import { SayPanel } from "./evidence/SayPanel.tsx";
import { SketchPanel } from "./evidence/SketchPanel.tsx";
import { Instruments } from "./Instruments.tsx";
import { Measure } from "./Measure.tsx";
import { MapTab } from "./map/MapTab.tsx";
import { useNotice } from "./Notices.tsx";
import { Now } from "./Now.tsx";
import { PlaceTab } from "./Place.tsx";
import { Strip } from "./Strip.tsx";
import { TeachPanel } from "./Teach.tsx";
import { Trace } from "./Trace.tsx";
import { LogTab } from "./traverse/LogTab.tsx";
import { SamplesTab } from "./traverse/SamplesTab.tsx";
import { SessionsTab } from "./traverse/SessionsTab.tsx";
import { StepsTab } from "./traverse/StepsTab.tsx";
import { type Tab, TraversePanel } from "./traverse/TraversePanel.tsx";
import { useRock } from "./useRock.ts";
import { useSession, useSpectrum } from "./useSession.ts";
import { fieldView, noRows, type Selection } from "./view.ts";
import { WhyPanel } from "./Why.tsx";

interface FieldProps {
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  readonly onOpenMineral: (name: string) => void;
}

/** What lies where the answer lies. */
type Page =
  | { readonly page: "answer" | "why" | "teach" | "photo" | "note" | "say" }
  | { readonly page: "sketch"; readonly photoId: string }
  | { readonly page: "traverse"; readonly tab: Tab };
const answerPage: Page = { page: "answer" };

/** The astronaut's screen: point, press, read. Order of focus: STOP, MEASURE, answer, spots, instruments. */
export function FieldScreen({ selection, onSelect, onOpenMineral }: FieldProps): ReactNode {
  const station = useStation();
  const live = useLive();
  const rows = useSession();
  const [shown, setShown] = useState<Page>(answerPage);
  // biome-ignore lint/correctness/useExhaustiveDependencies: for every page anew
  useEffect(() => station.pageChanged(), [station, shown]);
  const notice = useNotice();
  const known = rows ?? noRows;
  const { traverse, sessionId } = known;
  const view = fieldView(known, live.running ? { spotId: live.running.spotId } : selection);
  const spectrum = useSpectrum(view.plotted);
  const rock = useRock(view);

  const unarmed = live.running ? [] : toBeArmed(live.instruments);
  const where = { sampleId: view.sample?.sampleId, spotId: view.spot?.spotId, stopId: view.stopId };
  const target = {
    ...(view.stopId && { stopId: view.stopId }),
    ...(view.sample && { sampleId: view.sample.sampleId }),
    ...(view.spot && { spotId: view.spot.spotId }),
  };
  const back = (): void => setShown(answerPage);
  /** A second touch on what is open leads back. */
  const toggle = (page: "why" | "photo" | "note" | "say") => (): void =>
    setShown((now) => (now.page === page ? answerPage : { page }));
  const show = (next: Selection): void => {
    back();
    if (live.notRead?.code === "cancelled") station.closeProblem(); // said and read; the spectrum's place is wanted
    onSelect(next);
  };
  const measure = (): void => {
    if (!rows) return; // not yet known which sample is the last
    back();
    void station.measure(where).then((spotId) => spotId && onSelect({ spotId }));
  };
  const openFile = (file: File): void => {
    if (!rows) return;
    back();
    void station.openFile(where, file).then((spotId) => spotId && onSelect({ spotId }));
  };
  const newSpot = async (): Promise<void> => {
    if (!view.sample) return;
    const { sampleId } = view.sample;
    const empty = view.spots.findLast((spot) => !spot.mark)?.spot.spotId;
    const spotId = empty ?? (await station.createSpot(sampleId));
    if (spotId) show({ sampleId, spotId });
  };
  const createSample = async (name: string | undefined): Promise<void> => {
    const sampleId = await station.createSample(name, view.stopId);
    if (sampleId) show({ sampleId });
  };
  const sketched = shown.page === "sketch" ? traverse.evidence.find((e) => e.evidenceId === shown.photoId) : undefined;
  const names = view.answer ? namesOf(view.answer.identification) : [];
  const toSketch = (photoId: string): void => setShown({ page: "sketch", photoId });
  const canWhy = view.answer?.identification.why !== undefined;

  const panel = (): ReactNode => {
    switch (shown.page) {
      case "answer":
        return undefined;
      case "why":
        return (
          view.answer &&
          !live.running && (
            <WhyPanel
              key={view.answer.measurementId}
              row={view.answer}
              spectrum={spectrum}
              spotNumber={view.spot?.number ?? 1}
              otherTechnique={view.otherTechnique}
              onTechnique={() => onSelect({ ...selection, technique: view.otherTechnique })}
              onTeach={() => setShown({ page: "teach" })}
              onBack={back}
            />
          )
        );
      case "teach":
        return (
          view.answer &&
          !live.running && <TeachPanel row={view.answer} spotNumber={view.spot?.number ?? 1} onBack={back} />
        );
      case "photo":
        return (
          <PhotoPanel
            sessionId={sessionId}
            target={target}
            of={view.target}
            evidence={traverse.evidence}
            onSketch={toSketch}
            onBack={back}
          />
        );
      case "note":
        return (
          <NotePanel
            sessionId={sessionId}
            target={target}
            of={view.target}
            evidence={traverse.evidence}
            onBack={back}
          />
        );
      case "say":
        return (
          view.spot && (
            <SayPanel
              key={view.spot.spotId}
              spotId={view.spot.spotId}
              spotNumber={view.spot.number}
              measurementId={view.answer?.measurementId}
              names={names}
              said={traverse.said.get(view.spot.spotId)}
              onBack={back}
            />
          )
        );
      case "sketch":
        return (
          sketched?.kind === "photo" && (
            <SketchPanel sessionId={sessionId} photo={sketched} evidence={traverse.evidence} onBack={back} />
          )
        );
      case "traverse":
        return (
          rows && (
            <TraversePanel tab={shown.tab} onTab={(tab) => setShown({ page: "traverse", tab })} onBack={back}>
              {shown.tab === "samples" && (
                <SamplesTab
                  rows={rows}
                  current={view.sample}
                  onChoose={(sampleId) => show({ sampleId })}
                  onCreate={(name) => void createSample(name)}
                  onFile={openFile}
                />
              )}
              {shown.tab === "log" && (
                <LogTab
                  rows={rows}
                  onChoose={({ sampleId, spotId, technique }) => show({ sampleId, spotId, technique })}
                  onSketch={toSketch}
                />
              )}
              {shown.tab === "map" && <MapTab rows={rows} onChoose={(sampleId) => show({ sampleId })} />}
              {shown.tab === "steps" && <StepsTab traverse={traverse} />}
              {shown.tab === "place" && live.hello?.context && (
                <PlaceTab
                  chosen={live.hello.context}
                  onChoose={(context) => {
                    back();
                    void station.chooseContext(context);
                  }}
                />
              )}
              {shown.tab === "sessions" && <SessionsTab rows={rows} onBegun={() => show({})} />}
            </TraversePanel>
          )
        );
    }
  };
  const opened = panel();

  return (
    <>
      <aside className="act" aria-label="Actions">
        <StopLaser />
        <Measure target={view.target} paused={traverse.paused} onMeasure={measure} />
        <div className="middle">
          <div className="pair">
            <Press className="btn glove" aria-pressed={shown.page === "photo"} onPress={toggle("photo")}>
              <Icon name="photo" />
              Photo
            </Press>
            <Press className="btn glove" aria-pressed={shown.page === "note"} onPress={toggle("note")}>
              <Icon name="note" />
              Note
            </Press>
          </div>
          {unarmed.map((status) => (
            <ArmLaser key={status.id} status={status} />
          ))}
          {!live.running && unarmed.length === 0 && (
            <>
              <div className="pair">
                <Press
                  className="btn glove"
                  aria-pressed={shown.page === "why"}
                  aria-disabled={!canWhy}
                  onPress={canWhy ? toggle("why") : undefined}
                >
                  <Icon name="why" />
                  Why
                </Press>
                <Press
                  className="btn glove"
                  aria-pressed={shown.page === "say"}
                  aria-disabled={!view.spot}
                  onPress={view.spot ? toggle("say") : undefined}
                >
                  <Icon name="say" />I say …
                </Press>
              </div>
              {view.answer && <Advice row={view.answer} onOpen={() => setShown({ page: "why" })} />}
            </>
          )}
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
          {opened || (
            <>
              <section className="answer" aria-label="Answer">
                <Now
                  view={view}
                  rows={rows}
                  spectrum={spectrum}
                  onOpenMineral={onOpenMineral}
                  onTeach={() => setShown({ page: "teach" })}
                  onFile={openFile}
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
            rock={rock}
            measuringSpotId={live.running?.spotId}
            open={live.link === "up"}
            samplesShown={shown.page === "traverse"}
            onSamples={() => (shown.page === "traverse" ? back() : setShown({ page: "traverse", tab: "samples" }))}
            onSpot={(spotId) => show({ sampleId: view.sample?.sampleId, spotId })}
            onNewSpot={() => void newSpot()}
          />
          <div className="foot-rows">
            <Cautions traverse={traverse} />
            <Instruments />
          </div>
        </div>
        <StopBar />
      </main>
    </>
  );
}

/** The machine's names, the leading ones first. */
const namesOf = (identification: Parameters<typeof answerOf>[0]): string[] => {
  const { set, rest } = answerOf(identification);
  return [...set, ...rest].filter(({ kind }) => kind === "mineral").map(({ name }) => name);
};
