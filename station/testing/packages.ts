import { createHash } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { shippedPackageFolder } from "../../inference/package.ts";
import { signatureText } from "../../inference/signature.ts";
import { enrollKey } from "../keys/enrolled.ts";
import { createKey, readSigner } from "../keys/privateKey.ts";
import { freshFolder } from "./folders.ts";

type Json = Record<string, unknown>;

/** Changes that make another package of the shipped one. */
export interface Changes {
  readonly manifest?: Json;
  /** Edits the golden inputs in place. */
  readonly golden?: (golden: { cases: { probabilities: Record<string, number>; unknown: number }[] }) => void;
}

/** A package that is whole, answers as the shipped one does, and is not it: nobody vouches for it. */
export function anotherPackage({ manifest = {}, golden }: Changes = {}): string {
  const folder = join(freshFolder(), "package");
  cpSync(shippedPackageFolder, folder, { recursive: true });
  const path = join(folder, "manifest.json");
  const content = JSON.parse(readFileSync(path, "utf8")) as Json & { files: Json };
  if (golden !== undefined) {
    const file = join(folder, "golden.json");
    const cases = JSON.parse(readFileSync(file, "utf8"));
    golden(cases);
    const bytes = Buffer.from(JSON.stringify(cases));
    writeFileSync(file, bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    content.files = { ...content.files, "golden.json": { sha256, bytes: bytes.length } };
  }
  writeFileSync(path, JSON.stringify({ ...content, id: "other", ...manifest }));
  return folder;
}

/** A publisher with a key of its own. */
export interface TestPublisher {
  readonly publicPem: string;
  sign(folder: string): Promise<void>;
}

export async function newPublisher(): Promise<TestPublisher> {
  const { privateFile, publicFile } = await createKey(join(freshFolder(), "key.pem"), undefined);
  const signer = await readSigner(privateFile, async () => "");
  return {
    publicPem: readFileSync(publicFile, "utf8"),
    async sign(folder) {
      const manifest = readFileSync(join(folder, "manifest.json"));
      writeFileSync(join(folder, "signature.json"), signatureText(manifest, signer));
    },
  };
}

/** A data folder that trusts a new publisher, and a package of that publisher. */
export async function signedPackage(changes: Changes = {}) {
  const dataFolder = freshFolder();
  const publisher = await newPublisher();
  await enrollKey(dataFolder, publisher.publicPem, "Petrology lab");
  const folder = anotherPackage(changes);
  await publisher.sign(folder);
  return { dataFolder, folder, publisher };
}
