/** A collection that the catalogue rests on; `namedAs`: how the sources of measured bands name it. */
interface Collection {
  source: string;
  citation: string;
  namedAs: string[];
}

/** Whom the catalogue credits, with the citations and acknowledgements that their terms ask for. */
export const collections: Collection[] = [
  {
    source: "RRUFF: IMA list of minerals (names, formulas, crystal systems, structural groups) and Raman bands",
    citation:
      "Lafuente B., Downs R.T., Yang H., Stone N. (2015) The power of databases: the RRUFF project. In: Highlights in " +
      "Mineralogical Crystallography, W. De Gruyter, Berlin, 1-30.",
    namedAs: ["RRUFF"],
  },
  {
    source: "Paragenetic modes (how minerals form, minerals of meteorites)",
    citation:
      "Hazen R.M., Morrison S.M. (2022) On the paragenetic modes of minerals. American Mineralogist 107, 1262-1287.",
    namedAs: [],
  },
  {
    source: "Atomic weights (mass fractions) and lines of elements (LIBS)",
    citation:
      "Kramida A., Ralchenko Yu., Reader J. and NIST ASD Team, NIST Atomic Spectra Database, doi:10.18434/T4W30F.",
    namedAs: [],
  },
  {
    source: "ECOSTRESS / ASTER spectral library (VNIR bands)",
    citation:
      "Reproduced from the ECOSTRESS Spectral Library through the courtesy of the Jet Propulsion Laboratory, " +
      "California Institute of Technology, Pasadena, California. Meerdink S.K. et al. (2019) Remote Sens. Environ. 230, " +
      "111196; Baldridge A.M. et al. (2009) Remote Sens. Environ. 113, 711-715.",
    namedAs: ["ECOSTRESS"],
  },
  {
    source: "USGS Spectral Library version 7 (VNIR bands)",
    citation: "Kokaly R.F. et al. (2017) USGS Spectral Library Version 7. USGS Data Series 1035, doi:10.3133/ds1035.",
    namedAs: ["USGS splib07"],
  },
  {
    source: "USGS Spectral Library, earlier versions (VNIR bands)",
    citation: "Clark R.N. et al. (2007) USGS digital spectral library splib06a. USGS Data Series 231.",
    namedAs: ["USGS Spectral Database"],
  },
  {
    source: "HOSERLab / C-TAPE, University of Winnipeg, by way of VISOR (VNIR bands)",
    citation:
      "Cloutis E.A., HOSERLab / C-TAPE, University of Winnipeg; VISOR, Western Washington University (M. Rice and colleagues).",
    namedAs: ["University of Winnipeg Spectrophotometer"],
  },
  {
    source: "Evaporite minerals, USGS, by way of VISOR (VNIR bands)",
    citation: "Crowley J.K. (1991) J. Geophys. Res. 96(B10), 16231-16240.",
    namedAs: ["Crowley et al 1991"],
  },
  {
    source: "Western Washington University (VNIR bands)",
    citation: "VISOR, Western Washington University (M. Rice and colleagues).",
    namedAs: ["Western Washington University"],
  },
  {
    source: "National Virtual Core Library, by way of VISOR (VNIR bands)",
    citation: "National Virtual Core Library (AuScope, CSIRO).",
    namedAs: ["CSIRO National Virtual Core Library"],
  },
  {
    source: "RELAB spectra as compiled by Korda et al. (VNIR bands)",
    citation:
      "Korda D. et al. (2023) Astron. Astrophys. 669, A101; Pieters C.M., Hiroi T. (2004) RELAB, LPSC 35, abstract 1720.",
    namedAs: ["RELAB"],
  },
  {
    source: "Classification diagrams of rocks",
    citation: "The published works that are cited beside each diagram.",
    namedAs: [],
  },
  {
    source: "Occurrences on planetary bodies and look-alikes",
    citation: "The published works that are cited beside each statement.",
    namedAs: [],
  },
];
