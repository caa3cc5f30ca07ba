import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { freshFolder } from "../testing/folders.ts";
import { publicPem } from "./ed25519.ts";
import { enrolledKeys, enrollKey, removeKey } from "./enrolled.ts";
import { createKey, readSigner } from "./privateKey.ts";

const nobody = async (): Promise<string> => {
  throw new Error("nobody was asked for a passphrase");
};
const newPem = () => publicPem(generateKeyPairSync("ed25519").publicKey);

describe("a publisher's key", () => {
  test("is two files: a private one for its owner alone, and the public half", async () => {
    const file = join(freshFolder(), "sub", "lab.pem");
    const made = await createKey(file, undefined);
    expect(made).toMatchObject({ privateFile: file, publicFile: file.replace("lab.pem", "lab.public.pem") });
    if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await readSigner(file, nobody)).fingerprint).toBe(made.fingerprint);
    expect(readFileSync(made.publicFile, "utf8")).not.toContain("PRIVATE");
  });

  test("with a passphrase opens with that one alone", async () => {
    const file = join(freshFolder(), "lab.pem");
    const { fingerprint } = await createKey(file, "regolith");
    expect(readFileSync(file, "utf8")).toContain("ENCRYPTED");
    expect((await readSigner(file, async () => "regolith")).fingerprint).toBe(fingerprint);
    await expect(readSigner(file, async () => "basalt")).rejects.toMatchObject({ code: "key-invalid" });
  });

  test("is never written over another file, nor half written when its public half has no place", async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, "lab.pem"), "precious");
    await expect(createKey(join(folder, "lab.pem"), undefined)).rejects.toMatchObject({ code: "key-exists" });
    expect(readFileSync(join(folder, "lab.pem"), "utf8")).toBe("precious");
    writeFileSync(join(folder, "b.public.pem"), "precious");
    await expect(createKey(join(folder, "b.pem"), undefined)).rejects.toMatchObject({ code: "key-exists" });
    expect(existsSync(join(folder, "b.pem"))).toBe(false);
  });

  test("does not come to lie in a source repository", async () => {
    const repository = freshFolder();
    mkdirSync(join(repository, ".git"));
    await expect(createKey(join(repository, "keys", "lab.pem"), undefined)).rejects.toMatchObject({
      code: "key-invalid",
    });
    expect(existsSync(join(repository, "keys"))).toBe(false);
  });

  test("of another kind does not sign", async () => {
    const file = join(freshFolder(), "rsa.pem");
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }));
    await expect(readSigner(file, nobody)).rejects.toMatchObject({ code: "key-invalid" });
  });
});

describe("the enrolled keys of a data folder", () => {
  test("are none at first, then those that were enrolled, until they are removed by name or fingerprint", async () => {
    const data = join(freshFolder(), "not", "yet", "there");
    expect(await enrolledKeys(data)).toEqual([]);
    const lab = await enrollKey(data, newPem(), "Petrology lab");
    const crew = await enrollKey(data, newPem(), "Crew");
    expect((await enrolledKeys(data)).map(({ name, fingerprint }) => [name, fingerprint])).toEqual([
      ["Petrology lab", lab.fingerprint],
      ["Crew", crew.fingerprint],
    ]);
    await removeKey(data, "Petrology lab");
    await removeKey(data, crew.fingerprint);
    expect(await enrolledKeys(data)).toEqual([]);
    await expect(removeKey(data, "Crew")).rejects.toMatchObject({ code: "key-unknown" });
  });

  test("take no key or name twice", async () => {
    const data = freshFolder();
    const pem = newPem();
    await enrollKey(data, pem, "Lab");
    await expect(enrollKey(data, pem, "Other")).rejects.toMatchObject({ code: "key-exists", message: /as Lab/ });
    await expect(enrollKey(data, newPem(), "Lab")).rejects.toMatchObject({ code: "key-exists" });
    expect(await enrolledKeys(data)).toHaveLength(1);
  });

  test("take no private key, and nothing that is no Ed25519 key", async () => {
    const data = freshFolder();
    const { privateKey } = generateKeyPairSync("ed25519");
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    await expect(enrollKey(data, pem, "Lab")).rejects.toMatchObject({ code: "key-invalid", message: /private key/ });
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    await expect(enrollKey(data, publicPem(publicKey), "Lab")).rejects.toMatchObject({ code: "key-invalid" });
    expect(existsSync(join(data, "publishers.json"))).toBe(false);
  });

  test("whose list is damaged are said to be so, rather than none", async () => {
    const data = freshFolder();
    writeFileSync(join(data, "publishers.json"), "{");
    await expect(enrolledKeys(data)).rejects.toMatchObject({ code: "key-invalid" });
  });
});
