import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { join } from "node:path";
import { LithoscopeError } from "../../contract/errors.ts";
import { type Disk, readAll, replaceFile } from "./disk.ts";
import { lockedByOther } from "./problems.ts";

/** A place in the chain: line number and its hash. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** The Ed25519 key of this tablet. It never leaves the key folder. */
export interface DeviceKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Reads the tablet's key, or makes it on first start. Throws `journal-not-written` when the file holds no such key. */
export async function deviceKey(disk: Disk, keyFolder: string): Promise<DeviceKey> {
  const path = join(keyFolder, "device-key.pem");
  if ((await disk.size(path)) === undefined) await makeKey(disk, keyFolder, path);
  // The process that made it may have died before its name was durable.
  await disk.syncDirectory(keyFolder);
  try {
    const privateKey = createPrivateKey(Buffer.from(await readAll(disk, path)));
    if (privateKey.asymmetricKeyType !== "ed25519") throw new TypeError("not an Ed25519 key");
    return { privateKey, publicKey: createPublicKey(privateKey) };
  } catch (cause) {
    throw new LithoscopeError(
      "journal-not-written",
      `The tablet's own key (${path}) cannot be read, so no journal can be signed.`,
      "Restore the file from a backup, or move it away: a new key is made at the next start. Older sessions stay readable.",
      { cause },
    );
  }
}

async function makeKey(disk: Disk, keyFolder: string, path: string): Promise<void> {
  const unlock = await disk.lock(keyFolder);
  if (unlock === undefined) throw lockedByOther("The tablet's key folder");
  try {
    if ((await disk.size(path)) !== undefined) return; // made by the one who held the lock before
    const { privateKey } = generateKeyPairSync("ed25519");
    const text = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    await replaceFile(disk, path, Buffer.from(text), 0o600);
  } finally {
    await unlock();
  }
}

/** What is signed. The prefix keeps a signature from meaning anything elsewhere. */
const signedText = (sessionId: string, head: Head): Uint8Array =>
  Buffer.from(`lithoscope journal head\n${sessionId}\n${head.seq}\n${head.hash}\n`);

/** Ed25519 over the head of the chain, hex. */
export const signHead = (key: DeviceKey, sessionId: string, head: Head): string =>
  sign(null, signedText(sessionId, head), key.privateKey).toString("hex");

export const isSignedBy = (publicKey: KeyObject, sessionId: string, head: Head, signature: string): boolean =>
  verify(null, signedText(sessionId, head), publicKey, Buffer.from(signature, "hex"));
