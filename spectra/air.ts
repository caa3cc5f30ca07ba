/**
 * Phase refractive index of standard air (dry, 15 °C, 101 325 Pa, 450 ppm CO₂) at a wavelength in vacuum, nm. Ciddor P.E.
 * (1996) Appl. Opt. 35, 1566, equation 1; stated for 230 to 1690 nm. Elsewhere it extrapolates, with a pole at 132 nm.
 */
export function airIndex(vacuumNm: number): number {
  const squared = (1000 / vacuumNm) ** 2; // wavenumber squared, µm⁻²
  return 1 + (5_792_105 / (238.0185 - squared) + 167_917 / (57.362 - squared)) * 1e-8;
}

/** Wavelength in standard air, nm, of light of a wavelength in vacuum, nm. */
export function vacuumToAirNm(vacuumNm: number): number {
  return vacuumNm / airIndex(vacuumNm);
}

/** Wavelength in vacuum, nm, of light of a wavelength in standard air, nm: the inverse of {@link vacuumToAirNm}. */
export function airToVacuumNm(airNm: number): number {
  // The index changes by less than 1e-6 a nm, so each round gains six digits and the second is exact.
  let vacuumNm = airNm;
  for (let round = 0; round < 3; round += 1) vacuumNm = airNm * airIndex(vacuumNm);
  return vacuumNm;
}

/**
 * Raman shift, cm⁻¹, of scattered light at a wavelength in air (nm, as spectrometers are calibrated) from an excitation at a
 * wavelength in vacuum (nm). Shifts are differences of wavenumbers in vacuum (ASTM E1840); leaving air out would move a
 * line at 1000 cm⁻¹ of a 785 nm laser by 3 cm⁻¹.
 */
export function ramanShiftCm1(airNm: number, excitationVacuumNm: number): number {
  return 1e7 / excitationVacuumNm - 1e7 / airToVacuumNm(airNm);
}

/** The inverse of {@link ramanShiftCm1}: wavelength in air, nm, at which a line of this shift appears. */
export function wavelengthOfShiftNm(shiftCm1: number, excitationVacuumNm: number): number {
  return vacuumToAirNm(1e7 / (1e7 / excitationVacuumNm - shiftCm1));
}
