import { createHash, createPublicKey, type KeyObject } from "node:crypto";

/** SPKI in PEM. */
export const publicPem = (key: KeyObject): string => key.export({ type: "spki", format: "pem" }).toString();

/** The Ed25519 public key in a PEM text; undefined when there is none. */
export function publicKeyFrom(text: string): KeyObject | undefined {
  try {
    const key = createPublicKey(text);
    return key.asymmetricKeyType === "ed25519" ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Short name of a public key (first 64 bits of the SHA-256 of its SPKI), for people to compare. */
export const fingerprint = (publicKey: KeyObject): string =>
  createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("hex")
    .slice(0, 16)
    .replace(/(.{4})(?=.)/g, "$1-");
