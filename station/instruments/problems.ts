import { LithoscopeError } from "../../contract/errors.ts";
import type { InstrumentIdentity } from "../../contract/reading.ts";

export function noneReady(): LithoscopeError {
  return new LithoscopeError(
    "no-instrument",
    "No instrument is ready, so nothing was measured.",
    "Connect an instrument and wait until it says ready, or open a spectrum file.",
  );
}

export function noneChosen(): LithoscopeError {
  return new LithoscopeError(
    "no-instrument",
    "No instrument that is ready is chosen for measuring, so nothing was measured.",
    "Choose one in Instruments, or connect the one that is chosen.",
  );
}

export function notFound(id: string): LithoscopeError {
  return new LithoscopeError(
    "instrument-not-found",
    `There is no instrument ${id} here; nothing was done.`,
    "Choose one from the list in Instruments.",
  );
}

export function stillConnected(id: string): LithoscopeError {
  return new LithoscopeError(
    "instrument-connected",
    `The instrument ${id} is connected, so it was not forgotten.`,
    "Disconnect it first.",
  );
}

/** Two that say the same number: whose reading is whose could not be told from the record. */
export function duplicate({ serialNumber, model }: InstrumentIdentity, path: string, other: string): LithoscopeError {
  return new LithoscopeError(
    "device-duplicate",
    `The instrument on ${path} (${model}) says that it is ${serialNumber}, as the one on ${other} does. Only the first is used.`,
    "Unplug one of the two.",
  );
}

export function notTheSame(wanted: string, { serialNumber, model }: InstrumentIdentity, path: string): LithoscopeError {
  return new LithoscopeError(
    "device-unknown",
    `On ${path} there is now another instrument, ${model} ${serialNumber}; ${wanted} is not plugged in.`,
    `Plug ${wanted} in again. To use ${serialNumber}, connect it in Instruments.`,
  );
}

export function nobodyThere(path: string): LithoscopeError {
  return new LithoscopeError(
    "device-unknown",
    `Nothing on ${path} answers in a protocol that Lithoscope knows.`,
    "Check that the instrument has power and that its cable is whole, then find instruments again.",
  );
}

export function driverUnknown(driver: string): LithoscopeError {
  return new LithoscopeError(
    "device-unknown",
    `There is no protocol "${driver}" in this version of Lithoscope.`,
    "Leave the protocol open, and it is found by asking the instrument.",
  );
}

export function purposeUnknown(path: string): LithoscopeError {
  return new LithoscopeError(
    "technique-unknown",
    `What the instrument on ${path} measures is not known, so its readings would have no axis. It was not connected.`,
    "Say whether it measures Raman, VNIR or LIBS; for Raman also the wavelength of its laser.",
  );
}
