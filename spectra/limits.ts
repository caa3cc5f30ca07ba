import type { CheckState, QualityCheck } from "../contract/identification.ts";
import type { Technique } from "../contract/spectrum.ts";

/**
 * The limits that a spectrum must meet before names are given, each a plain function from a value to ok, warn or refuse.
 *
 * Where a limit cites accuracies, they are first names of the matcher (package matcher-1, whose references hold the very
 * spectra, so that only the damage counts) on 651 Raman and 885 VNIR spectra of the libraries that were damaged so far: a
 * limit warns about where 95 of 100 names are left and refuses where half are. "The libraries" are the 4,850 RRUFF spectra, 200 of
 * MLROD, 5,661 of reflectance and 120 of LIBS of the shared data.
 */

interface Limits {
  readonly warn: number;
  readonly refuse: number;
}

/**
 * Reliability between two limits: 1 at `warn` and better, 0 at `refuse` and worse, linear in the logarithm between them. The
 * larger limit tells which direction is better. Where already anything above 0 warns, linear in the value: 1 − value / refuse.
 */
export function weightBetween(value: number, { warn, refuse }: Limits): number {
  const share = warn === 0 ? 1 - value / refuse : Math.log(value / refuse) / Math.log(warn / refuse);
  return share >= 1 ? 1 : share > 0 ? share : 0;
}

type Sentences = Readonly<Record<CheckState, string>>;

function judged(id: QualityCheck["id"], value: number, limits: Limits, sentences: Sentences): QualityCheck {
  const weight = weightBetween(value, limits);
  const state = weight === 0 ? "refuse" : weight === 1 ? "ok" : "warn";
  const limit = state === "refuse" ? limits.refuse : limits.warn;
  return { id, state, value, limit, weight, sentence: sentences[state] };
}

/**
 * Height of the strongest feature over the noise σ. White noise, alone or on smooth fluorescence, stays below 6 in 99 of 100
 * spectra of 50 points or more, so less is no signal (at 6 the matcher still names 70 of 100 Raman and 75 of 100 VNIR spectra).
 * Warning: Raman falls to 96 of 100 at 15, VNIR, whose broad bands differ less, at 30. Real LIBS in the libraries has 65 and more,
 * and elements of a few per cent have lines a tenth as high as the strongest. Of the libraries 0.1 % warn in Raman,
 * 0.3 % in VNIR, none in LIBS; none refuse.
 */
const signalToNoiseLimits: Record<Technique, Limits> = {
  raman: { warn: 15, refuse: 6 },
  vnir: { warn: 30, refuse: 6 },
  libs: { warn: 50, refuse: 6 },
};

export function signalToNoise(technique: Technique, ratio: number): QualityCheck {
  const times = ratio > 1000 ? "over 1000" : ratio.toFixed(0);
  return judged("signal-to-noise", ratio, signalToNoiseLimits[technique], {
    ok: `Signal is ${times} times the noise.`,
    warn: `The spectrum is noisy: its signal is only ${times} times the noise.`,
    refuse: "The signal does not rise above the noise.",
  });
}

/** Range over largest value; the flattest spectrum of the libraries has 0.008. Less is a closed shutter or a full converter. */
const leastVariation = 1e-3;

export function flatness(variation: number): QualityCheck {
  return judged(
    "flat",
    variation,
    { warn: leastVariation, refuse: leastVariation / 2 },
    {
      ok: "The values vary.",
      warn: "The values hardly vary.",
      refuse: "All values are nearly the same. Nothing was measured.",
    },
  );
}

/**
 * Share of the points that have a value. USGS deletes up to six of ten in spectra of water that are sound (0.38 is the least of
 * the libraries): 3 of them all warn, none refuse.
 */
export function coverage(share: number): QualityCheck {
  return judged(
    "coverage",
    share,
    { warn: 0.5, refuse: 0.3 },
    {
      ok: "Enough points have a value.",
      warn: "Many points have no value.",
      refuse: "Most points have no value.",
    },
  );
}

/**
 * Share of the points at which the detector was full. Their height is only a lower limit, so they are left out; a share of 5 %
 * is several times what the lines of a mineral cover in Raman, so what is left then is background. In the libraries one
 * spectrum (RRUFF 514 nm, raw) has a plateau at the top, of 3 points at 65,535: it warns.
 */
const mostFull = 0.05;

export function saturation(full: number, points: number): QualityCheck {
  const pixels = `${full} ${full === 1 ? "pixel is" : "pixels are"} full`;
  return judged(
    "saturation",
    points > 0 ? full / points : 0,
    { warn: 0, refuse: mostFull },
    {
      ok: "No pixel is full.",
      warn: `${pixels}. Measure for a shorter time.`,
      refuse: `${pixels}: the strongest lines are cut off. Measure for a shorter time.`,
    },
  );
}

