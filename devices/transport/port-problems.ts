import { LithoscopeError, type ProblemCode } from "../../contract/errors.ts";

interface Rule {
  code: ProblemCode;
  /** Words of the operating system, as serialport passes them on (reference/protocols.md §8.2, §8.4; node-serialport #253, #938). */
  says: RegExp;
  sentence: (path: string) => string;
  hint: string;
}

const rules: Rule[] = [
  {
    code: "port-busy",
    // "Access denied" is what Windows says of a COM port that another program holds.
    says: /cannot lock port|resource (temporarily unavailable|busy)|access (is )?denied/i,
    sentence: (path) => `Another program is using the port ${path}, so the instrument cannot be read.`,
    hint: "Close the other program (or the other Lithoscope). The connection is tried again by itself.",
  },
  {
    code: "port-denied",
    says: /permission denied|EACCES|operation not permitted/i,
    sentence: (path) => `This user may not open the port ${path}, so the instrument cannot be read.`,
    hint: "On Linux add the user to the group dialout (sudo usermod -aG dialout NAME) and log in again.",
  },
  {
    code: "port-not-found",
    says: /no such (file|device)|file not found|ENOENT|unknown error code (2|433)\b/i,
    sentence: (path) => `There is no port ${path}: the instrument is not plugged in, or it got another port.`,
    hint: "Plug the instrument in, or choose its port in Instruments.",
  },
  {
    code: "port-not-serial",
    says: /inappropriate ioctl|not a (tty|typewriter)|ENOTTY/i,
    sentence: (path) => `${path} is not a serial port.`,
    hint: "Choose the instrument's port in Instruments.",
  },
];

/** What the system said about a port, as a problem for people; what no rule knows becomes "port-failed". */
export function portProblem(path: string, error: Error): LithoscopeError {
  const rule = rules.find(({ says }) => says.test(error.message));
  return rule
    ? new LithoscopeError(rule.code, rule.sentence(path), rule.hint, { cause: error })
    : new LithoscopeError(
        "port-failed",
        `The port ${path} failed (${error.message}), so the instrument cannot be read.`,
        "Unplug the instrument and plug it in again; if it fails again, restart the machine.",
        { cause: error },
      );
}
