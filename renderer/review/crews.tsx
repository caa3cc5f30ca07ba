import type { ReactNode } from "react";
import type { Verdict } from "../../contract/review.ts";

/** A crew is told apart by colour, dash and shape together (design guide, Type and colour). */
export interface CrewLook {
  readonly colour: string;
  readonly dash: string;
  readonly shape: "disc" | "square" | "triangle" | "diamond";
}

const looks: readonly CrewLook[] = [
  { colour: "var(--crew-1)", dash: "", shape: "disc" },
  { colour: "var(--crew-2)", dash: "9 5", shape: "square" },
  { colour: "var(--crew-3)", dash: "2 5", shape: "triangle" },
  { colour: "var(--crew-4)", dash: "12 4 2 4", shape: "diamond" },
];

/** The crews in the order of the alphabet with their looks. */
export function crewLooks(names: readonly string[]): Map<string, CrewLook> {
  const sorted = [...new Set(names)].sort((a, b) => a.localeCompare(b, "en"));
  return new Map(sorted.map((name, index) => [name, looks[index % looks.length] as CrewLook]));
}

const outlines = {
  square: "M-0.9-0.9h1.8v1.8h-1.8z",
  triangle: "M0-1.1L1.1 0.9H-1.1z",
  diamond: "M0-1.25L1.25 0 0 1.25-1.25 0z",
} as const;

/** A crew's mark at a place within an SVG; `r` is half its width. */
export function CrewMark({ look, x, y, r }: { look: CrewLook; x: number; y: number; r: number }): ReactNode {
  const { shape, colour } = look;
  if (shape === "disc") return <circle cx={x} cy={y} r={r} fill={colour} />;
  return <path d={outlines[shape]} transform={`translate(${x} ${y}) scale(${r})`} fill={colour} />;
}

export const verdictWord: Record<Verdict, string> = {
  right: "right",
  "in-set": "in the set",
  wrong: "wrong",
  "not-known": "not known",
  poor: "too poor",
};

/** A verdict's mark within an SVG; an open ring where no truth was set. */
export function VerdictMark({
  verdict,
  x,
  y,
  r,
}: {
  verdict: Verdict | undefined;
  x: number;
  y: number;
  r: number;
}): ReactNode {
  return (
    <g transform={`translate(${x} ${y}) scale(${r / 10})`} className={`verdict verdict-${verdict ?? "none"}`}>
      {verdict === "right" && (
        <>
          <circle r="10" className="solid" />
          <path d="M-5 .5l3.600 3.600L5-4" className="on" />
        </>
      )}
      {verdict === "in-set" && (
        <>
          <circle r="9" className="ring" />
          <path d="M0-9a9 9 0 0 0 0 18z" className="ink" />
        </>
      )}
      {verdict === "wrong" && (
        <>
          <rect x="-9" y="-9" width="18" height="18" className="solid" />
          <path d="M-4-4l8 8M4-4l-8 8" className="on" />
        </>
      )}
      {verdict === "not-known" && (
        <>
          <circle r="9" className="ring" />
          <path
            d="M-2.900-2.200c0-3.900 6.100-3.700 6.100-.4 0 2.200-3 2.300-3 4.600M.2 4.500v1.600"
            className="question"
          />
        </>
      )}
      {verdict === "poor" && (
        <>
          <path d="M0-10L10.500 9h-21z" className="warning" />
          <path d="M0-4v5.500M0 4v2" className="dark" />
        </>
      )}
      {verdict === undefined && <circle r="7" className="ring" />}
    </g>
  );
}
