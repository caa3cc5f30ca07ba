import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { extraPorts, merged, sysfsPorts } from "./list.ts";

const root = mkdtempSync(join(tmpdir(), "lithoscope-ports-"));
afterAll(() => rmSync(root, { recursive: true }));

function put(path: string, content = ""): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** The kernel's tree as it is with an FTDI cable, an on-board port, a phantom one and a console. */
const usb = "devices/pci/usb1/1-2";
put(`${usb}/idVendor`, "0403\n");
put(`${usb}/idProduct`, "6001\n");
put(`${usb}/serial`, "FT7X2K\n");
put(`${usb}/manufacturer`, "FTDI\n");
put(`${usb}/product`, "TTL-232R\n");
put(`${usb}/1-2:1.0/ttyUSB0/port_number`, "0");
put("devices/platform/serial8250/x");
for (const [name, device] of [
  ["ttyUSB0", `${usb}/1-2:1.0/ttyUSB0`],
  ["ttyS0", "devices/platform/serial8250"],
  ["ttyS1", "devices/platform/serial8250"],
] as const) {
  mkdirSync(join(root, "class", name), { recursive: true });
  symlinkSync(join(root, device), join(root, "class", name, "device"));
  put(`dev/${name}`);
}
put("class/ttyS0/type", "4\n");
put("class/ttyS1/type", "0\n");
put("class/tty0/dev", "4:0\n");

describe("the ports of a Linux machine", () => {
  it("are those with hardware behind them, with the adapter's own serial number", () => {
    expect(sysfsPorts(join(root, "class"), join(root, "dev"))).toEqual([
      { path: join(root, "dev/ttyS0"), link: "serial" },
      {
        path: join(root, "dev/ttyUSB0"),
        link: "serial",
        usb: { vendorId: 0x0403, productId: 0x6001 },
        adapter: "FT7X2K",
        label: "FTDI TTL-232R",
      },
    ]);
  });

  it("are none where there is no such tree", () => {
    expect(sysfsPorts(join(root, "nowhere"), "/dev")).toEqual([]);
  });
});

describe("ports that a person names", () => {
  it("are there while they exist; of a folder only links that lead somewhere", () => {
    mkdirSync(join(root, "links"));
    symlinkSync(join(root, "dev/ttyS0"), join(root, "links/probe"));
    symlinkSync(join(root, "dev/gone"), join(root, "links/unplugged"));
    put("links/readme.txt");
    const paths = [join(root, "dev/ttyUSB0"), join(root, "dev/ttyUSB9"), "tcp://127.0.0.1:4000"];
    expect(extraPorts({ paths, folders: [join(root, "links"), join(root, "none")] }).map(({ path }) => path)).toEqual([
      join(root, "dev/ttyUSB0"),
      "tcp://127.0.0.1:4000",
      join(root, "links/probe"),
    ]);
  });

  it("are the system's own ports under another name where they link to them: each is there once", () => {
    const link = join(root, "links/by-id");
    symlinkSync(join(root, "dev/ttyUSB0"), link);
    const system = sysfsPorts(join(root, "class"), join(root, "dev"));
    const extra = extraPorts({ paths: [link, join(root, "dev/ttyS0")], folders: [] });
    expect(merged(extra, system)).toEqual([
      expect.objectContaining({ path: link, adapter: "FT7X2K" }),
      { path: join(root, "dev/ttyS0"), link: "serial" },
    ]);
  });
});