/**
 * Raman: how far the smooth background rises and falls, in heights of the strongest line. Added to spectra of S/N 100, a smooth
 * background of 10 heights leaves the matcher 97 of 100 names, 30 leave 92, 100 leave 60, 300 leave 16. In RRUFF's spectra with their
 * background (raw, 514 nm) the median is 0.4 and the most 7. Of all 4,850, 0.4 % warn, all of them rare-earth glasses, which have
 * no lines; none refuse.
 */
export function fluorescence(ratio: number): QualityCheck {
  const times = ratio > 1000 ? "over 1000" : ratio.toFixed(0);
  return judged(
    "fluorescence",
    ratio,
    { warn: 20, refuse: 150 },
    {
      ok: "The lines stand clear of the background.",
      warn: `The rock glows: its background is ${times} times as high as its strongest line.`,
      refuse: "The rock glows and hides its lines.",
    },
  );
}

/**
 * Raman: spikes one or two points wide, which no spectrometer draws of light (see {@link findSpikes}), of at least a
 * twentieth of the strongest line. Of RRUFF's spectra 0.7 % warn, of MLROD's,
 * which are as they were measured, 56 %, with 5 at most.
 */
const mostSpikes = 20;

export function cosmicRays(spikes: number): QualityCheck {
  const many = spikes === 1 ? "One cosmic ray stands" : `${spikes} cosmic rays stand`;
  return judged(
    "cosmic-rays",
    spikes,
    { warn: 0, refuse: mostSpikes },
    {
      ok: "No cosmic ray stands among the lines.",
      warn: `${many} among the lines. Measure again to tell them apart.`,
      refuse: `${many} among the lines, so no line can be trusted.`,
    },
  );
}

/**
 * Share of the range that matters which the axis reaches: 200 to 1200 cm⁻¹ in Raman (below 200 filters cut, above 1200 most
 * minerals have no line), the model's whole range otherwise. Raman cut to 0.3 of it keeps 97 (low end) or 87 (high end) of
 * 100 names, to 0.2, 85 or 59, to 0.1, 29 or 12. VNIR keeps 94 at 0.6 to 0.7, 73 at 0.23 (2000 to 2500 nm) and 28 at 0.12 (350 to 600 nm).
 * LIBS is not measured: the libraries have too few spectra; the narrowest real one (JSC) has 0.13. Of the libraries none
 * warn in Raman, 1.0 % in VNIR, 12 of 120 in LIBS; none refuse.
 */
const rangeLimits: Record<Technique, Limits> = {
  raman: { warn: 0.5, refuse: 0.15 },
  vnir: { warn: 0.65, refuse: 0.12 },
  libs: { warn: 0.5, refuse: 0.05 },
};

export function range(technique: Technique, share: number): QualityCheck {
  const told = `The axis reaches only ${Math.round(share * 100)} % of the range that tells minerals apart`;
  return judged("range", share, rangeLimits[technique], {
    ok: "The axis reaches far enough.",
    warn: `${told}.`,
    refuse: `${told}. That is too little for a name.`,
  });
}

/**
 * Counts from which no dark reading was subtracted. Pixels of a detector differ, and what is the same in every reading looks
 * like weak lines; how much that misleads is not measured, so it takes no weight.
 */
export function darkMissing(subtracted: boolean): QualityCheck {
  return {
    id: "dark",
    state: subtracted ? "ok" : "warn",
    value: subtracted ? 1 : 0,
    limit: 1,
    weight: 1,
    sentence: subtracted
      ? "The dark is subtracted."
      : "No dark was subtracted, so the detector's own pattern may look like weak lines.",
  };
}

/**
 * VNIR without a white reference: counts carry the lamp's colour and the detector's, which no band survives. `largest` is the
 * largest level of the smooth reflectance, undefined for counts. White is 1; 0.8 % of the libraries are above 1.5, all of them
 * scaled to 1 at one wavelength, 3.2 at most. Much more is no reflectance.
 */
export function whiteMissing(largest: number | undefined): QualityCheck {
  const refused = "No white reference was taken, so these are counts and not reflectance.";
  if (largest === undefined) return { id: "white", state: "refuse", value: 0, limit: 1, weight: 0, sentence: refused };
  return judged(
    "white",
    largest,
    { warn: 1.5, refuse: 10 },
    {
      ok: "The values are reflectance.",
      warn: `The reflectance reaches ${largest.toFixed(1)} where white is 1. Was the white reference right?`,
      refuse: "The values are far above white, so they are counts and not reflectance.",
    },
  );
}
