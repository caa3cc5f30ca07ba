import type { Channel } from "../../contract/channel.ts";
import { decode, encode } from "../../contract/wire.ts";

/** Opens one connection to the station; rejects if it is not there (yet). */
export type OpenChannel = () => Promise<Channel>;

/** The web host: a WebSocket at `/station` of the page's own origin, carrying the text codec of wire.ts. */
export function openSocket(page: Pick<Location, "protocol" | "host">): Promise<Channel> {
  const socket = new WebSocket(`${page.protocol === "https:" ? "wss" : "ws"}://${page.host}/station`);
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error("no station at this address"));
    socket.onopen = () =>
      resolve({
        send: (message) => socket.send(encode(message)),
        listen(onMessage, onClosed) {
          socket.onmessage = ({ data }) => onMessage(decode(String(data)));
          socket.onclose = onClosed;
        },
        close: () => socket.close(),
      });
  });
}

/** The desktop shell: a MessagePort, one for each start of the station, that the preload posts to the page. */
export function portsOf(page: Window): OpenChannel {
  const ports: MessagePort[] = [];
  let wanted: ((port: MessagePort) => void) | undefined;
  page.addEventListener("message", ({ source, data, ports: [port] }) => {
    if (source !== page || data?.lithoscope !== "station-port" || !port) return;
    if (!wanted) return void ports.splice(0, ports.length, port); // only the newest leads to a living station
    wanted(port);
    wanted = undefined;
  });
  return async () => {
    const port =
      ports.pop() ??
      (await new Promise<MessagePort>((resolve) => {
        wanted = resolve;
      }));
    return {
      send: (message) => port.postMessage(message),
      listen(onMessage, onClosed) {
        port.onmessage = ({ data }) => onMessage(data);
        port.addEventListener("close", onClosed, { once: true });
        port.start();
      },
      close: () => port.close(),
    };
  };
}

/** Served over HTTP the page belongs to the web host; under any other scheme to the desktop shell. */
export function channelOpener(page: Window): OpenChannel {
  return page.location.protocol.startsWith("http") ? () => openSocket(page.location) : portsOf(page);
}
