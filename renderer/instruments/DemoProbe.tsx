import { type ReactNode, useId, useState } from "react";
import { useLookup, useStation } from "../parts/hooks.ts";

/** What was placed last, for a select that comes and goes with its screen. */
let placed = "Quartz";

/** What lies under the demo instrument's probe: a mineral to name, or a standard to calibrate with. */
export function DemoProbe(): ReactNode {
  const station = useStation();
  const { value: specimens = [] } = useLookup("demoSpecimens", {});
  const [specimen, show] = useState(placed);
  const id = useId();
  const place = async (next: string): Promise<void> => {
    if (!(await station.placeUnderDemo(next))) return;
    placed = next;
    show(next);
  };
  if (specimens.length === 0) return null;
  return (
    <div className="entry-field">
      <label htmlFor={id}>Under the demo's probe</label>
      <select id={id} value={specimen} onChange={(event) => void place(event.target.value)}>
        {(["standard", "mineral"] as const).map((kind) => (
          <optgroup key={kind} label={kind === "standard" ? "Standards" : "Minerals"}>
            {specimens
              .filter((each) => each.kind === kind)
              .map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </div>
  );
}
