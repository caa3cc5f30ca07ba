import type { ReactNode } from "react";

const drawings = {
  brand:
    "M17 1.500l13.500 7.800v15.500L17 32.500 3.500 24.800V9.300z M8.500 22h3.400l1.700-3 1.700 3h1.300L18.700 8.500 20.800 22h4.700",
  field: "M17 7.500a9.500 9.500 0 1 0 0 19a9.500 9.500 0 1 0 0-19z M17 3v8M17 23v8M3 17h8M23 17h8",
  instruments:
    "M5 26a13 13 0 1 1 24 0M17 21l6-9M17 18.400a2.600 2.600 0 1 0 0 5.200a2.600 2.600 0 1 0 0-5.200zM5 30h24",
  review: "M13 4v14l10-7zM4 30h26M8 26v-4M14 26v-2M20 26v-6M26 26v-3",
  first: "M9 7v20M27 7L13 17l14 10z",
  last: "M25 7v20M7 7l14 10L7 27z",
  play: "M10 5v24l18-12z",
  pause: "M11 6v22M23 6v22",
  print: "M9 13V4h16v9M5 13h24v11h-5M10 24H5V13M10 20h14v10H10z",
  minerals: "M17 3l11 7v13l-11 8-11-8V10z M17 3v10M6 10l11 3 11-3M17 13l-6 14.500M17 13l6 14.500",
  night: "M27 20.500A11.500 11.500 0 1 1 14 6a9 9 0 0 0 13 14.500z",
  sun: "M17 11a6 6 0 1 0 0 12a6 6 0 1 0 0-12z M17 3v4M17 27v4M3 17h4M27 17h4M7 7l3 3M24 24l3 3M7 27l3-3M24 10l3-3",
  next: "M12 6l11 11-11 11",
  plus: "M17 5v24M5 17h24",
  file: "M4 9h9l3 4h14v15H4z M17 26v-9M13 20.500l4-4 4 4",
  log: "M6 8h4M6 17h4M6 26h4M15 8h14M15 17h14M15 26h14",
  search: "M14.500 5.500a9 9 0 1 0 0 18a9 9 0 1 0 0-18z M21.500 21.500L30 30",
  spectrum: "M4 27h5l3-5 3 5h2l3-21 3 21h7",
  why: "M4 29h26 M9 29V17 M17 29V6 M25 29V12 M5 13h8 M21 8h8",
  place: "M17 31s-10-9-10-17a10 10 0 0 1 20 0c0 8-10 17-10 17z M17 10a4 4 0 1 0 0 8a4 4 0 1 0 0-8z",
  photo: "M4 10h6l3-4h8l3 4h6v18H4z M17 13a5.500 5.500 0 1 0 0 11a5.500 5.500 0 1 0 0-11z",
  note: "M17 4a4 4 0 0 0-4 4v8a4 4 0 0 0 8 0V8a4 4 0 0 0-4-4z M8 15a9 9 0 0 0 18 0M17 24v6M12 30h10",
  pen: "M6 28l2-7L23 6l5 5-15 15z M20 9l5 5",
  say: "M4 6h26v17H16l-7 7v-7H4z M10 12h14M10 17h9",
  north: "M17 4l8 26-8-6-8 6z",
  map: "M4 8l8-3 10 4 8-3v20l-8 3-10-4-8 3z M12 5v20M22 9v20",
  stop: "M9 30V5h17l-4 6 4 6H9",
  back: "M22 6L11 17l11 11",
  minus: "M5 17h24",
  tick: "M6 18l8 8L28 9",
  stick: "M12 4h10v8H12z M9 12h16v18H9z M15 7v2M19 7v2",
  laser: "M3 17h12M19 17h11M19 17l9-8M19 17l9 8M19 17l3-12M19 17l3 12",
  probe: "M6 5h14v10H6z M13 15v6M9 21h8M20 10h6v14M4 29h26",
} as const;
export type IconName = keyof typeof drawings;

/** A line drawing beside its word; never alone, so it is hidden from screen readers. */
export const Icon = ({ name, size = 34 }: { name: IconName; size?: number }): ReactNode => (
  <svg className="icon" width={size} height={size} viewBox="0 0 34 34" aria-hidden="true">
    <path d={drawings[name]} />
  </svg>
);

/** MEASURE's sight. */
export const AimIcon = (): ReactNode => (
  <svg className="icon aim" viewBox="0 0 72 72" aria-hidden="true">
    <circle cx="36" cy="36" r="24" />
    <path d="M36 4v22M36 46v22M4 36h22M46 36h22" />
    <circle cx="36" cy="36" r="7" fill="currentColor" />
  </svg>
);

/** STOP's octagon. */
export const StopIcon = (): ReactNode => (
  <svg className="icon octagon" viewBox="0 0 72 72" aria-hidden="true">
    <path d="M22 4h28l18 18v28L50 68H22L4 50V22z" />
    <rect x="24" y="24" width="24" height="24" fill="currentColor" stroke="none" />
  </svg>
);

/** good: disc with tick; look: triangle; failed: square with cross; off: ring with bar; unknown: ring with question mark; busy: open ring. */
export type MarkName = "good" | "look" | "failed" | "off" | "unknown" | "busy";

/** Status as shape and colour; the word stands beside it. */
export const Mark = ({ name, size = 24 }: { name: MarkName; size?: number }): ReactNode => (
  <svg className={`mark mark-${name}`} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
    {name === "good" && (
      <>
        <circle cx="12" cy="12" r="11" className="solid" />
        <path d="M6.500 12.500l4 4 7.500-8.500" className="on" />
      </>
    )}
    {name === "look" && (
      <>
        <path d="M12 2L22.800 21.800H1.200z" className="warning" />
        <path d="M12 8.500v6M12 16.600v2.600" className="dark" />
      </>
    )}
    {name === "failed" && (
      <>
        <rect x="1.500" y="1.500" width="21" height="21" className="solid" />
        <path d="M7 7l10 10M17 7L7 17" className="on" />
      </>
    )}
    {name === "off" && (
      <>
        <circle cx="12" cy="12" r="9.700" />
        <path d="M7 12h10" />
      </>
    )}
    {name === "unknown" && (
      <>
        <circle cx="12" cy="12" r="9.700" />
        <path d="M8.800 9.600c0-4.200 6.600-4 6.600-.4 0 2.400-3.300 2.500-3.300 5M12.100 16.400v2" />
      </>
    )}
    {name === "busy" && <path d="M12 2.300a9.700 9.700 0 1 1-9.700 9.700" className="thick" />}
  </svg>
);
