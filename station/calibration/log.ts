import {
  type CalibrationKind,
  type CalibrationRecord,
  type CalibrationSummary,
  type CalibrationTrend,
  type CorrectionInForce,
  calibrationName,
} from "../../contract/calibration.ts";
import { LithoscopeError } from "../../contract/errors.ts";
import type { JournalLine } from "../../contract/journal.ts";
import type { Correction, Technique } from "../../contract/spectrum.ts";
import type { CorrectionsInForce } from "../../devices/calibrate.ts";
import { ageText, stateOf } from "./validity.ts";

interface Logged {
  readonly record: CalibrationRecord;
  readonly sessionId: string;
  readonly accepted: boolean;
}

/** Which correction a kind brings. The newest accepted one of a slot is in force; one of the same slot replaces it. */
const slotOf: Partial<Record<CalibrationKind, "axis" | "response" | "white">> = {
  "raman-wavelength": "axis",
  "raman-shift": "axis",
  excitation: "axis",
  "vnir-wavelength": "axis",
  "libs-wavelength": "axis",
  "raman-intensity-response": "response",
  "libs-intensity": "response",
  white: "white",
};
type Slot = NonNullable<(typeof slotOf)[CalibrationKind]>;

/** What the panel of corrections in force lists, by technique. */
const panel: Record<Technique, readonly CalibrationKind[]> = {
  raman: ["raman-shift", "raman-intensity-response"],
  vnir: ["white", "vnir-wavelength"],
  libs: ["libs-wavelength", "libs-intensity"],
};

const letters: Record<CalibrationKind, string> = {
  dark: "D",
  "raman-wavelength": "N",
  "raman-shift": "S",
  excitation: "X",
  resolution: "R",
  "raman-intensity-response": "I",
  white: "W",
  "vnir-wavelength": "N",
  splice: "J",
  "libs-wavelength": "N",
  "libs-intensity": "I",
  "shot-stability": "P",
};

export interface Now {
  readonly at: Date;
  readonly detectorC?: number | undefined;
}

/**
 * What a data folder's journals say of calibrations: a fold over the lines of all sessions, in any order, also repeated.
 * Records are known by id, sessions by the order of their ids (ULIDs begin with their time).
 */
export class CalibrationLog {
  readonly #records = new Map<string, Logged>();
  readonly #withdrawn = new Set<string>();
  readonly #overrides = new Map<string, { until: string; operator: string }[]>();
  readonly #sessions = new Set<string>();

  see(sessionId: string, { event }: JournalLine): void {
    this.#sessions.add(sessionId);
    switch (event.kind) {
      case "calibration-accepted":
      case "calibration-refused": {
        const { kind, ...record } = event;
        this.#records.set(record.calibrationId, { record, sessionId, accepted: kind === "calibration-accepted" });
        return;
      }
      case "calibration-carried": {
        const { kind, ...record } = event;
        // Where its own session is not at hand; if it is, that one says when it came into force.
        if (!this.#records.has(record.calibrationId)) {
          this.#records.set(record.calibrationId, { record, sessionId, accepted: true });
        }
        return;
      }
      case "calibration-withdrawn":
        this.#withdrawn.add(event.calibrationId);
        return;
      case "calibration-overridden": {
        const { calibrationId, until, operator } = event;
        this.#overrides.set(calibrationId, [...(this.#overrides.get(calibrationId) ?? []), { until, operator }]);
        return;
      }
    }
  }

  /** Throws calibration-not-found. */
  record(calibrationId: string): CalibrationRecord {
    return this.#logged(calibrationId).record;
  }

