import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { LithoscopeError, toProblem } from "../../contract/errors.ts";
import { trustWords } from "../../contract/model.ts";
import { openPackage, readManifest, shippedPackageFolder, verifyFiles } from "../../inference/package.ts";
import { signatureFile, signatureText } from "../../inference/signature.ts";
import { nodeDisk, replaceFile } from "../journal/disk.ts";
import { enrolledKeys } from "../keys/enrolled.ts";
import { readSigner } from "../keys/privateKey.ts";
import {
  activatePackage,
  activeName,
  installedName,
  openActive,
  openInstalled,
  shippedName,
} from "../models/active.ts";
import { packFolder } from "../models/archive.ts";
import { installedNames } from "../models/folders.ts";
import { installPackage, removePackage } from "../models/install.ts";
import { chosenProvider, tryProviders } from "../models/provider.ts";
import { verifyPackage } from "../models/verify.ts";
import { dataOption } from "./dataOption.ts";
import { exitCodes } from "./exitCodes.ts";
import { compareCommand, evaluateCommand } from "./modelEvaluate.ts";
import { askPassphrase } from "./passphrase.ts";

/** `lithoscope model …`: the life of a model package, from the publisher's desk to the tablet. */
export function modelCommand(finish: (exitCode: number) => void): Command {
  const model = new Command("model").description("signs, verifies, installs, activates and compares model packages");
  model
    .command("verify")
    .description("checks hashes, signature and golden inputs of a package; changes nothing")
    .argument("<folder>", "the folder that holds manifest.json")
    .option("--json", "one JSON line for each statement")
    .addOption(dataOption())
    .addHelpText("after", "\nExit code 0 only if every statement holds, so that it could be installed here.")
    .action(async (folder: string, { data, json }: { data: string; json?: boolean }) => {
      let sound = true;
      for await (const { about, sentence, problem } of verifyPackage(folder, await enrolledKeys(data))) {
        sound &&= problem === undefined;
        const line = `${problem === undefined ? "ok  " : "BAD "} ${about.padEnd(8)} ${sentence}`;
        const record = { about, ok: problem === undefined, code: problem?.code, sentence };
        process.stdout.write(json ? `${JSON.stringify(record)}\n` : `${line}\n`);
      }
      if (!sound) finish(exitCodes.failed);
    });
  model
    .command("sign")
    .description(`writes ${signatureFile}: a signature over the manifest, which names the hash of every file`)
    .argument("<folder>", "the package")
    .requiredOption("--key <file>", "the publisher's private key (lithoscope key create)")
    .action(async (folder: string, { key }: { key: string }) => {
      const { bytes, manifest } = await readManifest(folder);
      await verifyFiles(folder, manifest); // nobody should vouch for what does not hold
      const signer = await readSigner(key, askPassphrase);
      await replaceFile(nodeDisk, join(folder, signatureFile), Buffer.from(signatureText(bytes, signer)));
      process.stdout.write(`Signed ${manifest.id} ${manifest.version} with the key ${signer.fingerprint}.\n`);
    });
  model
    .command("pack")
    .description("puts a package into one zip file, for transport")
    .argument("<folder>", "the package")
    .argument("<out.zip>", "the file to write; it must not be there yet")
    .action(async (folder: string, out: string) => {
      const bytes = await packFolder(folder);
      await writeFile(out, bytes, { flag: "wx" }).catch((error) => {
        throw notPacked(out, error);
      });
      process.stdout.write(`Wrote ${out}, ${(bytes.length / 1e6).toFixed(1)} MB.\n`);
    });
  model
    .command("install")
    .description("copies a package into the data folder, verifies it there and tries its golden inputs")
    .argument("<folder-or-zip>", "a signed package")
    .addOption(dataOption())
    .action(async (source: string, { data }: { data: string }) => {
      const { name, package: installed, added } = await installPackage(data, source);
      process.stdout.write(
        `${added ? "Installed" : "Already installed:"} ${name}. ${trustWords(installed.trust)}\nTo use it: lithoscope model activate ${name}\n`,
      );
    });
  model
    .command("list")
    .description("names the installed packages, and which one is active")
    .option("--json", "one JSON line for each package")
    .addOption(dataOption())
    .action(async ({ data, json }: { data: string; json?: boolean }) => {
      for (const entry of await listed(data)) {
        const text = `${entry.active ? "active" : "      "}  ${entry.name}  ${entry.sentence}`;
        process.stdout.write(json ? `${JSON.stringify(entry)}\n` : `${text}\n`);
      }
    });
  model
    .command("activate")
    .description(
      `uses an installed package from the next start on; "${shippedName}" goes back to the one that came with the app`,
    )
    .argument("<name>", "id or folder name, as model list shows it")
    .addOption(dataOption())
    .action(async (name: string, { data }: { data: string }) => {
      const { manifest, trust } = await activatePackage(data, name);
      process.stdout.write(
        `Active from the next start of Lithoscope on: ${manifest.id} ${manifest.version}. ${trustWords(trust)}\n`,
      );
    });
  model
    .command("remove")
    .description("takes an installed package away that is not active")
    .argument("<name>", "id or folder name, as model list shows it")
    .addOption(dataOption())
    .action(async (wanted: string, { data }: { data: string }) => {
      const name = await installedName(data, wanted);
      if (name === (await activeName(data))) {
        throw new LithoscopeError(
          "package-active",
          `${name} is the active package, so it was not removed.`,
          `Make another one active first, for example: lithoscope model activate ${shippedName}.`,
        );
      }
      await removePackage(data, name);
      process.stdout.write(`Removed ${name}.\n`);
    });
  model
    .command("provider")
    .description("says where the active package's graph runs on this machine, and why")
    .option("--try", "tries the graphics processors, each in a process of its own; holds from the next start on")
    .addOption(dataOption())
    .action(async ({ data, try: again }: { data: string; try?: boolean }) => {
      const { package: active } = await openActive(data);
      const { provider, reason } = await (again ? tryProviders(data, active) : chosenProvider(data, active));
      process.stdout.write(`${active.manifest.id} ${active.manifest.version} runs on ${provider}. ${reason}\n`);
    });
  model.addCommand(evaluateCommand()).addCommand(compareCommand());
  model.addHelpText(
    "after",
    `
Examples:
  lithoscope model sign my-package --key ~/keys/petrology-lab.pem
  lithoscope model pack my-package my-package.zip
  lithoscope model install my-package.zip
  lithoscope model activate my-package-1.0.0-1a2b3c4d
  lithoscope model activate ${shippedName}
  lithoscope model compare old-package new-package --batch SPOTS.jsonl --truth truth.json`,
  );
  return model;
}

