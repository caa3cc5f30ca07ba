import type { PositionStatus } from "../contract/device.ts";
import type { Position } from "../contract/position.ts";
import type { Port } from "../devices/driver.ts";
import { Receiver } from "../devices/gnss/receiver.ts";
import type { LastPlace } from "../devices/ports/places.ts";
import { openTransport } from "../devices/transport/open.ts";
import type { Audience } from "./audience.ts";
import type { Memory } from "./instruments/memory.ts";

/** Where the tablet is, from the one receiver that it has, or from none. */
export class Positions {
  readonly #audience: Audience;
  readonly #memory: Memory;
  readonly #places: (last: LastPlace) => Port[];
  #receiver: Receiver | undefined;

  /** @param places where a receiver that was there last may be now, the likeliest first. */
  constructor(audience: Audience, memory: Memory, places: (last: LastPlace) => Port[]) {
    this.#audience = audience;
    this.#memory = memory;
    this.#places = places;
  }

  /** Begins with the remembered receiver, if there is one. */
  start(): void {
    if (this.#memory.receiver !== undefined) this.#begin();
  }

  /** The receiver at this place instead of another. */
  async connect(place: LastPlace & { baud?: number | undefined }): Promise<void> {
    await this.disconnect();
    await this.#memory.setReceiver(plugOf(place, place.baud));
    this.#begin();
  }

  async disconnect(): Promise<void> {
    const receiver = this.#receiver;
    this.#receiver = undefined;
    await receiver?.close();
    await this.#memory.setReceiver(undefined);
    this.#audience.tell("position", this.status());
  }

  /** The port that the receiver has now. */
  get port(): string | undefined {
    const status = this.#receiver?.status;
    return status && status.state !== "silent" ? status.port : undefined;
  }

  /** Whether this is the receiver's port, now or last. */
  has(path: string): boolean {
    return this.#receiver !== undefined && [this.#receiver.status.port, this.#memory.receiver?.path].includes(path);
  }

  /** Where the tablet is now; undefined where that is not known well enough. */
  now(): Position | undefined {
    return this.#receiver?.position();
  }

  status(): PositionStatus {
    return this.#receiver?.status ?? { state: "none" };
  }

  portsChanged(): void {
    this.#receiver?.portsChanged();
  }

  retry(): void {
    this.#receiver?.retry();
  }

  async close(): Promise<void> {
    await this.#receiver?.close();
  }

  #begin(): void {
    const receiver = new Receiver({
      where: () => (this.#memory.receiver ? this.#places(this.#memory.receiver) : []),
      open: openTransport,
      lastBaud: this.#memory.receiver?.baud,
      onStatus: () => this.#audience.tell("position", this.status()),
      onFound: (path, baud) => {
        if (this.#receiver !== receiver) return; // disconnected meanwhile
        const place = this.#places({ path }).find((port) => port.path === path) ?? { path };
        this.#memory.setReceiver(plugOf(place, baud)).catch(() => {}); // it is found again by its port; nothing measured depends on it
      },
    });
    this.#receiver = receiver;
    receiver.start();
  }
}

function plugOf({ path, usb, adapter }: LastPlace, baud: number | undefined) {
  return { path, ...(usb && { usb }), ...(adapter && { adapter }), ...(baud && { baud }) };
}
