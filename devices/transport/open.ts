import { openSerial } from "./serial.ts";
import { openTcp } from "./tcp.ts";
import type { OpenTransport } from "./transport.ts";

/** Opens whatever the path names. Throws the port-… problems of {@link openSerial} and {@link openTcp}. */
export const openTransport: OpenTransport = (path, baud) =>
  path.startsWith("tcp://") ? openTcp(path) : openSerial(path, baud);
