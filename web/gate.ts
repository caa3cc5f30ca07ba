import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

const cookieName = "lithoscope";

/** What a request may do. `enter` sets the cookie and sends the browser to the page without the token. */
export type Passage = { kind: "enter"; cookie: string } | { kind: "pass" } | { kind: "refuse"; sentence: string };

/**
 * Who may talk to the web host: only a browser on this machine that was opened with the token. The token works once and
 * becomes a cookie that scripts cannot read and other sites cannot send; Host and Origin are checked against DNS
 * rebinding and foreign pages.
 */
export class Gate {
  readonly #host: string;
  readonly #cookie = randomBytes(32).toString("hex");
  #token: string | undefined = randomBytes(32).toString("hex");

  /** @param host `127.0.0.1:port` as it stands in the Host header. */
  constructor(host: string) {
    this.#host = host;
  }

  /** The URL to open; it works once. */
  openingUrl(): string {
    this.#token = randomBytes(32).toString("hex");
    return `http://${this.#host}/?token=${this.#token}`;
  }

  /** Judges a request or a socket's upgrade. */
  judge(url: URL, headers: IncomingHttpHeaders, isSocket: boolean): Passage {
    if (headers.host !== this.#host) return { kind: "refuse", sentence: "This address is not Lithoscope's." };
    const ownOrigin = `http://${this.#host}`;
    if (headers.origin !== undefined && headers.origin !== ownOrigin) {
      return { kind: "refuse", sentence: "Another page may not talk to Lithoscope." };
    }
    if (isSocket && headers.origin !== ownOrigin)
      return { kind: "refuse", sentence: "Only Lithoscope's page may connect." };
    const token = url.searchParams.get("token");
    if (!isSocket && token !== null && this.#token !== undefined && equal(token, this.#token)) {
      this.#token = undefined;
      return { kind: "enter", cookie: `${cookieName}=${this.#cookie}; Path=/; HttpOnly; SameSite=Strict` };
    }
    if (cookiesOf(headers.cookie).some((value) => equal(value, this.#cookie))) return { kind: "pass" };
    return {
      kind: "refuse",
      sentence: "Open Lithoscope with the address that it printed when it started; the address works once.",
    };
  }
}

function cookiesOf(header: string | undefined): string[] {
  return (header ?? "")
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${cookieName}=`))
    .map((part) => part.slice(cookieName.length + 1));
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
