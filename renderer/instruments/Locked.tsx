import { type ReactNode, useState } from "react";
import { type CorrectionInForce, calibrationName } from "../../contract/calibration.ts";
import { operatorNow, setOperator } from "../app/settings.ts";
import { useNow, useStation, useTask } from "../parts/hooks.ts";
import { Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { SignFields } from "./Sign.tsx";
import { isLocked } from "./words.ts";

/** An expired calibration is locked. An operator can open the lock for two hours, with name and reason, in the journal. */
export function Locked({ correction }: { correction: CorrectionInForce }): ReactNode {
  const station = useStation();
  const nowMs = useNow(10_000);
  const [open, setOpen] = useState(false);
  const [signature, setSignature] = useState(() => ({ operator: operatorNow(), comment: "" }));
  const [busy, run] = useTask();
  const { calibrationId, kind, sentence, shortId } = correction;
  if (!calibrationId || !isLocked(correction, nowMs)) return null;
  const missing = signature.operator.trim() === "" || signature.comment.trim() === "";
  const override = async (): Promise<void> => {
    setOperator(signature.operator.trim());
    if (await station.overrideExpired(calibrationId, signature)) setOpen(false);
  };
  return (
    <section className="trouble" aria-labelledby={`locked-${kind}`}>
      <Mark name="failed" size={28} />
      <div>
        <h3 id={`locked-${kind}`}>
          {calibrationName[kind]} {shortId} has expired
        </h3>
        <p>{sentence} Readings with it are refused. Calibrate again, or use it all the same for two hours.</p>
        {open && <SignFields value={signature} onChange={setSignature} />}
        <div className="options">
          {open ? (
            <>
              <Press
                className="btn glove"
                aria-disabled={missing || busy}
                onPress={() => !missing && !busy && run(override)}
              >
                <span>
                  {busy ? "Signing" : "Sign and use for two hours"}
                  {missing && <span className="why">needs name and reason</span>}
                </span>
              </Press>
              <Press className="btn glove" onPress={() => setOpen(false)}>
                Leave it locked
              </Press>
            </>
          ) : (
            <Press className="btn" onPress={() => setOpen(true)}>
              Use it all the same
            </Press>
          )}
        </div>
      </div>
    </section>
  );
}
