import type { ReactNode } from "react";
import { utcTime } from "../../display/time.ts";
import { useLive } from "../../parts/hooks.ts";
import { Mark } from "../../parts/icons.tsx";

/** Whether what was just done is in the journal: "Saved" only when it has confirmed it, and what failed if it did not. */
export function SaveLine({ savedAt }: { savedAt: string | undefined }): ReactNode {
  const { notSaved } = useLive();
  return (
    <p className="save-line" role="status">
      {notSaved ? (
        <>
          <Mark name="failed" size={20} />{" "}
          <span>
            <b>Not saved.</b> {notSaved.sentence} {notSaved.hint}
          </span>
        </>
      ) : savedAt ? (
        <>
          <Mark name="good" size={20} /> <span>Saved {utcTime(savedAt)}</span>
        </>
      ) : null}
    </p>
  );
}
