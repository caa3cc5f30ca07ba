import { type ReactNode, useState } from "react";
import { utcMinute } from "../display/time.ts";
import { useLive, useNow } from "../parts/hooks.ts";
import { Icon, type IconName, Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { isSimulated } from "../station/live.ts";
import { useBatteryPercent } from "./battery.ts";
import { setTheme, type Theme, themeNow } from "./settings.ts";

export const workspaces = {
  field: "Field",
  review: "Review",
  instruments: "Instruments",
  minerals: "Minerals",
} as const;
/** About is no workspace: it stands under the brand. */
export type Workspace = keyof typeof workspaces | "about";

interface RailProps {
  readonly shown: Workspace;
  readonly onShow: (workspace: Workspace) => void;
}

/** The workspaces, the theme, the clock: the same on every screen. */
export function Rail({ shown, onShow }: RailProps): ReactNode {
  const { instruments } = useLive();
  return (
    <header className="rail">
      <nav aria-label="Workspaces">
        <Press
          className="rail-item brand"
          aria-current={shown === "about" ? "page" : undefined}
          onPress={() => onShow("about")}
        >
          <Icon name="brand" size={36} />
          About
        </Press>
        {(Object.keys(workspaces) as (keyof typeof workspaces)[]).map((name) => (
          <RailItem key={name} icon={name} current={name === shown} onPress={() => onShow(name)}>
            {workspaces[name]}
          </RailItem>
        ))}
      </nav>
      {isSimulated(instruments) && (
        <p className="demo">
          <Mark name="look" size={28} />
          Demo, simulated
        </p>
      )}
      <div className="foot">
        <ThemeSwitch />
        <Clock />
      </div>
    </header>
  );
}

interface RailItemProps {
  readonly icon: IconName;
  readonly current?: boolean;
  readonly onPress: () => void;
  readonly children: ReactNode;
}

const RailItem = ({ icon, current, onPress, children }: RailItemProps): ReactNode => (
  <Press className="rail-item" aria-current={current ? "page" : undefined} onPress={onPress}>
    <Icon name={icon} />
    {children}
  </Press>
);

function ThemeSwitch(): ReactNode {
  const [theme, show] = useState<Theme>(themeNow);
  const other = theme === "sun" ? "night" : "sun";
  return (
    <RailItem
      icon={other}
      onPress={() => {
        setTheme(other);
        show(other);
      }}
    >
      {other === "night" ? "Night" : "Sun"}
    </RailItem>
  );
}

function Clock(): ReactNode {
  const nowMs = useNow(1000);
  const percent = useBatteryPercent();
  return (
    <p className="clock">
      {utcMinute(nowMs)}
      <small>UTC</small>
      {percent !== undefined && (
        <small>
          <svg width="30" height="16" viewBox="0 0 30 16" role="img" aria-label="Battery">
            <rect
              x="1.200"
              y="1.200"
              width="24"
              height="13.600"
              rx="2"
              fill="none"
              stroke="currentColor"
              strokeWidth="2.400"
            />
            <rect x="4" y="4" width={(18.4 * percent) / 100} height="8" fill="currentColor" />
            <path d="M28 5v6" stroke="currentColor" strokeWidth="3" />
          </svg>
          {percent}&nbsp;%
        </small>
      )}
    </p>
  );
}
