import type { MessagePort } from "node:worker_threads";
import type { Channel } from "./channel.ts";

/** For tests: a channel over a real MessagePort, with the structured clone of Electron's ports. */
export function overPort(port: MessagePort): Channel {
  return {
    send: (message) => port.postMessage(message),
    listen(onMessage, onClosed) {
      port.on("message", onMessage);
      port.on("close", onClosed);
    },
    close: () => port.close(),
  };
}