  /** Newest first. */
  history(
    wanted: { serialNumber?: string | undefined; kind?: CalibrationKind | undefined },
    now: Now,
  ): CalibrationSummary[] {
    return this.#ordered()
      .filter(
        ({ record }) => wanted.serialNumber === undefined || record.instrument.serialNumber === wanted.serialNumber,
      )
      .filter(({ record }) => wanted.kind === undefined || record.result.kind === wanted.kind)
      .map((logged) => this.#summary(logged, now))
      .reverse();
  }

  summary(calibrationId: string, now: Now): CalibrationSummary {
    return this.#summary(this.#logged(calibrationId), now);
  }

  trend(serialNumber: string, kind: CalibrationKind): CalibrationTrend {
    const logged = this.#ordered().filter(
      ({ record }) => record.instrument.serialNumber === serialNumber && record.result.kind === kind,
    );
    const last = logged.at(-1)?.record.result;
    const points = logged.flatMap(({ record, accepted }) => {
      const { worst, verdict } = record.result.asFound;
      if (worst === undefined) return [];
      return [{ calibrationId: record.calibrationId, at: record.at, value: worst, verdict, accepted }];
    });
    return {
      kind,
      label: `${calibrationName[kind]} as found`,
      unit: last?.unit ?? "",
      ...(last?.limits === undefined ? {} : { limits: last.limits }),
      points,
    };
  }

  /** What is in force for an instrument, one line for each kind of correction that its technique has. */
  inForce(serialNumber: string, technique: Technique, now: Now): CorrectionInForce[] {
    return panel[technique].map((kind) => {
      const slot = slotOf[kind];
      const logged = slot && this.#inForce(serialNumber, slot);
      if (logged === undefined) {
        const from = slot === "axis" ? "factory" : "none";
        return { kind, from, sentence: from === "factory" ? "as the instrument was made" : "none" };
      }
      const { record } = logged;
      const state = this.#stateOf(logged, now);
      const override = this.#override(record.calibrationId, now);
      const age = ageText(now.at.getTime() - Date.parse(record.at));
      const words = {
        current: `${age} old`,
        due: `${age} old, check again`,
        expired: override ? `${age} old, expired, let through by ${override.operator}` : `${age} old, expired`,
      };
      return {
        kind: record.result.kind,
        from: "calibration",
        ...{ calibrationId: record.calibrationId, shortId: this.#shortId(logged), at: record.at },
        ...{ state, validity: record.validity, sentence: words[state] },
        ...(override === undefined ? {} : { override }),
      };
    });
  }

  /**
   * The corrections that a new reading of the instrument gets. Throws calibration-expired if one has run out and nobody lets it
   * through: such a reading would claim more than it can show.
   */
  forReading(serialNumber: string, now: Now): CorrectionsInForce {
    for (const slot of ["axis", "response", "white"] as const) {
      const logged = this.#inForce(serialNumber, slot);
      if (logged === undefined || this.#stateOf(logged, now) !== "expired") continue;
      if (this.#override(logged.record.calibrationId, now) === undefined) throw expired(logged, this.#shortId(logged));
    }
    return this.lastAccepted(serialNumber);
  }

  /** The corrections last accepted for the instrument, whether they have expired or not. */
  lastAccepted(serialNumber: string): CorrectionsInForce {
    return this.#corrections((slot) => this.#inForce(serialNumber, slot));
  }

  /** The corrections that a saved spectrum names: what it takes to compute it again as it was. */
  named(corrections: readonly Correction[]): CorrectionsInForce {
    const all = corrections.flatMap((correction) =>
      "calibrationId" in correction && correction.calibrationId !== undefined
        ? [this.#logged(correction.calibrationId)]
        : [],
    );
    return this.#corrections((slot) => all.find(({ record }) => slotOf[record.result.kind] === slot));
  }

  #corrections(inSlot: (slot: Slot) => Logged | undefined): CorrectionsInForce {
    const correctionOf = (slot: Slot) => {
      const record = inSlot(slot)?.record;
      const correction = record?.result.correction;
      return record && correction ? { calibrationId: record.calibrationId, correction } : undefined;
    };
    const axis = correctionOf("axis");
    const response = correctionOf("response");
    const white = correctionOf("white");
    return {
      ...(axis?.correction.kind === "wavelength"
        ? { axis: { calibrationId: axis.calibrationId, coefficients: axis.correction.coefficients } }
        : {}),
      ...(axis?.correction.kind === "raman-axis"
        ? {
            axis: {
              calibrationId: axis.calibrationId,
              coefficients: axis.correction.coefficients,
              excitationNm: axis.correction.excitationNm,
            },
          }
        : {}),
      ...(response?.correction.kind === "response"
        ? { response: { calibrationId: response.calibrationId, ...response.correction } }
        : {}),
      ...(white?.correction.kind === "white"
        ? { white: { calibrationId: white.calibrationId, ...white.correction } }
        : {}),
    };
  }

  #ordered(): Logged[] {
    return [...this.#records.values()].sort((a, b) => (a.record.calibrationId < b.record.calibrationId ? -1 : 1));
  }

  #inForce(serialNumber: string, slot: Slot): Logged | undefined {
    return this.#ordered().findLast(
      ({ record, accepted }) =>
        accepted &&
        record.instrument.serialNumber === serialNumber &&
        slotOf[record.result.kind] === slot &&
        record.result.correction !== undefined &&
        !this.#withdrawn.has(record.calibrationId),
    );
  }

  #stateOf({ record, sessionId }: Logged, now: Now): "current" | "due" | "expired" {
    const sessionsSince = [...this.#sessions].filter((id) => id > sessionId).length;
    return stateOf(record.validity, { ...now, sessionsSince });
  }

  #override(calibrationId: string, { at }: Now): { until: string; operator: string } | undefined {
    return this.#overrides.get(calibrationId)?.findLast(({ until }) => at.getTime() < Date.parse(until));
  }

