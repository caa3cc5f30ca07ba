import type { EventName, EventValue } from "../contract/api.ts";
import type { Peer } from "../contract/channel.ts";

/** The pages that listen. What is told is told to all of them. */
export class Audience implements Peer {
  readonly #peers = new Set<Peer>();

  join(peer: Peer): void {
    this.#peers.add(peer);
  }

  leave(peer: Peer): void {
    this.#peers.delete(peer);
  }

  tell<Name extends EventName>(event: Name, value: EventValue<Name>): void {
    for (const peer of this.#peers) peer.tell(event, value);
  }
}
