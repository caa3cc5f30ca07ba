import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { openSerial } from "./serial.ts";

/** A device that never stops sending, so that the cable is pulled in the middle of a read. */
const chatter = `
  const { open } = require("@lydell/node-pty");
  const terminal = open({ encoding: null });
  const fs = require("node:fs");
  const holder = new (require("node:tty").ReadStream)(fs.openSync(terminal.ptsName, fs.constants.O_RDWR | fs.constants.O_NOCTTY));
  holder.setRawMode(true);
  terminal.slave.destroy();
  console.log(terminal.ptsName);
  const bytes = Buffer.alloc(4096, 0x55);
  const send = () => { terminal.master.write(bytes); setImmediate(send); };
  send();
`;

async function plugIn() {
  const device = spawn(process.execPath, ["-e", chatter], { stdio: ["ignore", "pipe", "inherit"] });
  const path = await new Promise<string>((resolve) => createInterface({ input: device.stdout }).once("line", resolve));
  return { path, pull: () => device.kill("SIGKILL") };
}

describe.skipIf(process.platform === "win32")("a cable pulled while bytes pour in", () => {
  it("ends the connection, each of 20 times", async () => {
    for (let i = 0; i < 20; i++) {
      const { path, pull } = await plugIn();
      const transport = await openSerial(path, 115_200);
      await new Promise<void>((resolve) => transport.onData(() => resolve()));
      const ended = new Promise<string>((resolve) => transport.onClosed((reason) => resolve(reason.code)));
      pull();
      expect(await ended).toBe("device-disconnected");
      await transport.close();
    }
  });
});
