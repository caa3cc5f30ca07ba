import { ConnectionEnd, disconnected, type Transport } from "../transport/transport.ts";

/** A transport without a line: what is written is kept, what the test says is received. */
export class FakeTransport implements Transport {
  readonly kind = "serial";
  readonly path = "fake";
  readonly written: Uint8Array[] = [];
  /** Called with each request. */
  onWrite: (bytes: Uint8Array) => void = () => {};
  readonly #end = new ConnectionEnd();
  #listener: (bytes: Uint8Array) => void = () => {};

  async write(bytes: Uint8Array): Promise<void> {
    this.written.push(bytes);
    this.onWrite(bytes);
  }
  receive(bytes: Uint8Array): void {
    this.#listener(bytes);
  }
  unplug(): void {
    this.#end.tell(disconnected(this.path));
  }
  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }
  onClosed(listener: Parameters<Transport["onClosed"]>[0]): void {
    this.#end.listen(listener);
  }
  async setBaud(): Promise<void> {}
  async close(): Promise<void> {
    this.unplug();
  }
}
