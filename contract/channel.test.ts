import { MessageChannel } from "node:worker_threads";
import { expect, test, vi } from "vitest";
import { connect, type Handlers, serve } from "./channel.ts";
import { LithoscopeError } from "./errors.ts";
import { overPort } from "./testing.ts";

function pair(handlers: Partial<Handlers>) {
  const { port1, port2 } = new MessageChannel();
  const peer = serve(overPort(port1), handlers as Handlers, () => {});
  return { peer, client: connect(overPort(port2)), stationPort: port1, pagePort: port2 };
}

test("a request reaches its handler and the reply comes back", async () => {
  const { client, pagePort } = pair({ createSample: async ({ name = "" }) => ({ sampleId: `id of ${name}`, name }) });
  await expect(client.request("createSample", { name: "LZ-07" })).resolves.toEqual({
    sampleId: "id of LZ-07",
    name: "LZ-07",
  });
  pagePort.close();
});

test("a request that does not fit the schema never reaches the handler", async () => {
  const createSample = vi.fn();
  const { client, pagePort } = pair({ createSample });
  await expect(client.request("createSample", { name: "" })).rejects.toMatchObject({ code: "request-invalid" });
  expect(createSample).not.toHaveBeenCalled();
  pagePort.close();
});

test("what is not in the API cannot be called, not even what every object inherits", async () => {
  const { client, pagePort } = pair({});
  for (const call of ["format", "toString", "constructor"]) {
    await expect(client.request(call as "hello", {})).rejects.toMatchObject({ code: "request-unknown" });
  }
  pagePort.close();
});

test("an error crosses with its code, sentence and hint; a defect becomes internal", async () => {
  const { client, pagePort } = pair({
    stopLight: async () => {
      throw new LithoscopeError("light-not-confirmed", "The light is not confirmed off.", "Switch it off by hand.");
    },
    instruments: async () => {
      throw new TypeError("x is undefined");
    },
  });
  await expect(client.request("stopLight", {})).rejects.toMatchObject({
    code: "light-not-confirmed",
    hint: "Switch it off by hand.",
  });
  await expect(client.request("instruments", {})).rejects.toMatchObject({ code: "internal" });
  pagePort.close();
});

test("replies find their own request when they come in another order", async () => {
  const gates = new Map<string, () => void>();
  const { client, pagePort } = pair({
    createSample: ({ name = "" }) => new Promise((resolve) => gates.set(name, () => resolve({ sampleId: name, name }))),
  });
  const [a, b] = [client.request("createSample", { name: "A" }), client.request("createSample", { name: "B" })];
  await vi.waitUntil(() => gates.size === 2);
  gates.get("B")?.();
  await expect(b).resolves.toMatchObject({ sampleId: "B" });
  gates.get("A")?.();
  await expect(a).resolves.toMatchObject({ sampleId: "A" });
  pagePort.close();
});

test("what the station tells reaches every listener until it leaves", async () => {
  const { client, peer, pagePort } = pair({});
  const heard: string[] = [];
  const leave = client.on("progress", (p) => heard.push(`first ${p.state}`));
  client.on("progress", (p) => heard.push(`second ${p.state}`));
  peer.tell("progress", { state: "idle" });
  await vi.waitUntil(() => heard.length === 2);
  leave();
  peer.tell("progress", { state: "idle" });
  await vi.waitUntil(() => heard.length === 3);
  expect(heard).toEqual(["first idle", "second idle", "second idle"]);
  pagePort.close();
});

test("when the station goes, waiting and later requests are rejected as station-gone", async () => {
  const { client, stationPort } = pair({ measure: () => new Promise(() => {}) });
  const waiting = client.request("measure", { spotId: "01ARZ3NDEKTSV4RRFFQ69G5FAV" });
  stationPort.close();
  await expect(waiting).rejects.toMatchObject({ code: "station-gone" });
  await client.closed;
  await expect(client.request("hello", {})).rejects.toMatchObject({ code: "station-gone" });
});
