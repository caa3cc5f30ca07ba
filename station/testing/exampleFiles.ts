// Spectrum files for tests, the e2e tasks and the bench, made from the catalogue's measured Raman bands: the repository
// holds no measured spectrum.
import type { MineralEntry } from "../../contract/mindb.ts";
import { surveyedRamanBands } from "../../mindb/bands.ts";
import { loadPack } from "../../mindb/pack.ts";

/** Heights for the catalogue's strength words: the middle of each class in reference/planetary/README.md. */
const heights: Record<string, number> = { "very strong": 0.95, strong: 0.65, medium: 0.35, weak: 0.12 };

/** Half width at half maximum of the drawn Lorentz bands; most bands of the catalogue are 6 to 12 cm⁻¹ wide. */
const halfWidthCm1 = 4;
const axis = { startCm1: 120, stepCm1: 0.48, points: 2600 };

const bandsOf = surveyedRamanBands;
const minerals: MineralEntry[] = loadPack().entries.filter((e) => bandsOf(e).length >= 2);

/** A Raman spectrum of the mineral as a file in RRUFF's form. Throws if the catalogue has no bands for it. */
export function rruffFile(name: string): string {
  const entry = minerals.find((e) => e.name === name);
  if (entry === undefined) throw new Error(`the catalogue has no Raman bands of ${name}`);
  const lines = [
    `##NAMES=${name}`,
    "##RRUFFID=none (drawn from the catalogue's bands)",
    `##IDEAL CHEMISTRY=${entry.formula}`,
  ];
  for (let i = 0; i < axis.points; i++) {
    const shiftCm1 = axis.startCm1 + i * axis.stepCm1;
    let intensity = 20;
    for (const band of bandsOf(entry)) {
      const distance = (shiftCm1 - band.position) / halfWidthCm1;
      intensity += (1000 * (heights[band.strength] ?? 0)) / (1 + distance * distance);
    }
    // a ripple of 0.2 % stands for noise: a file without any would be no spectrum
    intensity += 2 * Math.sin(i * 12.9898) * Math.cos(i * 78.233);
    lines.push(`${shiftCm1.toFixed(4)}, ${intensity.toFixed(4)}`);
  }
  return `${lines.join("\r\n")}\r\n##END=\r\n`;
}

/** A Raman spectrum, two columns, with lines that no mineral of the library has together; moved by `shiftCm1`. */
export function strangeRamanFile(shiftCm1 = 0): string {
  const lines = ["Raman shift (cm-1),Intensity"];
  for (let i = 0; i < axis.points; i++) {
    const at = axis.startCm1 + i * axis.stepCm1;
    let intensity = 20 + 2 * Math.sin(i * 12.9898) * Math.cos(i * 78.233 + shiftCm1);
    for (const [k, band] of [1523, 233, 1377, 871, 610].entries()) {
      intensity += 1000 / (k + 1) / (1 + ((at - band - shiftCm1) / halfWidthCm1) ** 2);
    }
    lines.push(`${at.toFixed(4)},${intensity.toFixed(4)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** The n-th of an endless supply of such files, mineral after mineral. */
export function exampleRruffFile(n: number): string {
  return rruffFile(minerals[n % minerals.length]?.name ?? "");
}

/** A reflectance spectrum with the carbonate bands near 2335 and 2530 nm, as a table with titles. */
export function vnirFile(): string {
  const lines = ["Wavelength (nm),Reflectance"];
  for (let nm = 400; nm <= 2600; nm += 5) {
    const band = (centreNm: number, depth: number) => depth * Math.exp(-(((nm - centreNm) / 40) ** 2));
    lines.push(`${nm},${(0.8 - band(2335, 0.25) - band(2530, 0.3)).toFixed(5)}`);
  }
  return `${lines.join("\n")}\n`;
}
