/** Text that can stand in HTML and SVG, in elements and in quoted attributes. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** A crew's mark: colour, dash and shape together, so that it is told apart in print and by everybody (design guide, Type and colour). */
export interface CrewMark {
  readonly colour: string;
  readonly dash: string;
  readonly shape: "disc" | "square" | "triangle" | "diamond";
}

const marks: readonly CrewMark[] = [
  { colour: "#1a7df0", dash: "", shape: "disc" },
  { colour: "#801800", dash: "7 4", shape: "square" },
  { colour: "#00685a", dash: "2 4", shape: "triangle" },
  { colour: "#f00088", dash: "10 3 2 3", shape: "diamond" },
];

/** Marks of the crews in the order of their names. */
export function marksOf(crews: readonly string[]): Map<string, CrewMark> {
  const sorted = [...new Set(crews)].sort((a, b) => a.localeCompare(b, "en"));
  return new Map(
    sorted.map((crew, index) => [
      crew,
      marks[index % marks.length] ?? ({ colour: "#000", dash: "", shape: "disc" } as const),
    ]),
  );
}

/** The mark at a place; `size` is its width. */
export function markAt({ colour, shape }: CrewMark, x: number, y: number, size: number, filled = true): string {
  const r = size / 2;
  const paint = filled ? `fill="${colour}"` : `fill="#fff" stroke="${colour}" stroke-width="1.5"`;
  const points = (list: [number, number][]) => list.map(([px, py]) => `${n(x + px * r)},${n(y + py * r)}`).join(" ");
  switch (shape) {
    case "disc":
      return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" ${paint}/>`;
    case "square":
      return `<rect x="${n(x - r)}" y="${n(y - r)}" width="${n(size)}" height="${n(size)}" ${paint}/>`;
    case "triangle":
      return `<polygon points="${points([
        [0, -1.1],
        [1.1, 0.9],
        [-1.1, 0.9],
      ])}" ${paint}/>`;
    case "diamond":
      return `<polygon points="${points([
        [0, -1.25],
        [1.25, 0],
        [0, 1.25],
        [-1.25, 0],
      ])}" ${paint}/>`;
  }
}

/** A number with the digits that a figure needs. */
export const n = (value: number): string => Number(value.toFixed(1)).toString();

/** Round steps for an axis: 1, 2 or 5 times a power of ten, `about` of them between the ends. */
export function ticks(from: number, to: number, about: number): number[] {
  const raw = (to - from) / Math.max(1, about);
  if (!(raw > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5].find((f) => f * power >= raw) ?? 10) * power;
  const all: number[] = [];
  for (let i = Math.ceil(from / step); i * step <= to + step * 1e-9; i++) all.push(i * step);
  return all;
}
