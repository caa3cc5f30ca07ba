// The station as a child process of the web host. The host relays each page's text over the process channel; when the
// host is gone the station switches the light off and ends.
import type { Channel } from "../contract/channel.ts";
import { toProblem } from "../contract/errors.ts";
import { decode, encode } from "../contract/wire.ts";
import { StationConfig } from "./config.ts";
import { FromHost, type FromStation } from "./messages.ts";
import { openStation, type Station } from "./station.ts";

interface Page {
  onText(text: string): void;
  onClosed(): void;
}

const pages = new Map<number, Page>();

/** A host that is gone is told nothing; its "disconnect" ends the station. */
function tellHost(message: FromStation, told: () => void = () => {}): void {
  if (process.connected) process.send?.(message, told);
  else told();
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
            closePage(page);
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

function closePage(page: number): void {
  pages.get(page)?.onClosed();
  pages.delete(page);
}

let station: Station | undefined;
let ending = false;

/** Light off, journal signed. Before the station is open there is nothing to put in order. */
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  try {
    await station?.close();
    process.exit(0);
  } catch (error) {
    console.error(`The station could not end in order: ${toProblem(error).sentence}`);
    process.exit(1);
  }
}

// From the first moment: a host that goes while the station starts must not leave it behind.
process.on("disconnect", () => void end());
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => void end());

try {
  const config = StationConfig.parse(JSON.parse(process.argv[2] ?? ""));
  const opened = await openStation(config);
  station = opened;
  process.on("message", (raw) => {
    const message = FromHost.parse(raw);
    if (message.type === "open") opened.attach(openPage(message.page));
    else if (message.type === "text") pages.get(message.page)?.onText(message.text);
    else closePage(message.page);
  });
  if (process.connected) tellHost({ type: "ready" });
  else await end(); // it went before this program could listen
} catch (error) {
  tellHost({ type: "failed", problem: toProblem(error) }, () => process.exit(1));
}
