import { join } from "node:path";
import { z } from "zod";
import { LithoscopeError } from "../../contract/errors.ts";
import type { EnrolledKey } from "../../inference/signature.ts";
import { makeDurableDirectory, nodeDisk, readAll, replaceFile } from "../journal/disk.ts";
import { fingerprint, publicKeyFrom, publicPem } from "./ed25519.ts";

/** The list of publishers in a data folder: outside the journal, and public keys alone. */
const fileOf = (dataFolder: string): string => join(dataFolder, "publishers.json");

const Publishers = z.object({
  format: z.literal("lithoscope-publishers/1"),
  keys: z.array(z.object({ name: z.string().min(1), publicKey: z.string(), enrolledAt: z.iso.datetime() })),
});

/** An enrolled key with the time at which an operator trusted it. */
export interface Publisher extends EnrolledKey {
  readonly enrolledAt: string;
}

/** The keys whose packages this machine trusts, in the order of their enrolment. Throws key-invalid if the list is damaged. */
export async function enrolledKeys(dataFolder: string): Promise<Publisher[]> {
  const path = fileOf(dataFolder);
  if ((await nodeDisk.size(path)) === undefined) return [];
  try {
    const { keys } = Publishers.parse(JSON.parse(Buffer.from(await readAll(nodeDisk, path)).toString("utf8")));
    return keys.map(({ name, publicKey: pem, enrolledAt }) => {
      const publicKey = publicKeyFrom(pem);
      if (publicKey === undefined) throw new TypeError(`the key of ${name} is none`);
      return { name, enrolledAt, publicKey, fingerprint: fingerprint(publicKey) };
    });
  } catch (cause) {
    throw new LithoscopeError(
      "key-invalid",
      `The list of enrolled keys (${path}) cannot be read, so no signature can be checked.`,
      "Move the file away and enroll the publishers' keys again.",
      { cause },
    );
  }
}

/** Trusts the publisher's public key from now on. Throws key-invalid (no public key), key-exists (key or name taken). */
export async function enrollKey(dataFolder: string, pem: string, name: string): Promise<Publisher> {
  const publicKey = pem.includes("PRIVATE KEY") ? undefined : publicKeyFrom(pem);
  if (publicKey === undefined) {
    throw new LithoscopeError(
      "key-invalid",
      pem.includes("PRIVATE KEY")
        ? "This is a private key: it belongs to its publisher alone, and was not enrolled."
        : "This is not an Ed25519 public key in PEM form; nothing was enrolled.",
      "Give the publisher's public key (the file that ends in .public.pem).",
    );
  }
  const keys = await enrolledKeys(dataFolder);
  const key: Publisher = { name, publicKey, fingerprint: fingerprint(publicKey), enrolledAt: new Date().toISOString() };
  const taken = keys.find((k) => k.fingerprint === key.fingerprint || k.name === name);
  if (taken !== undefined) {
    throw new LithoscopeError(
      "key-exists",
      taken.fingerprint === key.fingerprint
        ? `This key is enrolled already, as ${taken.name}.`
        : `Another key is enrolled as ${name} (${taken.fingerprint}).`,
      taken.fingerprint === key.fingerprint
        ? "There is nothing to do."
        : "Give another name, or remove the old key first: lithoscope key remove.",
    );
  }
  await write(dataFolder, [...keys, key]);
  return key;
}

/** Trusts the key (by name or fingerprint) no longer. Throws key-unknown. */
export async function removeKey(dataFolder: string, nameOrFingerprint: string): Promise<Publisher> {
  const keys = await enrolledKeys(dataFolder);
  const gone = keys.find((k) => k.name === nameOrFingerprint || k.fingerprint === nameOrFingerprint);
  if (gone === undefined) {
    throw new LithoscopeError(
      "key-unknown",
      `No key is enrolled as ${nameOrFingerprint}.`,
      "See lithoscope key list for names and fingerprints.",
    );
  }
  await write(
    dataFolder,
    keys.filter((k) => k !== gone),
  );
  return gone;
}

async function write(dataFolder: string, keys: readonly Publisher[]): Promise<void> {
  const content: z.infer<typeof Publishers> = {
    format: "lithoscope-publishers/1",
    keys: keys.map(({ name, publicKey, enrolledAt }) => ({ name, publicKey: publicPem(publicKey), enrolledAt })),
  };
  await makeDurableDirectory(nodeDisk, dataFolder);
  await replaceFile(nodeDisk, fileOf(dataFolder), Buffer.from(`${JSON.stringify(content, undefined, 1)}\n`), 0o644);
}
