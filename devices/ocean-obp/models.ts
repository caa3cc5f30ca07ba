/** What a model is that does not tell it, and how its spectrum is asked for (reference/protocols.md §1.4, §1.5). */
export interface ObpModel {
  name: string;
  pixels: number;
  maximumCounts: number;
  minimumIntegrationUs: number;
  maximumIntegrationUs: number;
  /** "buffered": behind 32 bytes that nobody decodes, from a buffer that holds what was exposed before. */
  spectrum: "raw" | "corrected" | "buffered";
  pixelBytes: 2 | 4;
  /** Trigger mode that waits for a pulse at the input: external (1), or edge (3) of the QE Pro; undefined if not known. */
  pulseTrigger: number | undefined;
}

/** The models that can be reached over a serial line have the STS' detector. */
export const sts: ObpModel = {
  name: "Ocean Optics STS",
  pixels: 1024,
  maximumCounts: 16_383,
  minimumIntegrationUs: 10,
  maximumIntegrationUs: 85_000_000,
  spectrum: "raw",
  pixelBytes: 2,
  pulseTrigger: 1,
};

/** Vendor of all models but the OBP2 ones, which are not supported: the sources do not say how those are identified. */
export const oceanVendorId = 0x2457;

/** The models on USB with their product ids and endpoints. The FX is not among them: it is reached over a network only. */
export const obpUsbModels: ReadonlyMap<number, { model: ObpModel; out: number; in: number }> = new Map([
  [0x4000, { model: sts, out: 0x01, in: 0x81 }],
  [
    0x4004,
    {
      model: {
        name: "Ocean Optics QE Pro",
        pixels: 1044,
        maximumCounts: 262_143,
        minimumIntegrationUs: 8000,
        maximumIntegrationUs: 1_600_000_000,
        spectrum: "buffered",
        pixelBytes: 4,
        pulseTrigger: 3,
      },
      out: 0x01,
      in: 0x81,
    },
  ],
  [
    0x5000,
    {
      model: {
        name: "Ocean Optics Ventana",
        pixels: 1024,
        maximumCounts: 65_535,
        minimumIntegrationUs: 22_000,
        maximumIntegrationUs: 60_000_000,
        spectrum: "raw",
        pixelBytes: 2,
        pulseTrigger: undefined,
      },
      out: 0x01,
      in: 0x82,
    },
  ],
  [0x4200, { model: { ...sts, name: "Ocean Optics Spark" }, out: 0x01, in: 0x81 }],
  [
    0x2003,
    {
      model: {
        name: "Ocean HDX",
        pixels: 2068,
        maximumCounts: 65_535,
        minimumIntegrationUs: 6000,
        maximumIntegrationUs: 10_000_000,
        spectrum: "corrected",
        pixelBytes: 2,
        pulseTrigger: undefined,
      },
      out: 0x01,
      in: 0x81,
    },
  ],
]);
