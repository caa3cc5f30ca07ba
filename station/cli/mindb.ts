import { join } from "node:path";
import { Command } from "commander";
import type { MinDbPack } from "../../contract/mindb.ts";
import { signatureFile, signatureText } from "../../inference/signature.ts";
import { parsePack } from "../../mindb/pack.ts";
import { installCatalogue, loadCatalogue, removeCatalogue } from "../catalogue/installed.ts";
import { openSignedPack, packBytes } from "../catalogue/pack.ts";
import { nodeDisk, replaceFile } from "../journal/disk.ts";
import { enrolledKeys } from "../keys/enrolled.ts";
import { readSigner } from "../keys/privateKey.ts";
import { dataOption } from "./dataOption.ts";
import { askPassphrase } from "./passphrase.ts";

/** `lithoscope mindb …`: the mineral catalogue, from its publisher's desk to the tablet. */
export function mindbCommand(): Command {
  const mindb = new Command("mindb").description("signs, verifies and installs mineral catalogues");
  mindb
    .command("show")
    .description("tells which catalogue the next start uses")
    .addOption(dataOption())
    .action(async ({ data }: { data: string }) => {
      const { pack, signedBy, problem } = await loadCatalogue(data);
      process.stdout.write(`${inWords(pack)} ${signedBy ? `Signed by ${signedBy}.` : "It came with Lithoscope."}\n`);
      if (problem !== undefined) process.stdout.write(`${problem.sentence}\n${problem.hint}\n`);
    });
  mindb
    .command("verify")
    .description("checks a catalogue's signature and content; changes nothing")
    .argument("<folder>", "the folder that holds pack.json and signature.json")
    .addOption(dataOption())
    .action(async (folder: string, { data }: { data: string }) => {
      const { pack, signedBy } = await openSignedPack(folder, await enrolledKeys(data));
      process.stdout.write(`${inWords(pack)} Whole, and signed by ${signedBy}.\n`);
    });
  mindb
    .command("sign")
    .description(`writes ${signatureFile} beside pack.json`)
    .argument("<folder>", "the folder that holds pack.json")
    .requiredOption("--key <file>", "the publisher's private key (lithoscope key create)")
    .action(async (folder: string, { key }: { key: string }) => {
      const bytes = await packBytes(folder);
      const pack = parsePack(bytes.toString("utf8")); // nobody should vouch for what does not hold
      const signer = await readSigner(key, askPassphrase);
      const text = signatureText(bytes, signer, "mineral catalogue");
      await replaceFile(nodeDisk, join(folder, signatureFile), Buffer.from(text));
      process.stdout.write(`${inWords(pack)} Signed with the key ${signer.fingerprint}.\n`);
    });
  mindb
    .command("install")
    .description("replaces the catalogue by a signed one, from the next start on")
    .argument("<folder>", "the folder that holds pack.json and signature.json, on a stick for example")
    .addOption(dataOption())
    .action(async (folder: string, { data }: { data: string }) => {
      const { pack, signedBy } = await installCatalogue(data, folder);
      const now = await loadCatalogue(data);
      process.stdout.write(
        now.pack.version === pack.version
          ? `Installed: ${inWords(pack)} Signed by ${signedBy}. It is used from the next start of Lithoscope on.\n`
          : `Installed, but not used: ${inWords(pack)} The one that came with Lithoscope is newer (${now.pack.released}).\n`,
      );
    });
  mindb
    .command("remove")
    .description("goes back to the catalogue that came with Lithoscope, from the next start on")
    .addOption(dataOption())
    .action(async ({ data }: { data: string }) => {
      const removed = await removeCatalogue(data);
      process.stdout.write(removed ? "Removed.\n" : "No other catalogue is installed.\n");
    });
  mindb.addHelpText(
    "after",
    `
Examples:
  lithoscope mindb sign my-catalogue --key ~/keys/petrology-lab.pem
  lithoscope mindb verify /media/stick/my-catalogue
  lithoscope mindb install /media/stick/my-catalogue
  lithoscope mindb remove`,
  );
  return mindb;
}

const inWords = ({ version, released, entries }: MinDbPack): string =>
  `Mineral catalogue ${version} of ${released}, ${entries.length} minerals.`;
