import { type ReactNode, useEffect, useRef } from "react";
import type { RockAssessment } from "../../contract/rock.ts";
import { percentText } from "../display/percent.ts";
import { Icon, Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import type { FieldView, SpotView } from "./view.ts";

interface StripProps {
  readonly view: FieldView;
  /** The sample's likeliest name so far. */
  readonly rock: RockAssessment["rocks"][number] | undefined;
  /** The spot being measured, if any: then nothing else can be chosen. */
  readonly measuringSpotId: string | undefined;
  /** Whether the station can take a new spot now. */
  readonly open: boolean;
  readonly samplesShown: boolean;
  readonly onSamples: () => void;
  readonly onSpot: (spotId: string) => void;
  readonly onNewSpot: () => void;
}

/** The sample, its spots, and the way to a new spot. */
export function Strip({
  view,
  rock,
  measuringSpotId,
  open,
  samplesShown,
  onSamples,
  onSpot,
  onNewSpot,
}: StripProps): ReactNode {
  const { sample, spots, spot } = view;
  const busy = measuringSpotId !== undefined;
  const canAdd = open && sample !== undefined && !busy;
  return (
    <div className="strip">
      <Press className="sample" aria-expanded={samplesShown} onPress={onSamples}>
        <b>{sample?.name ?? "No sample yet"}</b>
        <span>{sample ? soFar(rock, spots.filter((s) => s.mark).length) : "Name one"}</span>
        <Icon name="next" size={28} />
      </Press>
      <ul className="spots" aria-label="Spots">
        {spots.map((one) => (
          <Spot
            key={one.spot.spotId}
            view={one}
            current={one.spot.spotId === spot?.spotId}
            measuring={one.spot.spotId === measuringSpotId}
            onPress={() => !busy && onSpot(one.spot.spotId)}
          />
        ))}
      </ul>
      <Press className="spot new" aria-disabled={!canAdd} onPress={() => canAdd && onNewSpot()}>
        <Icon name="plus" size={32} />
        New spot
      </Press>
    </div>
  );
}

/** A name that is wrong more than twice in three is no name yet. */
const leastRock = 1 / 3;

function soFar(rock: StripProps["rock"], measured: number): string {
  if (rock && rock.probability >= leastRock)
    return `${capital(rock.name)} so far, ${percentText(Math.round(100 * rock.probability))}`;
  return measured > 0 ? `${measured} measured` : "Nothing measured";
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

interface SpotProps {
  readonly view: SpotView;
  readonly current: boolean;
  readonly measuring: boolean;
  readonly onPress: () => void;
}

function Spot({ view, current, measuring, onPress }: SpotProps): ReactNode {
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (current) item.current?.scrollIntoView({ block: "nearest", inline: "end" });
  }, [current]);
  const mark = measuring ? "busy" : view.mark;
  return (
    <li ref={item}>
      <Press className={mark ? "spot" : "spot empty"} aria-current={current || undefined} onPress={onPress}>
        <span className="n">
          {view.spot.number}
          {mark && <Mark name={mark} />}
        </span>
        <span className="word">{measuring ? "Measuring" : view.word}</span>
      </Press>
    </li>
  );
}
