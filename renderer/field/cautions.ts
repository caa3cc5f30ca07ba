import type { Storage } from "../../contract/traverse.ts";
import { jumpWords } from "./traverse/traverse.ts";

/** Below this charge a tablet may go off in the middle of a traverse. */
const lowBatteryPercent = 20;
/** Room for some 60 photos and a day's spectra. */
const lowStorageBytes = 500e6;
const fullStorageBytes = 50e6;
/** More lines would push the spectrum out. */
const mostLines = 2;

interface Around {
  readonly batteryPercent: number | undefined;
  readonly storage: Storage | undefined;
  readonly pages: number;
  readonly drifted: boolean;
  readonly jump: { readonly byMs: number; readonly atText: string } | undefined;
}

/** What a person should know of the tablet now, the worst first, in a line each: what it is, and what to do. */
export function cautionsOf({ batteryPercent, storage, pages, drifted, jump }: Around): string[] {
  const lines: string[] = [];
  if (storage && storage.freeBytes < fullStorageBytes) {
    lines.push("Storage is full: photos and voice may not be saved. Hand over, then make room.");
  } else if (storage && storage.freeBytes < lowStorageBytes) {
    lines.push(`Storage is low: ${Math.round(storage.freeBytes / 1e6)}\u00a0MB are left. Hand over today's sessions.`);
  }
  if (batteryPercent !== undefined && batteryPercent <= lowBatteryPercent) {
    lines.push(`Battery is low: ${batteryPercent}\u00a0%. What is saved is safe if it goes off.`);
  }
  if (jump)
    lines.push(`The clock went ${jumpWords(jump.byMs)} at ${jump.atText}. The order of the log is not affected.`);
  if (pages > 1) lines.push(`${pages} windows show this tablet. Work in one: each moves the same samples.`);
  if (drifted) lines.push("The model may no longer fit these spots. About says why.");
  return lines.slice(0, mostLines);
}
