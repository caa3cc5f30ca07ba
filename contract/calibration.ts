import { z } from "zod";
import { InstrumentIdentity, InstrumentProfile, Reading } from "./reading.ts";

const Ulid = z.ulid();

/** What can be calibrated or checked, each with a result and a record of its own. */
export const calibrationKinds = [
  "dark",
  "raman-wavelength",
  "raman-shift",
  "excitation",
  "resolution",
  "raman-intensity-response",
  "white",
  "vnir-wavelength",
  "splice",
  "libs-wavelength",
  "libs-intensity",
  "shot-stability",
] as const;
export const CalibrationKind = z.enum(calibrationKinds);
export type CalibrationKind = z.infer<typeof CalibrationKind>;

/** The kind as people read it. */
export const calibrationName: Record<CalibrationKind, string> = {
  dark: "Dark",
  "raman-wavelength": "Detector wavelength",
  "raman-shift": "Raman shift",
  excitation: "Excitation wavelength",
  resolution: "Resolution",
  "raman-intensity-response": "Raman intensity",
  white: "White",
  "vnir-wavelength": "VNIR wavelength",
  splice: "Splice",
  "libs-wavelength": "LIBS wavelength",
  "libs-intensity": "LIBS intensity",
  "shot-stability": "Shot stability",
};

export const Verdict = z.enum(["pass", "warn", "fail"]);
export type Verdict = z.infer<typeof Verdict>;

/** Limits on the size of a value: pass up to `pass`, warn up to `warn`, fail above. In the result's unit. */
export const Limits = z.object({ pass: z.number(), warn: z.number() });
export type Limits = z.infer<typeof Limits>;

/** What was under the probe. */
export const StandardUsed = z.object({
  id: z.string(),
  name: z.string(),
  /** Where its positions or values come from: table, certificate, paper. */
  source: z.string(),
  /** Serial number of the disc, tile or lamp, as the operator entered it. */
  serial: z.string().optional(),
});
export type StandardUsed = z.infer<typeof StandardUsed>;

/** One line of a standard: a row of the residual table. Positions in the result's unit. */
export const ResidualLine = z.object({
  expected: z.number(),
  /** Expanded uncertainty (k = 2) of the standard's position. */
  uncertainty: z.number().nonnegative(),
  /** primary: without it there is no calibration; key: the verdict rests on it; other: it helps the fit. */
  role: z.enum(["primary", "key", "other"]),
  /** Absent if the line was not found. */
  found: z.number().optional(),
  /** found − expected, before anything was corrected, and its verdict. */
  residual: z.number().optional(),
  verdict: Verdict.optional(),
  /** The same with the fitted axis; absent if nothing was fitted. */
  residualAfter: z.number().optional(),
  verdictAfter: Verdict.optional(),
  limits: Limits,
  /** Weight in the fit, 0 (left out) to 1. */
  weight: z.number().min(0).max(1),
  /** What a person should know of this line: "must match", "weak, half weight", "not found". */
  note: z.string(),
});
export type ResidualLine = z.infer<typeof ResidualLine>;

/** A figure that is judged besides the lines: a width, a scatter, a level. */
export const JudgedFigure = z.object({
  id: z.string(),
  label: z.string(),
  value: z.number(),
  unit: z.string(),
  limits: Limits.optional(),
  verdict: Verdict,
});
export type JudgedFigure = z.infer<typeof JudgedFigure>;

/** How good the instrument was found, or is after the fit: the worst of what counts. */
export const Judgement = z.object({ verdict: Verdict, worst: z.number().optional(), sentence: z.string() });
export type Judgement = z.infer<typeof Judgement>;

/** Which part of a Raman instrument moved. `unclear`: the lines on hand do not tell the two apart. */
export const Moved = z.object({
  what: z.enum(["nothing", "laser", "detector", "both", "unclear"]),
  /** One sentence for people: "The laser: 785.00 to 785.21 nm. Lamp lines are right, so the detector stands." */
  sentence: z.string(),
});
export type Moved = z.infer<typeof Moved>;

/** What comes into force when a calibration is accepted. Checks (resolution, splice, stability) have none. */
export const CalibrationCorrection = z.discriminatedUnion("kind", [
  /** Pixel to nm in air, λ(p) = Σ cᵢ·pⁱ, in place of the instrument's own. */
  z.object({ kind: z.literal("wavelength"), coefficients: z.array(z.number()).min(2) }),
  /**
   * The Raman axis: where the laser is (nm, vacuum) and, if the detector moved, pixel to nm in air. The two are found
   * together and hold only together.
   */
  z.object({
    kind: z.literal("raman-axis"),
    excitationNm: z.number().positive(),
    coefficients: z.array(z.number()).min(2).optional(),
  }),
  /** Factor that makes counts proportional to light, by wavelength (nm, air) ascending; NaN outside is left out. */
  z.object({
    kind: z.literal("response"),
    wavelengthNm: z.instanceof(Float64Array),
    factor: z.instanceof(Float64Array),
  }),
  /** Counts per second of the white less its dark, by pixel, and the tile's certified reflectance at the same pixels. */
  z.object({
    kind: z.literal("white"),
    countsPerS: z.instanceof(Float64Array),
    reflectance: z.instanceof(Float64Array),
  }),
]);
export type CalibrationCorrection = z.infer<typeof CalibrationCorrection>;

