import { mkdirSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { isPageUrl, pageOrigin, pageResponse } from "./page.ts";
import { freshPageFolder } from "./testing/folders.ts";

const secret = "the journal is none of the page's business";
let folder: string;

beforeAll(() => {
  const parent = freshPageFolder();
  writeFileSync(join(parent, "secret.txt"), secret);
  folder = join(parent, "renderer");
  mkdirSync(join(folder, "assets"), { recursive: true });
  mkdirSync(`${folder}-old`);
  writeFileSync(join(`${folder}-old`, "secret.txt"), secret);
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>Lithoscope</title>");
  writeFileSync(join(folder, "assets/index.js"), "export {};");
});

describe("the page's own scheme", () => {
  it("serves the page at its root, with the policy that allows no origin but its own", async () => {
    const response = await pageResponse(folder, `${pageOrigin}/`);
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    const policy = response.headers.get("Content-Security-Policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'self';");
    expect(policy).not.toMatch(/unsafe|\*|https?:|wss?:/);
    expect(await response.text()).toContain("<title>Lithoscope</title>");
  });

  it("serves modules with the type that a browser runs", async () => {
    const response = await pageResponse(folder, `${pageOrigin}/assets/index.js?v=1#top`);
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("text/javascript; charset=utf-8");
  });

  it("finds nothing at folders, other hosts and names that do not decode", async () => {
    const nowhere = ["/assets", "/assets/", "/none.js", "/%", "/%00", "/index.html%00.js"].map((p) => pageOrigin + p);
    for (const url of [
      ...nowhere,
      "app://other/index.html",
      "app://lithoscope.evil/index.html",
      "file:///etc/passwd",
    ]) {
      const response = await pageResponse(folder, url);
      expect(response.status, url).toBe(404);
      expect(response.headers.get("Content-Security-Policy"), url).toContain("default-src 'none'");
    }
  });

  it("answers 404 to whatever climbs out of its folder, however it is written", async () => {
    const climb = fc.constantFrom(
      "..",
      "%2e%2e",
      ".%2E",
      "..%2f",
      "%2e%2e%2f",
      "..\\",
      "..%5c",
      ".",
      "%2e",
      "assets",
      "",
    );
    const target = fc.constantFrom("secret.txt", "renderer-old/secret.txt", "etc/passwd");
    await fc.assert(
      fc.asyncProperty(fc.array(climb, { minLength: 1, maxLength: 12 }), target, async (steps, file) => {
        const response = await pageResponse(folder, `${pageOrigin}/${steps.join("/")}/${file}`);
        expect(response.status).toBe(404);
        expect(await response.text()).not.toContain(secret);
      }),
    );
  });

  it("gives no neighbour whose name only begins like its folder's", async () => {
    const response = await pageResponse(folder, `${pageOrigin}/..%2f${folder.split(sep).at(-1)}-old%2fsecret.txt`);
    expect(response.status).toBe(404);
  });
});

describe("what counts as the page", () => {
  it.each([
    "app://lithoscope",
    "app://lithoscope.evil/",
    "app://lithoscope@evil/",
    "app://lithoscope:80/",
    "apps://lithoscope/",
    "blob:app://lithoscope/4f0c",
    "data:text/html,app://lithoscope/",
    "http://lithoscope/",
  ])("%s does not", (url) => {
    expect(isPageUrl(url)).toBe(false);
  });
});
