import { z } from "zod";
import { sentence } from "../../gnss/sentence.ts";
import { pause } from "../../time.ts";
import { LineOptions, SimulatedLine } from "../line.ts";
import type { ByteStream } from "../port.ts";

/** A receiver on a walk. */
export const GnssSimulatorOptions = LineOptions.extend({
  baud: z.int().positive().default(9600),
  /** Where it stands at the start; Erta Ale, a basaltic shield volcano. Choice. */
  latitudeDeg: z.number().min(-89).max(89).default(13.6),
  longitudeDeg: z.number().min(-179).max(179).default(40.67),
  altitudeM: z.number().default(613),
  /** Walks north at so many metres a second. */
  speedMS: z.number().default(0.8),
  /** Epochs without a fix at the start, as a receiver that has just got power. */
  searching: z.int().nonnegative().default(0),
  /** GGA quality; 8 says that it is a simulator. */
  quality: z.int().min(0).max(8).default(8),
  epochMs: z.number().positive().default(1000),
  /** Walks by a hundredth of a minute each epoch from 10° north, and this is its longitude in hundredths of a degree. */
  truth: z.int().min(0).max(1023).optional(),
  /** Binary messages between the sentences, as u-blox receivers are set. */
  binary: z.boolean().default(false),
});
export type GnssSimulatorOptions = z.output<typeof GnssSimulatorOptions>;

/** A mean degree of latitude, m. */
const degreeM = 111_195;

/**
 * Sends GGA, RMC and GSA every second, unasked, from the power-up on, as long as it lives. Replies of its fault menu are
 * named after the sentence. A host at another rate hears nothing that makes sense.
 */
export class GnssSimulator {
  readonly #stream: ByteStream;
  readonly #line: SimulatedLine;
  readonly #options: GnssSimulatorOptions;
  #epoch = 0;

  constructor(stream: ByteStream, options: GnssSimulatorOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#line = new SimulatedLine(stream, options, () => {}); // takes no commands
    void this.#live();
  }

  async #live(): Promise<never> {
    await pause(this.#options.bootMs);
    for (let nextMs = performance.now(); ; nextMs += this.#options.epochMs) {
      await pause(Math.max(0, nextMs - performance.now()));
      const understood = await this.#sameRate();
      for (const body of this.#bodies(new Date())) {
        const bytes = Buffer.from(sentence(body), "latin1");
        // At another rate the host's receiver makes other bytes of the same edges.
        const sent = understood ? bytes : bytes.map((byte) => (byte * 37) & 0xff);
        await this.#line.reply(sent, this.#line.fault(body.slice(2, 5)));
      }
      // UBX-NAV-PVT's head, with a `$` and a line end within.
      if (this.#options.binary)
        await this.#line.reply(Uint8Array.of(0xb5, 0x62, 1, 7, 0x24, 0, 0x0d, 0x0a, 0xff), undefined);
      this.#epoch++;
    }
  }

  async #sameRate(): Promise<boolean> {
    if (!this.#options.minds) return true;
    const hostBaud = await this.#stream.hostBaud();
    return hostBaud === undefined || hostBaud === this.#line.baud;
  }

  #bodies(now: Date): string[] {
    const { latitudeDeg, longitudeDeg, altitudeM, speedMS, searching, epochMs } = this.#options;
    const [date = "", time = ""] = now.toISOString().replace("Z", "").split("T");
    const clock = `${time.slice(0, 8).replaceAll(":", "")}.00`;
    const [year = "", month, day] = date.split("-");
    const ddmmyy = `${day}${month}${year.slice(2)}`;
    const quality = this.#epoch < searching ? 0 : this.#options.quality;
    if (quality === 0) return [`GNGGA,${clock},,,,,0,00,99.9,,M,,M,,`, `GNRMC,${clock},V,,,,,,,${ddmmyy},,,N`];
    const walkedM = (speedMS * this.#epoch * epochMs) / 1000;
    const { truth } = this.#options;
    const at = truth === undefined ? [latitudeDeg + walkedM / degreeM, longitudeDeg] : truthPlace(truth, this.#epoch);
    const lat = angle(at[0] ?? 0, 2, "N", "S");
    const lon = angle(at[1] ?? 0, 3, "E", "W");
    const knots = (speedMS / 0.514444).toFixed(2);
    const mode = quality === 8 ? "S" : "A";
    return [
      `GNGGA,${clock},${lat},${lon},${quality},09,0.9,${altitudeM.toFixed(1)},M,-12.0,M,,`,
      `GNRMC,${clock},A,${lat},${lon},${knots},0.0,${ddmmyy},,,${mode}`,
      "GNGSA,A,3,04,05,,09,12,,,24,,,,,2.5,1.3,2.1",
    ];
  }
}

const truthStartDeg = 10;
const truthStepsPerDeg = 6000;

/** Latitude and longitude in degrees that say which receiver and which epoch they come from. */
function truthPlace(session: number, epoch: number): [number, number] {
  return [truthStartDeg + epoch / truthStepsPerDeg, session / 100];
}

/** What a place says of its origin; undefined if it is none of {@link truthPlace}. */
export function truthOfPlace(
  latitudeDeg: number,
  longitudeDeg: number,
): { session: number; epoch: number } | undefined {
  const epoch = Math.round((latitudeDeg - truthStartDeg) * truthStepsPerDeg);
  const session = Math.round(longitudeDeg * 100);
  const [latitude, longitude] = truthPlace(session, epoch);
  const near = Math.abs(latitude - latitudeDeg) < 1e-6 && Math.abs(longitude - longitudeDeg) < 1e-6;
  return near ? { session, epoch } : undefined;
}

/** ddmm.mmmmm,N */
function angle(degrees: number, digits: number, positive: string, negative: string): string {
  const minutes = Math.round(Math.abs(degrees) * 60 * 1e5) / 1e5;
  const whole = Math.floor(minutes / 60);
  const rest = (minutes - whole * 60).toFixed(5).padStart(8, "0");
  return `${`${whole}`.padStart(digits, "0")}${rest},${degrees < 0 ? negative : positive}`;
}