  #summary(logged: Logged, now: Now): CalibrationSummary {
    const { readings: _, dark: __, ...summary } = logged.record;
    return {
      ...summary,
      shortId: this.#shortId(logged),
      state: this.#summaryState(logged, now),
      sessionId: logged.sessionId,
    };
  }

  #summaryState(logged: Logged, now: Now): CalibrationSummary["state"] {
    const { record, accepted } = logged;
    if (!accepted) return "refused";
    if (this.#withdrawn.has(record.calibrationId)) return "withdrawn";
    const slot = slotOf[record.result.kind];
    const newer = this.#ordered().some(
      (other) =>
        other.accepted &&
        other.record.calibrationId > record.calibrationId &&
        other.record.instrument.serialNumber === record.instrument.serialNumber &&
        (slot === undefined
          ? other.record.result.kind === record.result.kind
          : slotOf[other.record.result.kind] === slot && other.record.result.correction !== undefined) &&
        !this.#withdrawn.has(other.record.calibrationId),
    );
    return newer ? "replaced" : this.#stateOf(logged, now);
  }

  /** "S-040": the letter of the kind, and the number among this tablet's records of that letter. */
  #shortId({ record }: Logged): string {
    const letter = letters[record.result.kind];
    const number = this.#ordered()
      .filter((other) => letters[other.record.result.kind] === letter)
      .findIndex((other) => other.record.calibrationId === record.calibrationId);
    return `${letter}-${String(number + 1).padStart(3, "0")}`;
  }

  #logged(calibrationId: string): Logged {
    const logged = this.#records.get(calibrationId);
    if (logged !== undefined) return logged;
    throw new LithoscopeError(
      "calibration-not-found",
      "This calibration is not in the journals of this tablet.",
      "Choose one from the list of records.",
    );
  }
}

function expired({ record }: Logged, shortId: string): LithoscopeError {
  return new LithoscopeError(
    "calibration-expired",
    `The calibration ${shortId} (${calibrationName[record.result.kind]}) has expired, so nothing was measured.`,
    "Calibrate again in Instruments. There an operator can also let it through, or withdraw it; both stand in the journal.",
  );
}
