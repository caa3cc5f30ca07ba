import type { UsbSetup } from "../transport/usb.ts";

/**
 * The requests we send, reference/protocols.md §3.1. What would write the EEPROM, reset the FPGA or enter the firmware
 * loader is left out on purpose: what is not in this table cannot be sent.
 */
export const op = {
  acquire: 0xad,
  setIntegrationMs: 0xb2,
  integrationMs: 0xbf,
  setLaserEnabled: 0xbe,
  laserEnabled: 0xe2,
  setModulation: 0xbd,
  modulation: 0xe3,
  setModulationPeriodUs: 0xc7,
  modulationPeriodUs: 0xcb,
  setPulseWidthUs: 0xdb,
  pulseWidthUs: 0xdc,
  mayFire: 0xef,
  setTriggerSource: 0xd2,
  triggerSource: 0xd3,
  detectorTemperature: 0xd7,
  firmware: 0xc0,
  fpga: 0xb4,
  secondTier: 0xff,
} as const;

/** Sub-requests of {@link op.secondTier}: their number is the value, their argument the index. */
export const tier2 = {
  eepromPage: 0x01,
  lineLength: 0x03,
  firing: 0x0d,
  watchdogS: 0x17,
  setWatchdogS: 0x18,
} as const;

export function simple(request: number, value = 0, index = 0): UsbSetup {
  return { request, value, index };
}

export function second(value: number, index = 0): UsbSetup {
  return { request: op.secondTier, value, index };
}

/** Integration time in whole ms, 24 bits: the low 16 in the value, the high 8 in the index. */
export function integration(ms: number): UsbSetup {
  return { request: op.setIntegrationMs, value: ms & 0xffff, index: (ms >> 16) & 0xff };
}

/** A time in µs of 40 bits: 16 in the value, 16 in the index, the top 8 in the first byte of an 8 byte data stage. */
export function wide(request: number, us: number): { setup: UsbSetup; data: Uint8Array } {
  const data = new Uint8Array(8);
  data[0] = Math.floor(us / 2 ** 32) & 0xff;
  return { setup: { request, value: us % 2 ** 16, index: Math.floor(us / 2 ** 16) % 2 ** 16 }, data };
}

/** An unsigned number, least significant byte first. */
export function littleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
}

/** The two that come the other way round: detector temperature and watchdog (§3.1). */
export function bigEndian(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}
