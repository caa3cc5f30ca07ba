import type { ReviewCampaign, ReviewSpot, Verdict } from "../../contract/review.ts";
import { type CrewMark, escaped, markAt, n, ticks } from "./svg.ts";

/** Widths in px of the document; all figures share one. */
const width = 680;

const svg = (height: number, title: string, body: string): string =>
  `<svg viewBox="0 0 ${width} ${n(height)}" width="${width}" height="${n(height)}" role="img" aria-label="${escaped(title)}">${body}</svg>`;

const text = (x: number, y: number, content: string, options = ""): string =>
  `<text x="${n(x)}" y="${n(y)}" ${options}>${escaped(content)}</text>`;
const line = (x1: number, y1: number, x2: number, y2: number, options = 'stroke="#000"'): string =>
  `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" ${options}/>`;

/** Shape and word of a verdict; shapes differ so that print without colour keeps them. */
export const verdictWord: Record<Verdict | "none", string> = {
  right: "right first",
  "in-set": "in the set",
  wrong: "wrong",
  "not-known": "said not known",
  poor: "too poor to name",
  none: "no truth",
};

export function verdictMark(verdict: Verdict | undefined, x: number, y: number, r = 5): string {
  const ring = `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}"`;
  switch (verdict) {
    case "right":
      return `${ring} fill="#00663d"/><path d="M${n(x - r * 0.5)} ${n(y)}l${n(r * 0.4)} ${n(r * 0.4)}l${n(r * 0.7)} ${n(-r * 0.8)}" fill="none" stroke="#fff" stroke-width="1.6"/>`;
    case "in-set":
      return `${ring} fill="#fff" stroke="#000" stroke-width="1.3"/><path d="M${n(x)} ${n(y - r)}a${r} ${r} 0 0 0 0 ${n(2 * r)}z" fill="#000"/>`;
    case "wrong":
      return `<rect x="${n(x - r)}" y="${n(y - r)}" width="${n(2 * r)}" height="${n(2 * r)}" fill="#a3001b"/><path d="M${n(x - r * 0.5)} ${n(y - r * 0.5)}l${r} ${r}m0 ${-r}l${-r} ${r}" stroke="#fff" stroke-width="1.6"/>`;
    case "not-known":
      return `${ring} fill="#fff" stroke="#000" stroke-width="1.3"/>${text(x, y + r * 0.6, "?", `text-anchor="middle" font-size="${n(r * 1.8)}" font-weight="700"`)}`;
    case "poor":
      return `<polygon points="${n(x)},${n(y - r * 1.1)} ${n(x + r * 1.1)},${n(y + r * 0.9)} ${n(x - r * 1.1)},${n(y + r * 0.9)}" fill="#ffc400" stroke="#000"/>`;
    case undefined:
      return `${ring} fill="none" stroke="#666"/>`;
  }
}

/** Legend of verdicts in one row. */
export function verdictLegend(): string {
  const words = Object.entries(verdictWord);
  const step = width / words.length;
  return svg(
    22,
    "Legend",
    words
      .map(
        ([verdict, word], i) =>
          verdictMark(verdict === "none" ? undefined : (verdict as Verdict), 8 + i * step, 11) +
          text(18 + i * step, 15, word),
      )
      .join(""),
  );
}

/** Where each sample lay, in metres east and north of the first place, the way of each crew between. Undefined where no place is known. */
export function mapFigure(spots: readonly ReviewSpot[], crews: ReadonlyMap<string, CrewMark>): string | undefined {
  const points = spots
    .flatMap((spot) => (spot.place === undefined ? [] : [{ spot, ...spot.place, at: spot.measurements[0]?.at ?? "" }]))
    .sort((a, b) => (a.at < b.at ? -1 : 1));
  if (points.length === 0) return undefined;
  const span = (values: number[]) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const pad = Math.max(10, (high - low) * 0.08);
    return { low: low - pad, high: high + pad };
  };
  const [east, north] = [span(points.map((p) => p.eastM)), span(points.map((p) => p.northM))];
  const box = { left: 56, top: 8, right: width - 120, bottom: 0 };
  // One metre is as long to the north as to the east.
  const scale = Math.min((box.right - box.left) / (east.high - east.low), 300 / (north.high - north.low));
  const height = (north.high - north.low) * scale;
  box.bottom = box.top + height;
  const x = (m: number) => box.left + (m - east.low) * scale;
  const y = (m: number) => box.bottom - (m - north.low) * scale;
  const right = x(east.high);
  const grid = [
    ...ticks(east.low, east.high, 6).map(
      (m) =>
        line(x(m), box.top, x(m), box.bottom, 'stroke="#ddd"') +
        text(x(m), box.bottom + 14, n(m), 'text-anchor="middle"'),
    ),
    ...ticks(north.low, north.high, 5).map(
      (m) =>
        line(box.left, y(m), right, y(m), 'stroke="#ddd"') + text(box.left - 6, y(m) + 4, n(m), 'text-anchor="end"'),
    ),
  ].join("");
  const ways = [...Map.groupBy(points, (p) => p.spot.crew)]
    .map(([crew, own]) => {
      const mark = crews.get(crew);
      if (mark === undefined) return "";
      const way = own.map((p) => `${n(x(p.eastM))},${n(y(p.northM))}`).join(" ");
      const stops = [...Map.groupBy(own, (p) => p.spot.target.sampleId).values()].flatMap(([p]) => (p ? [p] : []));
      return (
        `<polyline points="${way}" fill="none" stroke="${mark.colour}" stroke-width="1.6" stroke-dasharray="${mark.dash}"/>` +
        stops
          .map(
            (p, i) =>
              markAt(mark, x(p.eastM), y(p.northM), 8) +
              (i === 0 || i === stops.length - 1
                ? text(x(p.eastM) + 7, y(p.northM) - 5, p.spot.sampleName, 'class="halo"')
                : ""),
          )
          .join("")
      );
    })
    .join("");
  const legend = [...crews]
    .map(([crew, mark], i) => {
      const ly = box.top + 12 + i * 18;
      return (
        line(
          right + 12,
          ly,
          right + 40,
          ly,
          `stroke="${mark.colour}" stroke-width="1.6" stroke-dasharray="${mark.dash}"`,
        ) +
        markAt(mark, right + 26, ly, 8) +
        text(right + 46, ly + 4, crew)
      );
    })
    .join("");
  const axes = line(box.left, box.top, box.left, box.bottom) + line(box.left, box.bottom, right, box.bottom);
  const units =
    text(right, box.bottom + 30, "m east", 'text-anchor="end"') +
    text(box.left + 4, box.top + 12, "m north", 'class="halo"');
  return svg(box.bottom + 36, "Map of the samples in metres", grid + ways + axes + units + legend);
}

