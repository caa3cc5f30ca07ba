import type { ReactNode } from "react";
import { Icon, type IconName } from "../../parts/icons.tsx";
import { Press } from "../../parts/Press.tsx";

export const tabs = {
  samples: { word: "Samples", title: "Samples", icon: "probe" },
  log: { word: "Log", title: "Measurements", icon: "log" },
  map: { word: "Map", title: "Map", icon: "map" },
  steps: { word: "Steps", title: "Checklists", icon: "tick" },
  place: { word: "Place", title: "Where from", icon: "place" },
  sessions: { word: "Sessions", title: "Traverses", icon: "stick" },
} as const satisfies Record<string, { word: string; title: string; icon: IconName }>;
export type Tab = keyof typeof tabs;

interface TraversePanelProps {
  readonly tab: Tab;
  readonly onTab: (tab: Tab) => void;
  readonly onBack: () => void;
  readonly children: ReactNode;
}

/** What belongs to the traverse as a whole, one touch from the sample: it lies where the answer lies. */
export const TraversePanel = ({ tab, onTab, onBack, children }: TraversePanelProps): ReactNode => (
  <section className="panel" aria-labelledby="panel-title">
    <h2 id="panel-title" className="unseen">
      {tabs[tab].title}
    </h2>
    <nav className="tabs" aria-label="Traverse">
      {(Object.keys(tabs) as Tab[]).map((name) => (
        <Press
          key={name}
          className="btn glove"
          aria-current={name === tab ? "page" : undefined}
          onPress={() => onTab(name)}
        >
          <Icon name={tabs[name].icon} size={28} />
          {tabs[name].word}
        </Press>
      ))}
      <Press className="btn glove" aria-label="Back to the answer" onPress={onBack}>
        <Icon name="back" size={28} />
        Back
      </Press>
    </nav>
    {children}
  </section>
);
