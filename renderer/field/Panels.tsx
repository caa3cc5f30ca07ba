import type { ReactNode } from "react";
import { Icon } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";

interface PanelProps {
  readonly title: string;
  readonly onBack: () => void;
  readonly children: ReactNode;
}

/** A page of Field that lies where the answer lies; STOP, MEASURE and the instruments stay. */
export const Panel = ({ title, onBack, children }: PanelProps): ReactNode => (
  <section className="panel" aria-labelledby="panel-title">
    <header>
      <h2 id="panel-title">{title}</h2>
      <Press className="btn glove" aria-label="Back to the answer" onPress={onBack}>
        <Icon name="back" size={28} />
        Back
      </Press>
    </header>
    {children}
  </section>
);
