import { type KeyObject, sign, verify } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LithoscopeError } from "../contract/errors.ts";
import type { PackageTrust } from "../contract/model.ts";

/** Name of the signature's file in a package; it is the only file there that the manifest does not name. */
export const signatureFile = "signature.json";

/** More than any signature needs; a longer file is none. */
export const largestSignatureBytes = 4096;

/** A signature over the bytes of manifest.json, which holds the hash of every other file. */
const Signature = z.object({
  format: z.literal("lithoscope-signature/1"),
  /** Fingerprint of the key, to find it; what is trusted is the key itself. */
  key: z.string(),
  /** Ed25519, base64. */
  signature: z.base64(),
});

/** A public key that the operator of this machine trusts to publish packages. */
export interface EnrolledKey {
  readonly name: string;
  readonly fingerprint: string;
  readonly publicKey: KeyObject;
}

/** Who signs. */
export interface Signer {
  readonly privateKey: KeyObject;
  readonly fingerprint: string;
}

/** What can be published: a model package by its manifest, a mineral catalogue by its pack. */
export type Published = "model package" | "mineral catalogue";

/** What stands before the signed bytes: it keeps a signature from meaning anything elsewhere (a journal's head, say). */
const prefixes: Record<Published, string> = {
  "model package": "lithoscope model manifest\n",
  "mineral catalogue": "lithoscope mindb pack\n",
};

const signedBytes = (bytes: Uint8Array, what: Published): Uint8Array =>
  Buffer.concat([Buffer.from(prefixes[what]), bytes]);

/** The text of signature.json for the bytes of a manifest, or of a catalogue's pack. */
export function signatureText(
  bytes: Uint8Array,
  { privateKey, fingerprint }: Signer,
  what: Published = "model package",
): string {
  const signature = sign(null, signedBytes(bytes, what), privateKey).toString("base64");
  const content: z.infer<typeof Signature> = { format: "lithoscope-signature/1", key: fingerprint, signature };
  return `${JSON.stringify(content, undefined, 1)}\n`;
}

/**
 * Who signed the manifest of a package (or the pack of a catalogue) in that folder; `unsigned` without a signature. Throws package-key-unknown when the key is not
 * among those enrolled, package-signature-bad when the file is no signature, or not one of this manifest.
 */
export async function signatureOf(
  folder: string,
  manifest: Uint8Array,
  enrolled: readonly EnrolledKey[],
  what: Published = "model package",
): Promise<PackageTrust> {
  const bytes = await readFile(join(folder, signatureFile)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw signatureBad(folder, "it cannot be read", what);
  });
  if (bytes === undefined) return { kind: "unsigned" };
  const { key, signature } = parseSignature(bytes, folder, what);
  const signer = enrolled.find(({ fingerprint }) => fingerprint === key);
  if (signer === undefined) {
    throw new LithoscopeError(
      "package-key-unknown",
      `The ${what} in ${folder} is signed with the key ${key}, which is not enrolled on this machine.`,
      "Ask its publisher for the public key, compare the fingerprint, then: lithoscope key enroll PUBLIC.pem --name NAME.",
    );
  }
  if (!verify(null, signedBytes(manifest, what), signer.publicKey, Buffer.from(signature, "base64"))) {
    throw signatureBad(folder, `it is not the signature of ${signer.name} on this content`, what);
  }
  return { kind: "signed", by: signer.name, key };
}

function parseSignature(bytes: Uint8Array, folder: string, what: Published): z.infer<typeof Signature> {
  if (bytes.length > largestSignatureBytes) throw signatureBad(folder, "it is too long to be one", what);
  try {
    return Signature.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch {
    throw signatureBad(folder, `it does not have the form of one`, what);
  }
}

function signatureBad(folder: string, reason: string, what: Published): LithoscopeError {
  return new LithoscopeError(
    "package-signature-bad",
    `The signature of the ${what} in ${folder} is not good: ${reason}. One of the two was changed.`,
    "Get it again from its publisher. Do not use this copy.",
  );
}
