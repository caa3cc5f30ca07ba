import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { LithoscopeError } from "../../contract/errors.ts";
import { unreadable } from "../files.ts";
import { enrolledKeys, enrollKey, type Publisher, removeKey } from "../keys/enrolled.ts";
import { createKey } from "../keys/privateKey.ts";
import { dataOption } from "./dataOption.ts";
import { newPassphrase } from "./passphrase.ts";

/** `lithoscope key …`: who may publish model packages for this machine. */
export function keyCommand(): Command {
  const key = new Command("key").description("makes keys for publishers of model packages, and enrolls those to trust");
  key
    .command("create")
    .description("makes a publisher's key: the private half in FILE, the public half beside it")
    .argument("<file>", "where the private key goes; outside of any source repository")
    .option("--passphrase", "ask for a passphrase to encrypt it with")
    .action(async (file: string, options: { passphrase?: boolean }) => {
      const made = await createKey(file, options.passphrase ? await newPassphrase() : undefined);
      process.stdout.write(
        `Private key: ${made.privateFile} (keep it; whoever has it can publish in your name)\nPublic key:  ${made.publicFile} (give it to operators)\nFingerprint: ${made.fingerprint}\n`,
      );
    });
  key
    .command("enroll")
    .description("trusts packages signed with this key from now on")
    .argument("<public.pem>", "the publisher's public key")
    .requiredOption("--name <name>", "who the publisher is, as screens will say")
    .addOption(dataOption())
    .action(async (file: string, { name, data }: { name: string; data: string }) => {
      const trimmed = name.trim();
      if (trimmed === "" || trimmed.length > 80 || /\p{Cc}/u.test(trimmed)) {
        throw new LithoscopeError("usage", "The name must have 1 to 80 characters on one line.", "Give --name NAME.");
      }
      const pem = await readFile(file, "utf8").catch((error) => {
        throw unreadable(file, error);
      });
      const enrolled = await enrollKey(data, pem, trimmed);
      process.stdout.write(
        `Enrolled ${enrolled.name}, fingerprint ${enrolled.fingerprint}.\nCompare the fingerprint with the publisher's; if it differs: lithoscope key remove ${enrolled.fingerprint}\n`,
      );
    });
  key
    .command("list")
    .description("names the enrolled keys")
    .option("--json", "one JSON line for each key")
    .addOption(dataOption())
    .action(async ({ data, json }: { data: string; json?: boolean }) => {
      const keys = await enrolledKeys(data);
      for (const one of keys) process.stdout.write(json ? `${JSON.stringify(plain(one))}\n` : `${line(one)}\n`);
      if (keys.length === 0 && !json) process.stdout.write("No key is enrolled. Only the shipped model is trusted.\n");
    });
  key
    .command("remove")
    .description("trusts a key no longer; an active package signed with it is not used from the next start on")
    .argument("<name-or-fingerprint>", "as key list shows it")
    .addOption(dataOption())
    .action(async (wanted: string, { data }: { data: string }) => {
      const gone = await removeKey(data, wanted);
      process.stdout.write(`${gone.name} (${gone.fingerprint}) is trusted no longer.\n`);
    });
  key.addHelpText(
    "after",
    `
Examples:
  lithoscope key create ~/keys/petrology-lab.pem --passphrase
  lithoscope key enroll petrology-lab.public.pem --name "Petrology lab"
  lithoscope key remove "Petrology lab"`,
  );
  return key;
}

const plain = ({ name, fingerprint, enrolledAt }: Publisher) => ({ name, fingerprint, enrolledAt });

const line = ({ name, fingerprint, enrolledAt }: Publisher): string =>
  `${fingerprint}  ${name}  (enrolled ${enrolledAt.slice(0, 10)})`;
