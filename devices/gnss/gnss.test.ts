import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Fix, oldestMs, positionAt, withSentence } from "./fix.ts";
import { decode } from "./messages.ts";
import { SentenceParser, sentence } from "./sentence.ts";

/** The vectors of reference/protocols.md §6. */
const gga = "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n";
const rmc = "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A\r\n";
const gsa = "$GPGSA,A,3,04,05,,09,12,,,24,,,,,2.5,1.3,2.1*39\r\n";

const bodies = (...chunks: (string | Uint8Array)[]) => {
  const parser = new SentenceParser();
  return chunks.flatMap((chunk) => parser.push(typeof chunk === "string" ? Buffer.from(chunk, "latin1") : chunk));
};
const heard = (lines: readonly string[], stepMs = 0): Fix =>
  bodies(...lines).reduce<Fix>((fix, body, i) => {
    const told = decode(body);
    return told ? withSentence(fix, told, i * stepMs) : fix;
  }, {});
const line = (body: string) => sentence(body);

describe("sentences", () => {
  it("are those of the reference", () => {
    expect(bodies(gga, rmc, gsa)).toHaveLength(3);
    expect(decode(bodies(gga)[0] ?? "")).toEqual({
      kind: "gga",
      dayMs: (12 * 3600 + 35 * 60 + 19) * 1000,
      quality: "gps",
      latitudeDeg: 48 + 7.038 / 60,
      longitudeDeg: 11 + 31 / 60,
      altitudeM: 545.4,
      satellites: 8,
      hdop: 0.9,
    });
    expect(decode(bodies(rmc)[0] ?? "")).toMatchObject({ valid: true, date: "1994-03-23" });
    expect(decode(bodies(gsa)[0] ?? "")).toBeUndefined();
  });

  it("come whole whatever the chunks, after a cut first line and with binary messages between them", () => {
    const ubx = Uint8Array.of(0xb5, 0x62, 0x01, 0x07, 0x24, 0x00, 0x0d, 0x0a);
    const stream = Buffer.concat([Buffer.from(`31.000,E,1*11\r\n${gga}`), ubx, Buffer.from(rmc)]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
        const parser = new SentenceParser();
        const found: string[] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          found.push(...parser.push(stream.subarray(at, at + size)));
          at += size;
        }
        expect(found).toEqual(bodies(gga, rmc));
      }),
    );
  });

  it("are refused with one wrong bit anywhere between $ and the end", () => {
    const bytes = Buffer.from(gga);
    for (let bit = 8; bit < (bytes.length - 2) * 8; bit++) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      // A digit of the checksum may change its case, which means the same number.
      if (damaged.toString("latin1").toUpperCase() === gga) continue;
      expect(bodies(damaged)).toEqual([]);
    }
  });

  it("without a checksum, or longer than any, are refused", () => {
    expect(bodies("$GPGGA,123519,,,,,0,,,,,,,,\r\n", line("GPTXT".padEnd(200, "x")))).toEqual([]);
  });

  it("never come out of noise, which is counted and not kept", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (noise) => {
        const parser = new SentenceParser();
        expect(parser.push(noise.filter((byte) => byte !== 0x2a))).toEqual([]);
      }),
    );
  });

  it("keep any position to a tenth of a metre", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -90, max: 90, noNaN: true }),
        fc.double({ min: -180, max: 180, noNaN: true }),
        (lat, lon) => {
          const field = (value: number, digits: number) => {
            const minutes = Math.round(Math.abs(value) * 60 * 1e5) / 1e5;
            const whole = Math.floor(minutes / 60);
            return `${whole}`.padStart(digits, "0") + (minutes - whole * 60).toFixed(5).padStart(8, "0");
          };
          const told = decode(
            `GNGGA,000000.00,${field(lat, 2)},${lat < 0 ? "S" : "N"},${field(lon, 3)},${lon < 0 ? "W" : "E"},4,12,0.5,,M,,M,,`,
          );
          // Rounding may carry 59.999995 minutes to 60, which a receiver does not send.
          if (told?.kind === "gga" && told.quality === undefined) return;
          if (told?.kind !== "gga") throw new Error("it is a GGA");
          expect(Math.abs((told.latitudeDeg ?? 99) - lat)).toBeLessThan(1e-6);
          expect(Math.abs((told.longitudeDeg ?? 999) - lon)).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it("with an empty or one-sided position have none: it is not zero", () => {
    for (const fields of [",,,,", "4807.038,,01131.000,E", "4807.038,N,01131.000,", "4860.000,N,01131.000,E"]) {
      expect(decode(`GPGGA,123519,${fields},1,08,0.9,545.4,M,46.9,M,,`)).toMatchObject({ quality: undefined });
    }
  });
});

describe("a position", () => {
  it("counts when GGA and RMC of one epoch both say so, with the date of RMC", () => {
    expect(positionAt(heard([gga, rmc]), 0)).toMatchObject({
      latitudeDeg: 48 + 7.038 / 60,
      fixedAt: "1994-03-23T12:35:19.000Z",
      quality: "gps",
      simulated: false,
    });
    expect(positionAt(heard([rmc, gga]), 0)).toBeDefined();
  });

  it("does not count with one of them, at different epochs, without a fix, or void", () => {
    expect(positionAt(heard([gga]), 0)).toBeUndefined();
    expect(positionAt(heard([rmc]), 0)).toBeUndefined();
    const later = line("GPRMC,123520,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W");
    expect(positionAt(heard([gga, later]), 0)).toBeUndefined();
    const none = line("GPGGA,123519,4807.038,N,01131.000,E,0,00,,,M,,M,,");
    expect(positionAt(heard([none, rmc]), 0)).toBeUndefined();
    const voided = line("GPRMC,123519,V,,,,,,,230394,,");
    expect(positionAt(heard([gga, voided]), 0)).toBeUndefined();
    const notValid = line("GPRMC,123519,A,4807.038,N,01131.000,E,0,0,230394,,,N");
    expect(positionAt(heard([gga, notValid]), 0)).toBeUndefined();
  });

  it("is taken back by the first sentence that says that the fix is lost", () => {
    const none = line("GPGGA,123520,,,,,0,00,,,M,,M,,");
    expect(positionAt(heard([gga, rmc, none]), 0)).toBeUndefined();
  });

  it("stays while the next epoch comes in, and grows old after five seconds", () => {
    const next = line("GPGGA,123520,4807.040,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,");
    const fix = heard([gga, rmc, next], 100);
    expect(positionAt(fix, 900)).toMatchObject({ latitudeDeg: 48 + 7.038 / 60, ageMs: 900 });
    expect(positionAt(fix, oldestMs - 1)).toBeDefined();
    expect(positionAt(fix, oldestMs)).toBeUndefined();
  });

  it("of a simulator says so", () => {
    const simulated = line("GPGGA,123519,4807.038,N,01131.000,E,8,08,0.9,545.4,M,46.9,M,,");
    expect(positionAt(heard([simulated, rmc]), 0)?.simulated).toBe(true);
  });
});