/** What one calibration or check found. Everything a record shows; the arrays behind it are in the record's readings. */
export const CalibrationResult = z.object({
  kind: CalibrationKind,
  /** Unit of positions, residuals and limits: "cm⁻¹", "nm", "%", "counts". */
  unit: z.string(),
  standard: StandardUsed.optional(),
  lines: z.array(ResidualLine),
  /** Spread of the lines used: where the axis is vouched for. Outside it is extrapolated. */
  range: z.object({ from: z.number(), to: z.number() }).optional(),
  figures: z.array(JudgedFigure),
  limits: Limits.optional(),
  asFound: Judgement,
  /** Absent if nothing was fitted. */
  afterFit: Judgement.optional(),
  /** Of the calibration as it would come into force: after the fit where there is one. */
  verdict: Verdict,
  /** What a person reads first. */
  sentence: z.string(),
  moved: Moved.optional(),
  correction: CalibrationCorrection.optional(),
  /** Detector temperature while it was taken, °C. */
  detectorC: z.number().optional(),
});
export type CalibrationResult = z.infer<typeof CalibrationResult>;

/**
 * How long a calibration holds. `due`: it should be repeated; `expired`: readings with it are refused unless an operator
 * overrides. Absent members do not limit.
 */
export const Validity = z.object({
  /** UTC. */
  dueAt: z.iso.datetime().optional(),
  expiresAt: z.iso.datetime().optional(),
  /** Sessions that it holds for, the one it was made in included. */
  sessions: z.int().positive().optional(),
  /** Detector temperature at which it was made and how far it may go until it is due, °C. */
  temperature: z.object({ atC: z.number(), withinC: z.number() }).optional(),
});
export type Validity = z.infer<typeof Validity>;

/** The operator's signature under a decision. */
export const Signature = z.object({
  operator: z.string().trim().min(1).max(80),
  comment: z.string().trim().max(500),
});
export type Signature = z.infer<typeof Signature>;

/** A calibration as it stands in the journal, accepted or refused: the result with what it was computed from. */
export const CalibrationRecord = z.object({
  calibrationId: Ulid,
  /** The records that were signed together share it. */
  runId: Ulid,
  procedureId: z.string(),
  at: z.iso.datetime(),
  instrument: InstrumentIdentity,
  profile: InstrumentProfile,
  result: CalibrationResult,
  validity: Validity,
  signature: Signature,
  /** Exposures of the standard and the dark beside them, as counted. */
  readings: z.array(Reading),
  dark: Reading.optional(),
});
export type CalibrationRecord = z.infer<typeof CalibrationRecord>;

/** current: in force; due: in force, should be repeated; the others are in force no more (expired: unless overridden). */
export const CalibrationState = z.enum(["current", "due", "expired", "replaced", "withdrawn", "refused"]);
export type CalibrationState = z.infer<typeof CalibrationState>;

/** A record without its readings, as lists show it. */
export const CalibrationSummary = z.object({
  ...CalibrationRecord.omit({ readings: true, dark: true }).shape,
  /** Short name for people, "S-040": letter of the kind and number on this tablet. */
  shortId: z.string(),
  state: CalibrationState,
  sessionId: Ulid,
});
export type CalibrationSummary = z.infer<typeof CalibrationSummary>;

/** A line of the panel "corrections in force". */
export const CorrectionInForce = z.object({
  kind: CalibrationKind,
  /** factory: what the instrument brings; none: nothing is corrected. */
  from: z.enum(["calibration", "factory", "none"]),
  calibrationId: Ulid.optional(),
  shortId: z.string().optional(),
  at: z.iso.datetime().optional(),
  state: z.enum(["current", "due", "expired"]).optional(),
  validity: Validity.optional(),
  /** Until when an expired one may be used all the same, and who said so. */
  override: z.object({ until: z.iso.datetime(), operator: z.string() }).optional(),
  /** "26 h old, due since 11:43". */
  sentence: z.string(),
});
export type CorrectionInForce = z.infer<typeof CorrectionInForce>;

/** How one figure of a calibration went over time, oldest first. */
export const CalibrationTrend = z.object({
  kind: CalibrationKind,
  label: z.string(),
  unit: z.string(),
  limits: Limits.optional(),
  points: z.array(
    z.object({ calibrationId: Ulid, at: z.iso.datetime(), value: z.number(), verdict: Verdict, accepted: z.boolean() }),
  ),
});
export type CalibrationTrend = z.infer<typeof CalibrationTrend>;
