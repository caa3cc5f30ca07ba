import type { MessagePortMain } from "electron";
import type { Channel } from "../contract/channel.ts";

/** The station's end of a page's port. `onEnded` is called when either side has let go of it. */
export function portChannel(port: MessagePortMain, onEnded: () => void): Channel {
  port.once("close", onEnded);
  return {
    send: (message) => port.postMessage(message),
    listen(onMessage, onClosed) {
      port.on("message", ({ data }) => onMessage(data));
      port.once("close", onClosed);
      port.start();
    },
    close() {
      port.close();
      onEnded();
    },
  };
}
