import { type Technique, techniqueName } from "../../contract/spectrum.ts";

/** Techniques in a sentence: "Raman", "Raman and LIBS", "Raman, VNIR and LIBS". */
export const techniqueList = (techniques: readonly Technique[]): string =>
  new Intl.ListFormat("en-GB").format(techniques.map((technique) => techniqueName[technique]));
