import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { LithoscopeError } from "../contract/errors.ts";
import type { StationConfig } from "../station/config.ts";
import { pageHeaders, readPage } from "../station/page.ts";
import { Gate } from "./gate.ts";
import { Supervisor, type SupervisorEvents } from "./supervisor.ts";

/** The built page. */
const pageFolder = fileURLToPath(new URL("../out/renderer", import.meta.url));

/** Largest message a page may send: a spectrum file of 64 MB in base64, with room. */
const longestMessageBytes = 96 * 1024 * 1024;

export interface WebHost {
  /** Opens the page once. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the page and the station on 127.0.0.1 at a random port (or `port`), to a browser on this machine alone. */
export async function startWebHost(config: StationConfig, events: SupervisorEvents, port = 0): Promise<WebHost> {
  if ((await readPage(pageFolder, "/")) === undefined) {
    throw new LithoscopeError(
      "file-not-found",
      "The page is not built yet.",
      "Run npm start, which builds it, or npm run build.",
    );
  }
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(
        new LithoscopeError(
          "port-busy",
          `Port ${port} cannot be used: ${error.message}.`,
          "Leave out --port: a free one is taken.",
        ),
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address() as AddressInfo;
  const gate = new Gate(`127.0.0.1:${address.port}`);
  const supervisor = new Supervisor(config, events);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: longestMessageBytes });

  server.on("request", (request, response) => void serve(gate, request, response));
  server.on("upgrade", (request, socket, head) => {
    const url = urlOf(request);
    if (url?.pathname !== "/station" || gate.judge(url, request.headers, true).kind !== "pass") {
      socket.on("error", () => socket.destroy()); // whoever was refused may be gone already
      socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (page) => {
      const link = supervisor.open({
        onText: (text) => page.send(text),
        onClosed: () => page.close(1012, "station stopped"),
      });
      if (link === undefined) return page.close(1013, "station starting");
      page.on("message", (data) => link.send(data.toString()));
      page.on("close", () => link.close());
      page.on("error", () => link.close());
    });
  });
  supervisor.start();
  return {
    url: gate.openingUrl(),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const page of sockets.clients) page.terminate();
      await supervisor.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** null for what is no address, such as "//": anybody on this machine can send it. */
function urlOf(request: IncomingMessage): URL | null {
  return URL.parse(request.url ?? "/", "http://127.0.0.1");
}

async function serve(gate: Gate, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = urlOf(request);
  for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  if (url === null) {
    response.writeHead(400).end();
    return;
  }
  const passage = gate.judge(url, request.headers, false);
  if (passage.kind === "refuse") {
    response.writeHead(403, { "Content-Type": "text/plain; charset=utf-8" }).end(`${passage.sentence}\n`);
    return;
  }
  if (passage.kind === "enter") {
    response.writeHead(303, { "Set-Cookie": passage.cookie, Location: "/" }).end();
    return;
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { Allow: "GET, HEAD" }).end();
    return;
  }
  const file = await readPage(pageFolder, url.pathname);
  if (file !== undefined) response.writeHead(200, { "Content-Type": file.type }).end(file.body);
  else
    response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" }).end("There is nothing at this address.\n");
}
