import type { Random } from "../../spectra/random.ts";
import { longestLineBytes, maximumCounts, pixelCount } from "../c12880ma/lines.ts";
import { LineParser } from "../c12880ma/parser.ts";
import { SentenceParser, sentence } from "../gnss/sentence.ts";
import { LetterParser } from "../ocean-legacy/parser.ts";
import { encodeScan } from "../ocean-legacy/scan.ts";
import { encodeFrame as encodeObp, flag } from "../ocean-obp/frame.ts";
import { obp } from "../ocean-obp/messages.ts";
import { ObpParser } from "../ocean-obp/parser.ts";
import { encodeFrame as encodeOem } from "../wasatch-oem/frame.ts";
import { OemParser } from "../wasatch-oem/parser.ts";

/** A protocol's parser, as the fuzz test and the benchmark use it. */
export interface ParserUnderTest {
  readonly name: string;
  make(): ByteParser;
  /** A whole valid frame, of the kinds and lengths that instruments send. */
  frame(random: Random): Uint8Array;
  /** Bits of the checksum in each frame; 0 where there is none, 128 for MD5. */
  readonly checksumBits: number;
  /** It never holds more than this between two calls. */
  readonly mostHeldBytes: number;
}

/** What all parsers have in common. */
export interface ByteParser {
  push(bytes: Uint8Array): readonly unknown[];
  lineIsQuiet?(): readonly unknown[];
  readonly heldBytes: number;
}

export function randomBytes(random: Random, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

const pixels = 1024;

function obpFrame(random: Random, md5: boolean): Uint8Array {
  const isSpectrum = random() < 0.3;
  return encodeObp({
    flags: flag.response,
    error: 0,
    type: isSpectrum ? obp.rawSpectrum.type : obp.serialNumber.type,
    regarding: Math.floor(random() * 2 ** 32),
    md5,
    data: randomBytes(random, isSpectrum ? 2 * pixels : 1 + Math.floor(random() * 16)),
  });
}

export const parsersUnderTest: readonly ParserUnderTest[] = [
  {
    name: "Ocean OBP with checksums",
    make() {
      const parser = new ObpParser();
      parser.protectedOnly = true;
      return parser;
    },
    frame: (random) => obpFrame(random, true),
    checksumBits: 128,
    mostHeldBytes: 8192 + 64,
  },
  {
    name: "Ocean OBP without checksums",
    make: () => new ObpParser(),
    frame: (random) => obpFrame(random, false),
    checksumBits: 0,
    mostHeldBytes: 8192 + 64,
  },
  {
    name: "Ocean letters",
    make() {
      const parser = new LetterParser();
      parser.expect({ is: "scan", asked: { scansToAdd: 1, integrationMs: 100 }, pixels });
      return parser;
    },
    frame: (random) =>
      encodeScan({
        scansAdded: 1,
        integrationMs: 100,
        counts: Uint16Array.from({ length: pixels }, () => Math.floor(random() * 65_536)),
      }),
    checksumBits: 0,
    mostHeldBytes: 2 * pixels + 17,
  },
  {
    name: "Wasatch OEM",
    make: () => new OemParser(),
    frame: (random) =>
      encodeOem({ command: Math.floor(random() * 256), data: randomBytes(random, Math.floor(random() * 8)) }),
    checksumBits: 8,
    mostHeldBytes: 80,
  },
  {
    name: "C12880MA",
    make: () => new LineParser({ fromMidLine: false }),
    frame: (random) => {
      const counts = Array.from({ length: pixelCount }, () => Math.floor(random() * (maximumCounts + 1)));
      return Buffer.from(`${counts.join(",")},\n`, "ascii");
    },
    checksumBits: 0,
    mostHeldBytes: longestLineBytes,
  },
  {
    name: "NMEA 0183",
    make: () => new SentenceParser(),
    frame: (random) => Buffer.from(sentence(position(random)), "latin1"),
    checksumBits: 8,
    mostHeldBytes: 122,
  },
];

/** A GGA sentence's body with any time, place and height. */
function position(random: Random): string {
  const digits = (count: number) =>
    Math.floor(random() * 10 ** count)
      .toString()
      .padStart(count, "0");
  return `GPGGA,${digits(6)},${digits(4)}.${digits(3)},N,${digits(5)}.${digits(3)},E,1,${digits(2)},0.9,${digits(3)}.4,M,46.9,M,,`;
}
