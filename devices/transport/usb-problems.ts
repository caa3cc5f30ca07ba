import { LithoscopeError, type ProblemCode } from "../../contract/errors.ts";
import { disconnected } from "./transport.ts";

interface Rule {
  code: ProblemCode;
  /** Words of the `usb` package 3 (its nusb library), of the operating systems and of libusb. */
  says: RegExp;
  sentence: (path: string) => string;
  hint: string;
}

const rules: Rule[] = [
  {
    code: "port-not-found",
    says: /device not found|\/sys\/bus\/usb\/devices\/ not found|ENOENT/i,
    sentence: (path) => `There is no USB instrument ${path}: it is not plugged in, or this machine has no USB.`,
    hint: "Plug the instrument in; it is found by itself.",
  },
  {
    code: "port-busy",
    says: /\bbusy\b|already in use|already claimed|exclusive access/i,
    sentence: (path) => `Another program is using the USB instrument ${path}, so it cannot be read.`,
    hint: "Close the other program (or the other Lithoscope). The connection is tried again by itself.",
  },
  {
    code: "port-denied",
    says: /permission denied|access (is )?denied|EACCES|operation not permitted/i,
    sentence: (path) => `This user may not open the USB instrument ${path}, so it cannot be read.`,
    hint: "On Linux install the udev rules of docs/instruments.md, then unplug the instrument and plug it in again.",
  },
  {
    code: "port-failed",
    says: /not.?supported|unsupported|WinUSB/i,
    sentence: (path) => `The system has no usable driver for the USB instrument ${path}, so it cannot be read.`,
    hint: "On Windows give the instrument the WinUSB driver (docs/instruments.md says how).",
  },
  {
    code: "device-timeout",
    says: /cancell?ed|timed? ?out/i,
    sentence: (path) => `The instrument ${path} did not answer in time; no reading was made.`,
    hint: "Wait a few seconds and measure again. If it stays silent, unplug it and plug it in again.",
  },
  {
    code: "device-refused",
    says: /stall/i,
    sentence: (path) => `The instrument ${path} refused a request; no reading was made.`,
    hint: "Measure again. If it refuses again, unplug it and plug it in again.",
  },
  {
    code: "device-protocol",
    says: /hardware fault|protocol violation|overflow|babble|invalid/i,
    sentence: (path) => `The data of the instrument ${path} arrived damaged; they were not used.`,
    hint: "Use another cable or socket, without a hub. Then measure again.",
  },
];

/** What the package said about a device, as a problem for people; what no rule knows becomes "port-failed". */
export function usbProblem(path: string, cause: unknown): LithoscopeError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/disconnected|no such device|ENODEV|device.*(gone|removed)/i.test(message)) return disconnected(path, cause);
  const rule = rules.find(({ says }) => says.test(message));
  return rule
    ? new LithoscopeError(rule.code, rule.sentence(path), rule.hint, { cause })
    : new LithoscopeError(
        "port-failed",
        `The USB instrument ${path} failed (${message}), so it cannot be read.`,
        "Unplug the instrument and plug it in again; if it fails again, restart the machine.",
        { cause },
      );
}
