import type { ReactNode } from "react";
import { useBatteryPercent } from "../app/battery.ts";
import { utcMinute } from "../display/time.ts";
import { useLive, useNow } from "../parts/hooks.ts";
import { Mark } from "../parts/icons.tsx";
import { cautionsOf } from "./cautions.ts";
import type { Traverse } from "./traverse/traverse.ts";

/** A jump of the clock is told this long; then it stands in the log alone. */
const jumpShownMs = 15 * 60_000;

/** What is wrong around the measurement: battery, storage, clock, another window. One line each, above the instruments. */
export function Cautions({ traverse }: { traverse: Traverse }): ReactNode {
  const { storage, pages, drift } = useLive();
  const batteryPercent = useBatteryPercent();
  const nowMs = useNow(10_000);
  const { clockJump } = traverse;
  const jump = clockJump && Math.abs(nowMs - Date.parse(clockJump.at)) < jumpShownMs ? clockJump : undefined;
  const lines = cautionsOf({
    ...{ batteryPercent, storage, pages, drifted: drift?.state === "drifted" },
    jump: jump && { byMs: jump.byMs, atText: utcMinute(Date.parse(jump.at)) },
  });
  if (lines.length === 0) return null;
  return (
    <ul className="cautions" role="status" aria-label="Look">
      {lines.map((line) => (
        <li key={line}>
          <Mark name="look" size={24} />
          {line}
        </li>
      ))}
    </ul>
  );
}
