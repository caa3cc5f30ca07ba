import { pageHeaders, readPage } from "../station/page.ts";

export const pageScheme = "app";
/** The origin of the page, and the only one that exists for it. */
export const pageOrigin = `${pageScheme}://lithoscope`;

/** Whether a URL, in the canonical form in which Chromium reports it, is part of the page. */
export function isPageUrl(url: string): boolean {
  return url.startsWith(`${pageOrigin}/`);
}

/** Answers a request for a file of the built page; 404 for anything else, whatever the URL. */
export async function pageResponse(folder: string, url: string): Promise<Response> {
  const file = isPageUrl(url) ? await readPage(folder, new URL(url).pathname) : undefined;
  if (file !== undefined) return new Response(file.body, { headers: { ...pageHeaders, "Content-Type": file.type } });
  return new Response("There is nothing at this address.\n", {
    status: 404,
    headers: { ...pageHeaders, "Content-Type": "text/plain; charset=utf-8" },
  });
}