/** All spots of all crews on one clock, a lane for each crew, marked by verdict. */
export function timelineFigure({ spots, sessions }: ReviewCampaign, crews: ReadonlyMap<string, CrewMark>): string {
  const times = spots.flatMap((spot) => spot.measurements.map(({ at }) => Date.parse(at)));
  if (times.length === 0) return "";
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const left = 110;
  const x = (ms: number) => left + ((ms - from) / Math.max(1, to - from)) * (width - left - 12);
  const lane = 46;
  const names = [...crews.keys()];
  const bottom = 10 + names.length * lane;
  const minute = 60_000;
  const step = ([5, 10, 15, 30, 60, 120, 240].find((m) => (to - from) / (m * minute) <= 9) ?? 480) * minute;
  let body = "";
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) {
    body += line(x(t), 6, x(t), bottom, 'stroke="#ddd"');
    body += text(x(t), bottom + 16, new Date(t).toISOString().slice(11, 16), 'text-anchor="middle"');
  }
  for (const [index, crew] of names.entries()) {
    const mark = crews.get(crew);
    if (mark === undefined) continue;
    const y = 10 + lane * (index + 0.5);
    body += markAt(mark, 8, y, 10) + text(20, y + 4, crew);
    for (const session of sessions.filter((s) => s.crew === crew)) {
      body += line(
        x(Math.max(from, Date.parse(session.firstAt))),
        y,
        x(Math.min(to, Date.parse(session.lastAt))),
        y,
        `stroke="${mark.colour}" stroke-width="1.4" stroke-dasharray="${mark.dash}"`,
      );
    }
    const stops = Map.groupBy(
      spots.filter((s) => s.crew === crew),
      (s) => s.target.sampleId,
    );
    for (const of of stops.values()) {
      const own = of.flatMap((s) => s.measurements.map(({ at }) => Date.parse(at)));
      const [a, b] = [x(Math.min(...own)) - 5, x(Math.max(...own)) + 5];
      body += `<rect x="${n(a)}" y="${n(y - 12)}" width="${n(b - a)}" height="24" fill="#fff" stroke="${mark.colour}"/>`;
      for (const spot of of) body += verdictMark(spot.verdict, x(Date.parse(spot.measurements.at(-1)?.at ?? "")), y, 4);
    }
  }
  body +=
    line(left, bottom, width - 12, bottom) +
    text(width - 12, bottom + 32, "UTC on the common clock", 'text-anchor="end"');
  return svg(bottom + 38, "Timeline of all crews", body);
}

/** How often the machine was right against how sure it was, with 95 % intervals; on the line it tells the truth about itself. */
export function calibrationFigure({ calibration }: ReviewCampaign["scores"]): string | undefined {
  if (calibration.length === 0) return undefined;
  const [left, top, size] = [60, 8, 250];
  const x = (p: number) => left + p * size;
  const y = (p: number) => top + (1 - p) * size;
  const grid = ticks(0, 1, 5)
    .map(
      (p) =>
        line(x(p), top, x(p), top + size, 'stroke="#ddd"') +
        line(left, y(p), left + size, y(p), 'stroke="#ddd"') +
        text(x(p), top + size + 15, `${Math.round(p * 100)}`, 'text-anchor="middle"') +
        text(left - 6, y(p) + 4, `${Math.round(p * 100)}`, 'text-anchor="end"'),
    )
    .join("");
  const bins = calibration
    .map(({ meanProbability: p, rate }, index) => {
      const right = rate.hits / rate.of;
      return (
        line(x(p), y(rate.low), x(p), y(rate.high), 'stroke="#000" stroke-width="1.4"') +
        `<circle cx="${n(x(p))}" cy="${n(y(right))}" r="5" fill="#1a7df0"/>` +
        text(
          x(p),
          y(rate.low) + 13 + 13 * (index % 2),
          `${rate.hits} of ${rate.of}`,
          'class="halo" text-anchor="middle"',
        )
      );
    })
    .join("");
  const diagonal = line(x(0), y(0), x(1), y(1), 'stroke="#000" stroke-dasharray="5 4"');
  const words =
    text(left + size / 2, top + size + 32, "how sure the machine was, %", 'text-anchor="middle"') +
    text(left + size + 24, top + 20, "right first, % (with 95 % interval)");
  return svg(top + size + 40, "Calibration of the machine", grid + diagonal + bins + words);
}
