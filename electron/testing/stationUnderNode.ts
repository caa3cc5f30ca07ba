// Runs the built station under plain Node, playing the shell and the page:
//   node electron/testing/stationUnderNode.ts CONFIG BUNDLE
// Greets it, starts the demo instrument, lets go of the port and ends it. Prints what came back as one JSON line.
import { EventEmitter } from "node:events";
import { pathToFileURL } from "node:url";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { connect } from "../../contract/channel.ts";
import { overPort } from "../../contract/testing.ts";

/** A port of Node in the shape of Electron's MessagePortMain: messages come in an event with `data`. */
class PortMain extends EventEmitter {
  readonly #port: MessagePort;
  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.on("close", () => this.emit("close"));
  }
  postMessage(message: unknown): void {
    this.#port.postMessage(message);
  }
  start(): void {
    this.#port.on("message", (data) => this.emit("message", { data, ports: [] }));
  }
  close(): void {
    this.#port.close();
  }
}

const said: unknown[] = [];
const heard = new EventEmitter();
const parentPort = Object.assign(new EventEmitter(), {
  postMessage(message: unknown): void {
    said.push(structuredClone(message));
    heard.emit("message");
  },
});
Object.assign(process, { parentPort });

const word = (): Promise<unknown> => new Promise((resolve) => heard.once("message", resolve));
const started = word();
await import(pathToFileURL(process.argv[3] ?? "").href);
await started;

const { port1, port2 } = new MessageChannel();
parentPort.emit("message", { data: { type: "page", page: 1 }, ports: [new PortMain(port1)] });
const page = connect(overPort(port2));
const { host, model, catalogue } = await page.request("hello", {});
const ready = new Promise<string | undefined>((resolve) => {
  page.on("instruments", (instruments) => {
    const found = instruments.find(({ state }) => state === "ready");
    if (found) resolve(found.instrument?.serialNumber);
  });
});
await page.request("startDemo", {});
const demo = await ready;
const letGo = word();
port2.close();
await letGo;

process.on("exit", (code) => console.log(JSON.stringify({ said, host, model: model.id, catalogue, demo, code })));
parentPort.emit("message", { data: { type: "end" }, ports: [] });