interface Listed {
  name: string;
  active: boolean;
  usable: boolean;
  sentence: string;
}

async function listed(data: string): Promise<Listed[]> {
  const active = await activeName(data);
  const shipped = await openPackage(shippedPackageFolder, { allowUnsigned: false });
  const entries: Listed[] = [
    {
      name: shippedName,
      active: active === shippedName,
      usable: true,
      sentence: `${shipped.manifest.id} ${shipped.manifest.version}. ${trustWords(shipped.trust)}`,
    },
  ];
  const names = await installedNames(data);
  for (const name of active === shippedName || names.includes(active) ? names : [...names, active]) {
    const entry = { name, active: name === active };
    try {
      const { manifest, trust } = await openInstalled(data, name);
      entries.push({ ...entry, usable: true, sentence: `${manifest.id} ${manifest.version}. ${trustWords(trust)}` });
    } catch (error) {
      entries.push({ ...entry, usable: false, sentence: `Cannot be used: ${toProblem(error).sentence}` });
    }
  }
  return entries;
}

function notPacked(out: string, error: NodeJS.ErrnoException): LithoscopeError {
  return error.code === "EEXIST"
    ? new LithoscopeError("usage", `There is a file ${out} already.`, "Give another name, or move the old file away.")
    : new LithoscopeError("file-unreadable", `${out} cannot be written: ${error.message}.`, "Give another folder.");
}
