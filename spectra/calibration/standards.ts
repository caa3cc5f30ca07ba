/**
 * Standards: what lies under the probe, where its lines are and how well that is known. Positions are data with their
 * source; nothing here is a constant of the code that uses it.
 */
export type LineRole = "primary" | "key" | "other";

export interface StandardLine {
  /** Position in the standard's unit and medium. */
  readonly at: number;
  readonly role: LineRole;
  /** Height relative to the strongest, nominal: it tells which lines can be expected to show first. */
  readonly strength: number;
}

export interface Standard {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  /** ramanShift: cm⁻¹ in vacuum wavenumbers; air, vacuum: wavelength in nm in that medium. */
  readonly quantity: "ramanShift" | "air" | "vacuum";
  /** Expanded uncertainty (k = 2) of its positions, in its unit. */
  readonly uncertainty: number;
  readonly lines: readonly StandardLine[];
}

const line = (at: number, strength: number, role: LineRole = "other"): StandardLine => ({ at, role, strength });

const e1840 = "ASTM E1840-96 (2014), means of seven laboratories";

/**
 * Polystyrene. The verdict rests on 620.9, 1001.4, 1031.8 and 1602.3 (reference/field.md C1). Uncertainty: the disc NMIJ RM
 * 8158-a agrees with ASTM within its expanded uncertainty of 1.1 to 1.2 cm⁻¹ (Anal. Sci. 37, 1533). Heights: nominal.
 */
export const polystyrene: Standard = {
  id: "polystyrene",
  name: "Polystyrene",
  source: e1840,
  quantity: "ramanShift",
  uncertainty: 1.2,
  lines: [
    line(620.9, 0.16, "key"),
    line(795.8, 0.09),
    line(1001.4, 1, "primary"),
    line(1031.8, 0.27, "key"),
    line(1155.3, 0.13),
    line(1450.5, 0.12),
    line(1583.1, 0.12),
    line(1602.3, 0.28, "key"),
    line(2852.4, 0.1),
    line(2904.5, 0.2),
    line(3054.3, 0.4),
  ],
};

/** Cyclohexane, a liquid: for a bench, not for gloves. Heights: nominal. */
const cyclohexane: Standard = {
  id: "cyclohexane",
  name: "Cyclohexane",
  source: e1840,
  quantity: "ramanShift",
  uncertainty: 1.2,
  lines: [
    line(384.1, 0.08),
    line(426.3, 0.08),
    line(801.3, 1, "primary"),
    line(1028.3, 0.35, "key"),
    line(1157.6, 0.1),
    line(1266.4, 0.35, "key"),
    line(1444.4, 0.3, "key"),
    line(2664.4, 0.08),
    line(2852.9, 0.7),
    line(2923.8, 0.5),
    line(2938.3, 0.5),
  ],
};

/** 4-acetamidophenol. The strongest line, 1323.9, is taken as primary (the published list marks none). Heights: nominal. */
const paracetamol: Standard = {
  id: "paracetamol",
  name: "Paracetamol",
  source: e1840,
  quantity: "ramanShift",
  uncertainty: 1.2,
  lines: [
    ...[213.3, 329.2, 465.1, 504.0].map((at) => line(at, 0.2)),
    line(390.9, 0.3, "key"),
    line(651.6, 0.45, "key"),
    line(710.8, 0.15),
    line(797.2, 0.5, "key"),
    line(834.5, 0.3),
    line(857.9, 0.75, "key"),
    line(968.7, 0.2),
    line(1105.5, 0.15),
    line(1168.5, 0.7, "key"),
    line(1236.8, 0.8, "key"),
    line(1278.5, 0.45),
    line(1323.9, 1, "primary"),
    line(1371.5, 0.35),
    line(1515.1, 0.15),
    line(1561.6, 0.35),
    line(1648.4, 0.7, "key"),
    ...[2931.1, 3064.6, 3102.4, 3326.6].map((at) => line(at, 0.2)),
  ],
};

/** Naphthalene. Heights: nominal. */
const naphthalene: Standard = {
  id: "naphthalene",
  name: "Naphthalene",
  source: e1840,
  quantity: "ramanShift",
  uncertainty: 1.2,
  lines: [
    line(513.8, 0.45, "key"),
    line(763.8, 0.6, "key"),
    line(1021.6, 0.4, "key"),
    line(1147.2, 0.15),
    line(1382.2, 1, "primary"),
    line(1464.5, 0.25),
    line(1576.6, 0.3, "key"),
    line(3056.4, 0.4),
  ],
};

/** Sulfur: four lines, for the low end of the axis. Heights: nominal. */
const sulfur: Standard = {
  id: "sulfur",
  name: "Sulfur",
  source: e1840,
  quantity: "ramanShift",
  uncertainty: 1.2,
  lines: [line(85.1, 0.35), line(153.8, 0.6, "key"), line(219.1, 1, "primary"), line(473.2, 0.7, "key")],
};

/**
 * Silicon: the certified value of NMIJ CRM 5606-a, 520.45 ± 0.28 cm⁻¹ (k = 2) (J. Raman Spectrosc. 2020,
 * doi 10.1002/jrs.6003), not the older conventions 520.5 and 520.7.
 */
export const silicon: Standard = {
  id: "silicon",
  name: "Silicon",
  source: "NMIJ CRM 5606-a, 520.45 ± 0.28 cm⁻¹ (k = 2)",
  quantity: "ramanShift",
  uncertainty: 0.28,
  lines: [line(520.45, 1, "primary")],
};

/**
 * Calcite (ramanchada2, `calcite_cwa`): a check that every geologist carries; 1085.91 serves for the resolution. No
 * uncertainty is published with the list; it is taken as the same as polystyrene's.
 */
