import { type Client, connect } from "../../contract/channel.ts";
import type { OpenChannel } from "./channels.ts";

/** Pause before the next try after `failures` in a row: 0.25 s doubling to 2 s, since the station is on this machine. */
export const backOffMs = (failures: number): number => Math.min(2000, 250 * 2 ** failures);

export interface LinkEvents {
  /** A connection stands: greet and catch up. A rejection ends the connection, and the next try follows. */
  onUp(client: Client): Promise<void>;
  onGone(): void;
}

/** Keeps the page connected for as long as `running` says so: the station may die and come back at any time. */
export async function keepConnected(
  open: OpenChannel,
  { onUp, onGone }: LinkEvents,
  pause: (ms: number) => Promise<void>,
  running: () => boolean = () => true,
): Promise<void> {
  let failures = 0;
  while (running()) {
    try {
      const channel = await open();
      try {
        const client = connect(channel);
        await onUp(client);
        failures = 0;
        await client.closed;
      } finally {
        channel.close();
      }
    } catch {
      // No station, or it ended while it was greeting. Both show as "gone" and are tried again.
    }
    onGone();
    await pause(backOffMs(failures++));
  }
}
