import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { LithoscopeError } from "../../contract/errors.ts";

/** For a machine where nobody can type: a build server that signs. */
const variable = "LITHOSCOPE_PASSPHRASE";

/** The passphrase from the environment, or typed at the terminal without an echo. Throws usage where neither is there. */
export async function askPassphrase(prompt = "Passphrase: "): Promise<string> {
  const given = process.env[variable];
  if (given !== undefined && given !== "") return given;
  if (!process.stdin.isTTY) {
    throw new LithoscopeError(
      "usage",
      "The key has a passphrase, and there is no terminal to ask for it.",
      `Run the command at a terminal, or set ${variable}.`,
    );
  }
  process.stderr.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await reader.question("");
  } finally {
    reader.close();
    process.stderr.write("\n");
  }
}

/** A passphrase for a new key, typed twice. Throws usage if it is empty or the two differ. */
export async function newPassphrase(): Promise<string> {
  const first = await askPassphrase();
  const again = await askPassphrase("The same again: ");
  if (first !== "" && first === again) return first;
  throw new LithoscopeError(
    "usage",
    first === "" ? "An empty passphrase protects nothing." : "The two passphrases differ.",
    "Run the command again. Without --passphrase the key has none.",
  );
}