export const calcite: Standard = {
  id: "calcite",
  name: "Calcite",
  source: "ramanchada2, calcite_cwa",
  quantity: "ramanShift",
  uncertainty: 1.2,
  lines: [
    line(155.21, 0.15),
    line(281.26, 0.35, "key"),
    line(711.95, 0.2, "key"),
    line(1085.91, 1, "primary"),
    line(1435.22, 0.05),
    line(1748.91, 0.03),
  ],
};

const lampSource = "Ocean HG-1 and AR-1 lists, as in Wasatch ENLIGHTEN";
/**
 * Lines of a lamp are known to 0.001 nm and better, far below what the pixels of a field spectrometer resolve. What limits
 * is how they blend; a tenth of a nanometre is what NIST states for the holmium solution SRM 2034 and serves here too.
 */
const lampUncertaintyNm = 0.1;

/** Mercury-argon lamp, nm in air. Heights as in the source, which calls them nominal; where it has none, 0.1. */
export const mercuryArgon: Standard = {
  id: "hg-ar",
  name: "Hg-Ar lamp",
  source: lampSource,
  quantity: "air",
  uncertainty: lampUncertaintyNm,
  lines: [
    line(253.652, 0.3),
    line(296.728, 0.1),
    line(302.15, 0.1),
    line(313.155, 0.1),
    line(334.148, 0.1),
    line(365.015, 0.2),
    line(404.656, 0.3, "key"),
    line(435.833, 0.5, "key"),
    line(546.074, 1, "primary"),
    line(576.96, 0.2),
    line(579.066, 0.2),
    line(696.543, 0.2, "key"),
    line(706.722, 0.15),
    line(714.704, 0.1),
    line(727.294, 0.15),
    line(738.398, 0.15),
    line(750.387, 0.4),
    line(763.511, 1, "key"),
    line(772.376, 0.4),
    line(794.818, 0.2),
    line(800.616, 0.4),
    line(811.531, 0.8, "key"),
    line(826.452, 0.6),
    line(842.465, 0.6, "key"),
    line(852.144, 0.2),
    line(866.794, 0.2),
    line(912.297, 0.8, "key"),
    line(922.45, 0.2),
    line(965.779, 0.2),
    line(978.45, 0.1),
    line(1013.976, 0.2),
  ],
};

/** Argon lamp in the range of a Raman spectrometer with a 785 nm laser, nm in air. Heights as in the source. */
export const argon: Standard = {
  id: "argon",
  name: "Argon lamp",
  source: lampSource,
  quantity: "air",
  uncertainty: lampUncertaintyNm,
  lines: [
    line(696.543, 0.11),
    line(706.722, 0.06),
    line(794.818, 0.11),
    line(800.616, 0.11),
    line(801.479, 0.11),
    line(810.369, 0.22),
    line(811.531, 0.44, "key"),
    line(826.452, 0.33, "key"),
    line(840.821, 0.33),
    line(842.465, 0.55, "key"),
    line(852.144, 0.22, "key"),
    line(866.794, 0.11),
    line(912.297, 1, "primary"),
    line(922.45, 0.22, "key"),
    line(965.779, 0.11),
    line(978.45, 0.05),
  ],
};

/**
 * Titanium target of MarSCoDe (Remote Sens. 14, 5964, appendix A), nm in vacuum: the paper's own C I line, 247.9310, is the
 * vacuum value. The paper gives no heights; all are taken as equal. It prints four decimals; what limits is
 * the 0.05 nm to which a field instrument can hold its axis for a day (reference/field.md C4).
 */
export const titanium: Standard = {
  id: "titanium",
  name: "Titanium",
  source: "MarSCoDe Ti target, Remote Sens. 14, 5964, appendix A (vacuum)",
  quantity: "vacuum",
  uncertainty: 0.05,
  lines: [
    245.1177, 251.8189, 255.6755, 264.6862, 269.9246, 273.165, 274.7355, 276.5632, 364.2366, 370.7271, 372.2695,
    374.2702, 376.2389, 381.5663, 388.3992, 390.2064, 391.5443, 396.3972, 402.9477, 405.4966,
  ].map((at) => line(at, 1, "key")),
};

/**
 * Strong lines of ordinary rocks, nm in air (NIST Atomic Spectra Database): a check where no target is at hand. Calcium, magnesium,
 * aluminium, sodium, silicon, hydrogen, lithium, potassium, oxygen.
 */
const rockLines: Standard = {
  id: "rock-lines",
  name: "Strong lines of a basalt or a calcite",
  source: "NIST Atomic Spectra Database (air)",
  quantity: "air",
  uncertainty: 0.05,
  lines: [
    line(279.55, 0.7, "key"),
    line(280.27, 0.5),
    line(288.16, 0.5, "key"),
    line(393.37, 1, "primary"),
    line(396.85, 0.8, "key"),
    line(394.4, 0.3),
    line(396.15, 0.4),
    line(422.67, 0.5, "key"),
    line(589, 0.9, "key"),
    line(589.59, 0.6),
    line(656.28, 0.5),
    line(670.78, 0.2),
    line(766.49, 0.4),
    line(769.9, 0.3),
    line(777.3, 0.4),
  ],
};

/** Standards for the Raman shift, the one to take first first. */
export const ramanShiftStandards: readonly Standard[] = [
  polystyrene,
  paracetamol,
  naphthalene,
  cyclohexane,
  sulfur,
  calcite,
];
export const lamps: readonly Standard[] = [mercuryArgon, argon];
export const libsStandards: readonly Standard[] = [titanium, rockLines];
