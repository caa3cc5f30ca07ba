import type { ReactNode } from "react";
import type { CorrectionInForce } from "../../contract/calibration.ts";
import { useNow } from "../parts/hooks.ts";
import { Mark } from "../parts/icons.tsx";
import { correctionRow } from "./words.ts";

/** What every reading of the chosen instrument is corrected with. */
export function InForce({ corrections }: { corrections: readonly CorrectionInForce[] | undefined }): ReactNode {
  const nowMs = useNow(10_000);
  return (
    <section className="in-force" aria-labelledby="in-force">
      <h2 id="in-force">Corrections in force</h2>
      <table>
        <tbody>
          {corrections?.map((correction) => {
            const { label, value, mark, word } = correctionRow(correction, nowMs);
            return (
              <tr key={correction.kind}>
                <th scope="row">{label}</th>
                <td>
                  {mark && <Mark name={mark} size={18} />} {value}
                  {word && <small>{word}</small>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {!corrections?.length && <p>{corrections ? "None." : "Not known."}</p>}
    </section>
  );
}
