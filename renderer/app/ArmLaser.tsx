import type { ReactNode } from "react";
import type { DeviceStatus } from "../../contract/device.ts";
import { instrumentName } from "../instruments/list.ts";
import { useStation, useTask } from "../parts/hooks.ts";
import { Icon } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";

/**
 * The first of the two steps to light, for an instrument whose laser is guarded; the second is MEASURE or a step of a
 * calibration. STOP disarms it.
 */
export function ArmLaser({ status }: { status: DeviceStatus }): ReactNode {
  const station = useStation();
  const [busy, run] = useTask();
  const open = status.laser?.interlockClosed === false;
  return (
    <Press className="btn glove arm" onPress={() => run(() => station.armLaser(status.id))}>
      <Icon name="laser" size={28} />
      <span>
        {busy ? "Arming" : `Arm laser of ${instrumentName(status)}`}
        <span className="why">{open ? "interlock is open: close it first" : "nobody looks into the probe?"}</span>
      </span>
    </Press>
  );
}
