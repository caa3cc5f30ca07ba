import type { ReactNode } from "react";
import { techniqueName } from "../../contract/spectrum.ts";
import { adviceOf } from "../display/advice.ts";
import { secondsLeft } from "../display/time.ts";
import { useLive, useStation } from "../parts/hooks.ts";
import { Icon, Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { measuringInstruments } from "../station/live.ts";
import type { MeasurementRow } from "../store/schema.ts";

interface AdviceProps {
  readonly row: MeasurementRow;
  /** To all of it, and its reasons. */
  readonly onOpen: () => void;
}

/**
 * In the action column: what the elements say against the first name, or else what to measure next. A press sets MEASURE
 * to it where the instrument is ready; otherwise, and with the next press, it shows all of it with its reasons.
 */
export function Advice({ row, onOpen }: AdviceProps): ReactNode {
  const station = useStation();
  const { instruments } = useLive();
  const advice = adviceOf(row.identification);
  if (!advice) return <p className="advice none-better">Nothing more would help here.</p>;
  if (advice.kind === "against") {
    return (
      <Press className="advice against" onPress={onOpen}>
        <span className="over">
          <Mark name="failed" size={24} /> Elements disagree
        </span>
        <span className="rest-of-it">{advice.sentence}</span>
      </Press>
    );
  }
  const { technique, action, sentence } = advice;
  const ready = instruments.find((one) => one.profile.technique === technique && one.state === "ready");
  const next = measuringInstruments(instruments).map(({ id }) => id);
  const set = ready !== undefined && next.length === 1 && next[0] === ready.id;
  const press = (): void => {
    if (ready && !set && instruments.length > 1) void station.chooseInstruments([ready.id]);
    else onOpen();
  };
  const seconds = ready?.measurementMs && `, ${secondsLeft(ready.measurementMs)}\u00a0s`;
  const head = {
    measure: `${techniqueName[technique]} here`,
    longer: `${techniqueName[technique]} longer`,
    wider: `${techniqueName[technique]} wider`,
  };
  return (
    <Press className="advice" onPress={press}>
      <span className="over">
        {set && instruments.length > 1 ? "Next best, set" : "Next best"}
        <Icon name="next" size={24} />
      </span>
      <b>
        {head[action]}
        {seconds}
      </b>
      <span className="rest-of-it">{sentence}</span>
    </Press>
  );
}
