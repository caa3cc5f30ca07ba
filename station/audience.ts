import type { EventName, EventValue } from "../contract/api.ts";
import type { Peer } from "../contract/channel.ts";

/** The pages that listen. What is told is told to all of them. */
export class Audience implements Peer {
  readonly #peers = new Set<Peer>();

  join(peer: Peer): void {
    this.#peers.add(peer);
    this.#count();
  }

  leave(peer: Peer): void {
    this.#peers.delete(peer);
    this.#count();
  }

  /** Every page knows whether another one shows the same. */
  #count(): void {
    if (this.#peers.size > 0) this.tell("pages", { count: this.#peers.size });
  }

  tell<Name extends EventName>(event: Name, value: EventValue<Name>): void {
    for (const peer of this.#peers) peer.tell(event, value);
  }
}
