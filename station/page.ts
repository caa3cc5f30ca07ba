import { readFile } from "node:fs/promises";
import { extname, join, resolve, sep } from "node:path";

/** The page may load and reach nothing but itself, whichever host serves it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src blob:", // voice notes, from the journal
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Headers of everything that a host serves. */
export const pageHeaders = {
  "Content-Security-Policy": contentSecurityPolicy,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
} as const;

const mediaTypes: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json; charset=utf-8",
};

/** The file of the built page at a URL's path (`/` is index.html); undefined for anything that is not one. */
export async function readPage(
  folder: string,
  pathname: string,
): Promise<{ body: Buffer<ArrayBuffer>; type: string } | undefined> {
  try {
    const name = decodeURIComponent(pathname);
    const path = join(resolve(folder), name === "/" ? "index.html" : name); // `join` also resolves what was hidden as %2e%2e%2f
    if (!path.startsWith(`${resolve(folder)}${sep}`)) return undefined;
    return { body: await readFile(path), type: mediaTypes[extname(path)] ?? "application/octet-stream" };
  } catch {
    return undefined; // not there, a folder, or no path at all
  }
}
