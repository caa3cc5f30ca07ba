import type { Procedure, ProcedureEntry, ProcedureStep } from "../../contract/procedure.ts";
import {
  argon,
  calcite,
  lamps,
  libsStandards,
  mercuryArgon,
  polystyrene,
  ramanShiftStandards,
  type Standard,
  silicon,
  titanium,
} from "../../spectra/calibration/standards.ts";
import { inAir } from "../../spectra/calibration/wavelength.ts";

const serial = (what: string): ProcedureEntry => ({
  ...{ id: "serial", label: `Serial number of the ${what}`, format: "text", required: false },
  hint: "As on its label; it stands in the record.",
});

/** A choice of the standard; the first is what the step expects unless told otherwise. */
const choice = (standards: readonly Standard[], others: { value: string; label: string }[] = []): ProcedureEntry => ({
  ...{ id: "standard", label: "Standard", format: "choice", required: false },
  choices: [...standards.map(({ id, name }) => ({ value: id, label: name })), ...others],
  hint: "What lies under the probe.",
});

/** Lines that no list holds: a doped glass or tile with a certificate of its own. */
const enteredLines = { value: "certificate", label: "Lines from a certificate" };
const certificateLines: ProcedureEntry = {
  ...{ id: "certificate", label: "Lines of the certificate, nm in air", format: "lines", required: false },
  hint: "Only for a standard with a certificate: one wavelength a line.",
};

const expectedOf = (standard: Standard): ProcedureStep["expected"] =>
  standard.lines.map(({ at, role }) => ({
    position: standard.quantity === "ramanShift" ? at : Number(inAir(standard, at).toFixed(3)),
    role,
  }));

const dark: ProcedureStep = {
  ...{ id: "dark", kind: "dark", title: "Dark", unit: "nm", lightOn: false, optional: false },
  instruction: "Cover the probe. The light stays off.",
  underProbe: "nothing, the probe covered",
  expected: [],
  doneWhen: "8 exposures are taken",
  entries: [],
};

const raman: Procedure = {
  ...{ id: "raman", technique: "raman", title: "Raman calibration" },
  steps: [
    dark,
    {
      ...{ id: "lamp", kind: "raman-wavelength", title: "Lamp", unit: "cm⁻¹", lightOn: false, optional: true },
      instruction:
        "Hold the argon lamp before the probe. It tells whether the detector stands, so that the laser can be judged.",
      underProbe: "the argon lamp, switched on",
      expected: [],
      doneWhen: "4 lines are found and agree",
      entries: [choice([argon, mercuryArgon]), serial("lamp")],
    },
    {
      ...{ id: "polystyrene", kind: "raman-shift", title: "Polystyrene", unit: "cm⁻¹", lightOn: true, optional: false },
      instruction: "Put the polystyrene disc under the probe and leave it there until the lines are found.",
      underProbe: "the polystyrene disc",
      expected: expectedOf(polystyrene),
      doneWhen: "4 lines are found, 1001.4 among them, and agree",
      entries: [choice(ramanShiftStandards), serial("disc")],
    },
    {
      ...{ id: "silicon", kind: "excitation", title: "Silicon", unit: "cm⁻¹", lightOn: true, optional: true },
      instruction: "Put the silicon wafer under the probe. Its line fixes the laser to a quarter of a wavenumber.",
      underProbe: "the silicon wafer",
      expected: expectedOf(silicon),
      doneWhen: "the line at 520.45 is found",
      entries: [serial("wafer")],
    },
    {
      ...{ id: "calcite", kind: "resolution", title: "Calcite", unit: "cm⁻¹", lightOn: true, optional: false },
      instruction:
        "Put calcite under the probe. The width of its line is the resolution; its other lines check the axis.",
      underProbe: "a clear piece of calcite",
      expected: expectedOf(calcite),
      doneWhen: "the line at 1085.9 is found",
      entries: [],
    },
    {
      ...{
        id: "intensity",
        kind: "raman-intensity-response",
        title: "Intensity",
        unit: "cm⁻¹",
        lightOn: true,
        optional: true,
      },
      instruction: "Put the glowing glass of NIST for this laser under the probe, at 20 to 25 °C.",
      underProbe: "the NIST glass (SRM 2241 for 785 nm, 2242a for 532, 2246a for 830, 2244 for 1064)",
      expected: [],
      doneWhen: "the glass stands above the noise wherever it is certified",
      entries: [
        {
          ...{ id: "certificate", label: "Certificate of another source", format: "pairs", required: false },
          hint: "Leave empty for the NIST glass. Else: Raman shift cm⁻¹ and relative intensity, one pair a line.",
        },
        serial("glass"),
      ],
    },
  ],
};

