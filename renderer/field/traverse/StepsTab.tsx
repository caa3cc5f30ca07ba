import { type ReactNode, useRef } from "react";
import { utcMinute } from "../../display/time.ts";
import { useLive, useStation } from "../../parts/hooks.ts";
import { Icon, Mark } from "../../parts/icons.tsx";
import { Press } from "../../parts/Press.tsx";
import { bytesOf } from "../evidence/bytes.ts";
import { SaveLine } from "../evidence/SaveLine.tsx";
import type { Traverse } from "./traverse.ts";

/** Checklists that a trainer wrote; each tick stands in the journal with its time. */
export function StepsTab({ traverse }: { traverse: Traverse }): ReactNode {
  const station = useStation();
  const { busy } = useLive();
  const input = useRef<HTMLInputElement>(null);
  const load = async (file: File): Promise<void> => {
    await station.save("loadProcedure", { name: file.name, bytes: await bytesOf(file) });
  };
  const tick = (procedureId: string, step: number, done: boolean): void => {
    if (busy !== "save") void station.save("tickStep", { procedureId, step, done });
  };
  return (
    <>
      <div className="choices">
        <input
          ref={input}
          type="file"
          hidden
          accept=".json,application/json"
          aria-label="Checklist file"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            event.target.value = "";
            if (file) void load(file);
          }}
        />
        <Press className="btn glove" onPress={() => input.current?.click()}>
          <Icon name="file" />
          Load checklist
        </Press>
        <SaveLine savedAt={undefined} />
      </div>
      {traverse.checklists.length === 0 && (
        <p className="lead">No checklist is loaded. A trainer gives one as a JSON file.</p>
      )}
      <div className="scroll">
        {traverse.checklists.toReversed().map(({ procedureId, procedure, ticked }) => (
          <section key={procedureId} aria-label={procedure.title}>
            <h3>
              {procedure.title}, {ticked.filter(Boolean).length} of {ticked.length}
            </h3>
            <ul className="rows">
              {procedure.steps.map((step, i) => {
                const at = ticked[i];
                return (
                  // Two steps may read alike; they never change places.
                  // biome-ignore lint/suspicious/noArrayIndexKey: see above
                  <li key={i}>
                    <Press
                      className="row step"
                      aria-pressed={at !== undefined}
                      onPress={() => tick(procedureId, i, !at)}
                    >
                      <Mark name={at ? "good" : "off"} size={28} />
                      <b>{step}</b>
                      <span>{at ? utcMinute(Date.parse(at)) : ""}</span>
                    </Press>
                  </li>
                );
              })}
            </ul>
          </section>
        ))}
      </div>
    </>
  );
}
