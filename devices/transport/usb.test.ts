import { describe, expect, it } from "vitest";
import { LithoscopeError } from "../../contract/errors.ts";
import { SimulatedUsbBus, SimulatedUsbDevice, type SimulatedUsbOptions } from "../simulators/usb/device.ts";
import { openUsb } from "./usb.ts";
import { listUsb, loadUsb, usbPath } from "./web-usb.ts";

const code = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: unknown) => (error instanceof LithoscopeError ? error.code : String(error)),
  );

const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => i % 251);

function plugged(options: Partial<SimulatedUsbOptions> = {}) {
  const bus = new SimulatedUsbBus();
  const device = new SimulatedUsbDevice({
    vendorId: 0x24aa,
    productId: 0x1000,
    serialNumber: "WP-00001",
    endpoints: [0x01, 0x82, 0x86],
    ...options,
  });
  bus.plugIn(device);
  return { bus, device, path: usbPath(device), load: async () => bus };
}

async function linked(options: Partial<SimulatedUsbOptions> = {}) {
  const { bus, device, path, load } = plugged(options);
  return { bus, device, link: await openUsb(path, load) };
}

describe("a USB path", () => {
  it("carries ids and serial number, or the socket where there is none", () => {
    expect(plugged().path).toBe("usb:24aa:1000:WP-00001");
    const ocean = new SimulatedUsbDevice({ vendorId: 0x2457, productId: 0x1002, endpoints: [], socket: "2.4" });
    expect(usbPath(ocean)).toBe("usb:2457:1002:@1-2.4");
  });
});

describe("the system's USB", () => {
  it("lists nothing, and rejects nothing, on a machine without a bus or without the package", async () => {
    const failing = async () => {
      throw new Error("getDevices error: /sys/bus/usb/devices/ not found");
    };
    expect(await listUsb(failing)).toEqual([]);
    expect(Array.isArray(await listUsb())).toBe(true);
    expect(await code(openUsb("usb:ffff:ffff:none", loadUsb))).toBe("port-not-found");
  });
});

describe("opening", () => {
  it("tells an absent instrument from one that another program holds", async () => {
    const { device, path, load } = plugged();
    expect(await code(openUsb("usb:24aa:1000:OTHER", load))).toBe("port-not-found");
    device.heldElsewhere = true;
    expect(await code(openUsb(path, load))).toBe("port-busy");
    device.heldElsewhere = false;
    expect(await code(openUsb(path, load))).toBe("no error");
  });

  it.each([
    ["open error: permission denied", "port-denied"],
    ["open error: NOT_SUPPORTED", "port-failed"],
    ["open error: something new", "port-failed"],
  ])("maps %s", async (message, expected) => {
    const { device, path, load } = plugged();
    device.open = async () => {
      throw new Error(message);
    };
    expect(await code(openUsb(path, load))).toBe(expected);
  });
});

