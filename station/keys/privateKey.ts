import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readFile, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { LithoscopeError } from "../../contract/errors.ts";
import type { Signer } from "../../inference/signature.ts";
import { unreadable } from "../files.ts";
import { nodeDisk } from "../journal/disk.ts";
import { fingerprint, publicPem } from "./ed25519.ts";

/** What {@link createKey} made. */
export interface CreatedKey {
  readonly privateFile: string;
  readonly publicFile: string;
  readonly fingerprint: string;
}

/**
 * A new Ed25519 key for a publisher of packages: the private half at `path`, readable by its owner alone and encrypted
 * when there is a passphrase (PKCS #8, AES-256), the public half beside it. No file is ever overwritten, and a place
 * below a source repository is refused: what lies there is soon copied to others. Throws key-exists, key-invalid.
 */
export async function createKey(path: string, passphrase: string | undefined): Promise<CreatedKey> {
  const privateFile = resolve(path);
  const publicFile = `${privateFile.replace(/\.pem$/, "")}.public.pem`;
  const repository = repositoryAround(dirname(privateFile));
  if (repository !== undefined) {
    throw new LithoscopeError(
      "key-invalid",
      `No private key was made: ${privateFile} would lie in the source repository ${repository}.`,
      "Give a file outside of it, for example on a stick that only the publisher holds.",
    );
  }
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const secret = passphrase === undefined ? {} : { cipher: "aes-256-cbc", passphrase };
  await mkdir(dirname(privateFile), { recursive: true });
  await writeNew(privateFile, privateKey.export({ type: "pkcs8", format: "pem", ...secret }).toString(), 0o600);
  try {
    await writeNew(publicFile, publicPem(publicKey), 0o644);
  } catch (error) {
    await unlink(privateFile); // a key without its public half is of no use
    throw error;
  }
  return { privateFile, publicFile, fingerprint: fingerprint(publicKey) };
}

/** The folder of the source repository that `folder` lies in. */
function repositoryAround(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : repositoryAround(parent);
}

/** A new file, durably; what is there already is never replaced. (No rename or link, so that a FAT stick will do.) */
async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, "wx", mode).catch((error) => {
    throw error.code === "EEXIST" ? keyExists(path) : error;
  });
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await unlink(path);
    throw error;
  } finally {
    await file.close();
  }
  await nodeDisk.syncDirectory(dirname(path));
}

/** The private key in a file, for signing. `askPassphrase` is called if it is encrypted. Throws key-invalid. */
export async function readSigner(path: string, askPassphrase: () => Promise<string>): Promise<Signer> {
  const pem = await readFile(path, "utf8").catch((error) => {
    throw unreadable(path, error);
  });
  const encrypted = pem.includes("BEGIN ENCRYPTED PRIVATE KEY");
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey({ key: pem, ...(encrypted && { passphrase: await askPassphrase() }) });
  } catch (cause) {
    if (cause instanceof LithoscopeError) throw cause;
    throw new LithoscopeError(
      "key-invalid",
      encrypted
        ? `The key in ${path} could not be opened with this passphrase.`
        : `There is no private key in ${path}.`,
      encrypted ? "Type the passphrase again." : "Give the private key that lithoscope key create made.",
      { cause },
    );
  }
  if (privateKey.asymmetricKeyType !== "ed25519") {
    throw new LithoscopeError(
      "key-invalid",
      `The key in ${path} is not an Ed25519 key.`,
      "Make one with lithoscope key create.",
    );
  }
  return { privateKey, fingerprint: fingerprint(createPublicKey(privateKey)) };
}

function keyExists(path: string): LithoscopeError {
  return new LithoscopeError(
    "key-exists",
    `There is a file ${path} already, and a key is never overwritten.`,
    "Give another name, or move the old file away.",
  );
}