const vnir: Procedure = {
  ...{ id: "vnir", technique: "vnir", title: "VNIR calibration" },
  steps: [
    dark,
    {
      ...{ id: "white", kind: "white", title: "White", unit: "nm", lightOn: true, optional: false },
      instruction: "Put the white tile under the probe, as near and as straight as you will hold the rocks.",
      underProbe: "the white tile",
      expected: [],
      doneWhen: "the tile fills the detector well",
      entries: [
        {
          ...{ id: "certificate", label: "Certificate of the tile", format: "pairs", required: true },
          hint: "Wavelength in nm and reflectance from 0 to 1, one pair a line. White is not 1.0.",
        },
        serial("tile"),
      ],
    },
    {
      ...{ id: "wavelength", kind: "vnir-wavelength", title: "Lamp", unit: "nm", lightOn: false, optional: true },
      instruction: "Hold the mercury-argon lamp before the probe; or choose a certificate for a doped glass.",
      underProbe: "the Hg-Ar lamp, switched on",
      expected: expectedOf(mercuryArgon),
      doneWhen: "enough lines are found and agree",
      entries: [choice(lamps, [enteredLines]), certificateLines, serial("lamp or glass")],
    },
    {
      ...{ id: "splice", kind: "splice", title: "Splice", unit: "nm", lightOn: true, optional: true },
      instruction: "Leave the white tile under the probe: it must show no step where detectors join.",
      underProbe: "the white tile",
      expected: [],
      doneWhen: "8 exposures are taken",
      entries: [],
    },
  ],
};

const libs: Procedure = {
  ...{ id: "libs", technique: "libs", title: "LIBS calibration" },
  steps: [
    dark,
    {
      ...{ id: "wavelength", kind: "libs-wavelength", title: "Titanium", unit: "nm", lightOn: true, optional: false },
      instruction: "Aim at the titanium target; or choose another standard. Lists in vacuum are brought to air.",
      underProbe: "the titanium target",
      expected: expectedOf(titanium),
      doneWhen: "enough lines are found and agree",
      entries: [choice(libsStandards, [enteredLines]), certificateLines, serial("target")],
    },
    {
      ...{ id: "intensity", kind: "libs-intensity", title: "Intensity", unit: "nm", lightOn: false, optional: true },
      instruction: "Hold the certified lamp before the probe, at its certified distance.",
      underProbe: "the certified lamp, switched on",
      expected: [],
      doneWhen: "the lamp stands above the noise wherever it is certified",
      entries: [
        {
          ...{ id: "certificate", label: "Certificate of the lamp", format: "pairs", required: true },
          hint: "Wavelength in nm and relative intensity, one pair a line.",
        },
        serial("lamp"),
      ],
    },
    {
      ...{ id: "shots", kind: "shot-stability", title: "Shots", unit: "nm", lightOn: true, optional: false },
      instruction: "Aim at the target again and hold still: the first shots clean it and are not judged.",
      underProbe: "the titanium target",
      expected: [],
      doneWhen: "15 shots are taken",
      entries: [],
    },
  ],
};

/** What an instrument can be guided through, by technique. */
export const procedures: readonly Procedure[] = [raman, vnir, libs];