describe("bulk transfers", () => {
  it.each([64, 512] as const)("come whole at %i bytes a packet, whatever their length", async (packetBytes) => {
    const { device, link } = await linked({ packetBytes });
    expect(link.packetBytes).toBe(packetBytes);
    for (const length of [1, 17, 63, 64, 65, 511, 512, 513, 2048, 4096, 4097, 7681]) {
      device.send(0x82, bytes(length));
      expect(await link.bulkIn(0x82, length, { timeoutMs: 500 })).toEqual(bytes(length));
    }
  });

  it("give a short transfer as it is, and keep the next for the next read", async () => {
    const { device, link } = await linked();
    device.send(0x82, bytes(100));
    device.send(0x82, bytes(2048));
    expect(await link.bulkIn(0x82, 2048, { timeoutMs: 500 })).toHaveLength(100);
    expect(await link.bulkIn(0x82, 2048, { timeoutMs: 500 })).toHaveLength(2048);
  });

  it("wait beyond one slice for the first packet, and end at the deadline", async () => {
    const { device, link } = await linked();
    const late = link.bulkIn(0x82, 512, { timeoutMs: 5000 });
    setTimeout(() => device.send(0x82, bytes(512)), 600);
    expect(await late).toHaveLength(512);
    const startMs = performance.now();
    expect(await code(link.bulkIn(0x82, 512, { timeoutMs: 300 }))).toBe("device-timeout");
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(299);
  });

  it("are cancelled at once, and what arrives for a cancelled read is nobody's", async () => {
    const { device, link } = await linked();
    const stop = new AbortController();
    const read = code(link.bulkIn(0x82, 512, { timeoutMs: 60_000, signal: stop.signal }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort();
    expect(await read).toBe("cancelled");
    device.send(0x82, bytes(100)); // within the slice that is still under way
    await link.drain(0x82, 400);
    expect(link.discardedBytes).toBe(100);
    device.send(0x82, bytes(512));
    expect(await link.bulkIn(0x82, 512, { timeoutMs: 500 })).toHaveLength(512);
  });

  it("go one after another on an endpoint, as the package demands", async () => {
    const { device, link } = await linked();
    const both = Promise.all([link.bulkIn(0x82, 64, { timeoutMs: 2000 }), link.bulkIn(0x82, 32, { timeoutMs: 2000 })]);
    device.send(0x82, bytes(64));
    device.send(0x82, bytes(32));
    expect((await both).map(({ length }) => length)).toEqual([64, 32]);
  });

  it("are refused on an endpoint that the device does not have, and after a stall work again", async () => {
    const { device, link } = await linked({ faults: [{ on: "bulkIn", which: 0x82, action: { kind: "stall" } }] });
    expect(await code(link.bulkIn(0x83, 64, { timeoutMs: 100 }))).toBe("port-failed");
    expect(await code(link.bulkOut(0x05, bytes(1)))).toBe("port-failed");
    device.send(0x82, bytes(64));
    expect(await code(link.bulkIn(0x82, 64, { timeoutMs: 500 }))).toBe("device-refused");
    device.send(0x82, bytes(64));
    expect(await link.bulkIn(0x82, 64, { timeoutMs: 500 })).toHaveLength(64);
  });
});

describe("control requests", () => {
  it("give the data stage, stall on what the device does not know, and time out on silence", async () => {
    const { device, link } = await linked({
      faults: [{ on: "controlIn", which: 0xbf, action: { kind: "silent" } }],
    });
    device.firmware = {
      controlIn: ({ request }) => (request === 0x01 ? undefined : Uint8Array.of(request, 2, 3)),
      controlOut: ({ value }) => value === 1,
    };
    const setup = { value: 0, index: 0 };
    expect(await link.controlIn({ ...setup, request: 0xc0 }, 3)).toEqual(Uint8Array.of(0xc0, 2, 3));
    expect(await code(link.controlIn({ ...setup, request: 0x01 }, 3))).toBe("device-refused");
    expect(await code(link.controlOut({ ...setup, request: 0xb2, value: 7 }))).toBe("device-refused");
    expect(await code(link.controlOut({ ...setup, request: 0xb2, value: 1 }))).toBe("no error");
    expect(await code(link.controlIn({ ...setup, request: 0xbf }, 3))).toBe("device-timeout");
  });
});

describe("a pulled cable", () => {
  it("ends every transfer under way, and tells the end once", async () => {
    const { device, link } = await linked({
      faults: [{ on: "controlIn", action: { kind: "silent" } }],
    });
    let ends = 0;
    link.onClosed(() => ends++);
    const waits = [
      code(link.bulkIn(0x82, 512, { timeoutMs: 60_000 })),
      code(link.bulkIn(0x86, 512, { timeoutMs: 60_000 })),
      code(link.controlIn({ request: 1, value: 0, index: 0 }, 8)),
    ];
    await new Promise((resolve) => setTimeout(resolve, 20));
    device.unplug();
    expect(await Promise.all(waits)).toEqual(Array(3).fill("device-disconnected"));
    expect(await code(link.bulkOut(0x01, bytes(1)))).toBe("device-disconnected");
    await link.close();
    expect(ends).toBe(1);
  });

  it("is noticed while nothing is transferred", async () => {
    const { device, link } = await linked();
    const ended = new Promise<LithoscopeError>((resolve) => link.onClosed(resolve));
    device.unplug();
    expect((await ended).code).toBe("device-disconnected");
  });

  it("is noticed in the middle of a transfer", async () => {
    const { device, link } = await linked({
      faults: [{ on: "bulkIn", action: { kind: "unplug", afterBytes: 1024 } }],
    });
    const read = code(link.bulkIn(0x82, 4096, { timeoutMs: 5000 }));
    device.send(0x82, bytes(4096));
    expect(await read).toBe("device-disconnected");
  });
});
