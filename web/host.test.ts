import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Channel, type Client, connect } from "../contract/channel.ts";
import { decode, encode } from "../contract/wire.ts";
import { readPage } from "../station/page.ts";
import { startWebHost, type WebHost } from "./host.ts";

const pageFolder = join(import.meta.dirname, "../out/renderer");
const isBuilt = (await readPage(pageFolder, "/")) !== undefined;
const title = `the web host${isBuilt ? "" : " (skipped: the page is not built, npm run build)"}`;

/** What the host told, and a way to wait for the next of it. */
const told: { event: "ready" | "died" | "failed"; pid?: number }[] = [];
let heard = () => {};
function until(event: "ready" | "died", count: number): Promise<void> {
  return new Promise((resolve) => {
    heard = () => {
      if (told.filter((t) => t.event === event).length >= count) resolve();
    };
    heard();
  });
}
function tell(what: (typeof told)[number]): void {
  told.push(what);
  heard();
}

let dataFolder: string;
let host: WebHost;
let origin: string;
let cookie: string;
beforeAll(async () => {
  if (!isBuilt) return;
  dataFolder = mkdtempSync(join(tmpdir(), "lithoscope-web-"));
  host = await startWebHost(
    { host: "web", dataFolder, instruments: [] },
    {
      onReady: (pid) => tell({ event: "ready", pid }),
      onDied: () => tell({ event: "died" }),
      onFailed: () => tell({ event: "failed" }),
    },
  );
  origin = new URL(host.url).origin;
  await until("ready", 1);
});
afterAll(async () => {
  if (!isBuilt) return;
  await host.close();
  rmSync(dataFolder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${origin}${path}`, { headers, redirect: "manual" });

/** Status of a request whose path and Host header are sent as they are given; fetch would tidy them up. */
function rawStatus(path: string, headers: Record<string, string>): Promise<number | undefined> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    httpRequest({ hostname, port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

function openSocket(headers: Record<string, string>): Promise<WebSocket> {
  const socket = new WebSocket(`${origin.replace("http", "ws")}/station`, { headers });
  return new Promise((resolve, reject) => socket.once("open", () => resolve(socket)).once("error", reject));
}

const refused = (headers: Record<string, string>) =>
  openSocket(headers).then(
    () => "opened",
    (error: Error) => error.message,
  );

function client(socket: WebSocket): Client {
  const channel: Channel = {
    send: (message) => socket.send(encode(message)),
    listen(onMessage, onClosed) {
      socket.on("message", (data) => onMessage(decode(data.toString())));
      socket.on("close", onClosed);
    },
    close: () => socket.close(),
  };
  return connect(channel);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

// The tests build on one another, as a person's way through the door does.
test.skipIf(!isBuilt)(
  `${title}: nothing is shown without the token; the token opens once and becomes a cookie`,
  async () => {
    expect((await get("/")).status).toBe(403);
    expect(await (await get("/?token=0000")).text()).toContain("the address works once");
    const { pathname, search } = new URL(host.url);
    const entered = await get(pathname + search);
    expect(entered.status).toBe(303);
    expect(entered.headers.get("location")).toBe("/");
    cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect((await get(pathname + search)).status).toBe(403);
    const page = await get("/", { cookie });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("Lithoscope");
  },
);

test.skipIf(!isBuilt)(`${title}: every answer carries the policy that allows no origin but its own`, async () => {
  for (const answer of [await get("/"), await get("/", { cookie }), await get("/none", { cookie })]) {
    const policy = answer.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  }
});

test.skipIf(!isBuilt)(`${title}: paths that lead out of the page's folder are not there`, async () => {
  const climbs = [
    "/../../package.json",
    "/..%2f..%2fpackage.json",
    "/%2e%2e/%2e%2e/package.json",
    "/%",
    "/%00",
    "/assets",
  ];
  const { host: own } = new URL(origin);
  for (const path of climbs) expect(await rawStatus(path, { cookie, host: own }), path).toBe(404);
});

test.skipIf(!isBuilt)(`${title}: another Host or Origin is refused, with the cookie too`, async () => {
  const { host: own } = new URL(origin);
  expect(await rawStatus("/", { cookie, host: own })).toBe(200);
  expect(await rawStatus("/", { cookie, host: "evil.example" })).toBe(403);
  expect(await rawStatus("/", { cookie, host: own, origin: "http://evil.example" })).toBe(403);
  expect(await refused({ cookie, origin: "http://evil.example" })).toContain("403");
  expect(await refused({ cookie })).toContain("403");
  expect(await refused({ origin })).toContain("403");
});

test.skipIf(!isBuilt)(`${title}: a request that is no address is refused and harms nobody`, async () => {
  const { host: own, hostname, port } = new URL(origin);
  expect(await rawStatus("//", { host: own })).toBe(400);
  const upgrade = { connection: "Upgrade", upgrade: "websocket" };
  expect(await rawStatus("//", { host: own, ...upgrade })).toBe(403);
  // Whoever is refused may be gone before the refusal arrives.
  const rude = connectTcp(Number(port), hostname);
  rude.write("GET /station HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  rude.resetAndDestroy();
  expect((await get("/", { cookie })).status).toBe(200);
});

test.skipIf(!isBuilt)(
  `${title}: the page's socket ends with the station; after the restart a new one finds everything`,
  async () => {
    const socket = await openSocket({ cookie, origin });
    const page = client(socket);
    const hello = await page.request("hello", {});
    const { sampleId } = await page.request("createSample", { name: "LZ-07" });

    process.kill(told[0]?.pid ?? 0, "SIGKILL");
    // A page that goes on talking to a station that is dying: nobody has noticed yet.
    const unanswered = Array.from({ length: 50 }, () => page.request("hello", {}).catch(({ code }) => code));
    await page.closed;
    expect(await Promise.all(unanswered)).toContain("station-gone");
    await until("ready", 2);

    const again = client(await openSocket({ cookie, origin }));
    const now = await again.request("hello", {});
    expect(now.instanceId).not.toBe(hello.instanceId);
    expect(now.session.sessionId).toBe(hello.session.sessionId);
    const { lines } = await again.request("eventsSince", { sessionId: now.session.sessionId, afterSeq: 0 });
    expect(lines.some(({ event }) => event.kind === "sample-created" && event.sampleId === sampleId)).toBe(true);
  },
);

test.skipIf(!isBuilt)(
  `${title}: a page that does not speak the language is cut off, and the others are not`,
  async () => {
    const other = client(await openSocket({ cookie, origin }));
    const socket = await openSocket({ cookie, origin });
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.send("{");
    await closed;
    expect(await other.request("instruments", {})).toEqual([]);
  },
);

test.skipIf(!isBuilt)(`${title}: closed, it ends its station and its pages`, async () => {
  const pid = told.findLast(({ event }) => event === "ready")?.pid ?? 0;
  const page = client(await openSocket({ cookie, origin }));
  expect(isAlive(pid)).toBe(true);
  await host.close();
  await page.closed;
  expect(isAlive(pid)).toBe(false);
  await expect(get("/")).rejects.toThrow();
  expect(told.map(({ event }) => event)).toEqual(["ready", "died", "ready"]);
});
