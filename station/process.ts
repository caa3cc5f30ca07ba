// The station as a child process of the web host. The host relays each page's text over the process channel; when the
// host is gone the station switches the light off and ends.
import type { Channel } from "../contract/channel.ts";
import { toProblem } from "../contract/errors.ts";
import { decode, encode } from "../contract/wire.ts";
import { StationConfig } from "./config.ts";
import { FromHost, type FromStation } from "./messages.ts";
import { openStation } from "./station.ts";

interface Page {
  onText(text: string): void;
  onClosed(): void;
}

const pages = new Map<number, Page>();

function tellHost(message: FromStation): void {
  if (process.connected) process.send?.(message);
}

function openPage(page: number): Channel {
  return {
    send: (message) => tellHost({ type: "text", page, text: encode(message) }),
    listen(onMessage, onClosed) {
      pages.set(page, {
        onText(text) {
          let message: unknown;
          try {
            message = decode(text);
          } catch {
            tellHost({ type: "close", page }); // a page that does not speak our language is cut off
            return;
          }
          onMessage(message);
        },
        onClosed,
      });
    },
    close: () => tellHost({ type: "close", page }),
  };
}

try {
  const config = StationConfig.parse(JSON.parse(process.argv[2] ?? ""));
  const station = await openStation(config);
  process.on("message", (raw) => {
    const message = FromHost.parse(raw);
    if (message.type === "open") station.attach(openPage(message.page));
    else if (message.type === "text") pages.get(message.page)?.onText(message.text);
    else {
      pages.get(message.page)?.onClosed();
      pages.delete(message.page);
    }
  });
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    await station.close();
    process.exit(0);
  };
  process.on("disconnect", () => void end());
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void end());
  tellHost({ type: "ready" });
} catch (error) {
  tellHost({ type: "failed", problem: toProblem(error) });
  process.exitCode = 1;
  if (process.connected) process.disconnect();
}
