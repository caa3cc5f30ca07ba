import { mkdtempSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { PortWatch } from "./watch.ts";

it("tells at once of a port that came into a folder of links, and of one that went", async (test) => {
  const folder = mkdtempSync(join(tmpdir(), "lithoscope-plugs-"));
  let told: (paths: string[]) => void = () => {};
  const next = () => new Promise<string[]>((resolve) => (told = resolve));
  const first = next();
  const watch = new PortWatch({
    extra: { paths: [], folders: [folder] },
    list: async () => [],
    onChange: (ports) => told(ports.map(({ path }) => path)),
  });
  test.onTestFinished(() => {
    watch.close();
    rmSync(folder, { recursive: true });
  });
  expect(await first).toEqual([]);
  const plug = join(folder, "usb-port");
  const came = next();
  symlinkSync("/dev/null", plug);
  expect(await came).toEqual([plug]);
  const went = next();
  unlinkSync(plug);
  expect(await went).toEqual([]);
});

it("finds what a person named although the system cannot list its ports", async (test) => {
  const watch = new PortWatch({
    extra: { paths: ["/dev/null"], folders: [] },
    list: () => Promise.reject(new Error("spawn udevadm ENOENT")),
    onChange: () => {},
  });
  test.onTestFinished(() => watch.close());
  expect(await watch.look()).toEqual([{ path: "/dev/null", link: "serial" }]);
});
