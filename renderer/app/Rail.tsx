import { type ReactNode, useEffect, useState } from "react";
import { utcMinute } from "../display/time.ts";
import { useLive, useNow } from "../parts/hooks.ts";
import { Icon, type IconName, Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import { isSimulated } from "../station/live.ts";
import { setTheme, type Theme, themeNow } from "./settings.ts";

export const workspaces = { field: "Field", minerals: "Minerals", about: "About" } as const;
export type Workspace = keyof typeof workspaces;

interface RailProps {
  readonly shown: Workspace;
  readonly onShow: (workspace: Workspace) => void;
}

/** The workspaces, the theme, the clock: the same on every screen. */
export function Rail({ shown, onShow }: RailProps): ReactNode {
  const { instruments } = useLive();
  return (
    <header className="rail">
      <div className="brand" role="img" aria-label="Lithoscope">
        <Icon name="brand" size={40} />
      </div>
      <nav aria-label="Workspaces">
        {(Object.keys(workspaces) as Workspace[]).map((name) => (
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

/** The Battery Status API, which TypeScript's DOM library does not list. */
interface Battery extends EventTarget {
  readonly level: number;
  readonly charging: boolean;
}

/** Charge in per cent; undefined where the machine does not tell, or is a desktop (full and charging for ever). */
function useBatteryPercent(): number | undefined {
  const [percent, setPercent] = useState<number>();
  useEffect(() => {
    const { getBattery } = navigator as Navigator & { getBattery?: () => Promise<Battery> };
    const stop = new AbortController();
    void getBattery?.call(navigator).then((battery) => {
      const show = (): void =>
        setPercent(battery.charging && battery.level === 1 ? undefined : Math.round(battery.level * 100));
      show();
      for (const change of ["levelchange", "chargingchange"]) {
        battery.addEventListener(change, show, { signal: stop.signal });
      }
    });
    return () => stop.abort();
  }, []);
  return percent;
}
