import type { ReactNode } from "react";
import type { LookAlike, MineralEntry } from "../../../contract/mindb.ts";
import { Press } from "../../parts/Press.tsx";
import { Trust } from "../Trust.tsx";
import { asSentence } from "../words.ts";

interface LookAlikesProps {
  readonly entry: MineralEntry;
  readonly onOpen: (name: string) => void;
}

/** Minerals that this one is taken for: those that a text tells, then those that follow from bands and formulas. */
export function LookAlikes({ entry, onOpen }: LookAlikesProps): ReactNode {
  const { lookAlikes, similar } = entry;
  return (
    <section aria-label="Look-alikes">
      <table className="alike">
        <thead>
          <tr>
            <th>Looks like</th>
            <th>What separates them</th>
            <th>Use</th>
          </tr>
        </thead>
        <tbody>
          {[...lookAlikes, ...similar].map((other) => (
            <Alike key={other.name} other={other} onOpen={onOpen} />
          ))}
          {lookAlikes.length + similar.length === 0 && (
            <tr>
              <td colSpan={3}>{entry.depth === "full" ? "None known." : "Not looked for: the entry is short."}</td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}

const Alike = ({ other, onOpen }: { other: LookAlike; onOpen: (name: string) => void }): ReactNode => (
  <tr>
    <th scope="row">
      <Press className="link" onPress={() => onOpen(other.name)}>
        {other.name}
      </Press>
    </th>
    <td>
      {asSentence(other.how).replaceAll("cm-1", "cm⁻¹")}. <Trust confidence={other.confidence} />
    </td>
    <td>{other.separatedBy}</td>
  </tr>
);
