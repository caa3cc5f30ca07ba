import { z } from "zod";
import { type EventName, type EventValue, events, type Input, type Output, type RequestName, requests } from "./api.ts";
import { fromProblem, LithoscopeError, Problem, toProblem } from "./errors.ts";

/** One side of a connection: a MessagePort in Electron, a WebSocket with the codec of wire.ts in the web host. */
export interface Channel {
  send(message: unknown): void;
  /** Called once by {@link connect} or {@link serve}; `closed` is called at most once. */
  listen(onMessage: (message: unknown) => void, onClosed: () => void): void;
  close(): void;
}

const Request = z.object({ id: z.int(), call: z.string(), input: z.unknown() });
const Reply = z.union([
  z.object({ id: z.int(), ok: z.literal(true), value: z.unknown() }),
  z.object({ id: z.int(), ok: z.literal(false), problem: Problem }),
]);
const Told = z.object({ event: z.string(), value: z.unknown() });

export type Handlers = {
  [Name in RequestName]: (input: z.output<(typeof requests)[Name]["input"]>) => Promise<Output<Name>>;
};

/** What {@link serve} gives the station: a way to tell this peer something. */
export interface Peer {
  tell<Name extends EventName>(event: Name, value: EventValue<Name>): void;
}

/**
 * Serves the API on a channel. Every message is parsed here, since the peer is not trusted; whatever a handler throws
 * goes back as a Problem.
 */
export function serve(channel: Channel, handlers: Handlers, onClosed: () => void): Peer {
  const answer = async (message: unknown): Promise<void> => {
    const request = Request.safeParse(message);
    if (!request.success) return; // not even a request id to answer to
    const { id, call, input } = request.data;
    try {
      channel.send({ id, ok: true, value: await handle(handlers, call, input) });
    } catch (error) {
      channel.send({ id, ok: false, problem: toProblem(error) });
    }
  };
  channel.listen((message) => void answer(message), onClosed);
  return { tell: (event, value) => channel.send({ event, value }) };
}

async function handle(handlers: Handlers, call: string, input: unknown): Promise<unknown> {
  if (!Object.hasOwn(requests, call)) {
    throw new LithoscopeError(
      "request-unknown",
      `The station has no request "${call}".`,
      "Page and station are of different versions: restart Lithoscope.",
    );
  }
  const name = call as RequestName;
  const parsed = requests[name].input.safeParse(input);
  if (!parsed.success) {
    throw new LithoscopeError(
      "request-invalid",
      `The request "${call}" was not understood: ${z.prettifyError(parsed.error)}`,
      "Nothing was changed. Correct the entry and try again.",
    );
  }
  return (handlers[name] as (input: unknown) => Promise<unknown>)(parsed.data);
}

/** The calling side. */
export interface Client {
  /** Rejects with a LithoscopeError; with code "station-gone" if the connection ends before the reply. */
  request<Name extends RequestName>(call: Name, input: Input<Name>): Promise<Output<Name>>;
  on<Name extends EventName>(event: Name, listener: (value: EventValue<Name>) => void): () => void;
  /** Resolves when the connection has ended. */
  readonly closed: Promise<void>;
}

export function connect(channel: Channel): Client {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  const listeners = new Map<string, Set<(value: never) => void>>();
  let lastId = 0;
  let ended = false;
  let end = (): void => {};
  const closed = new Promise<void>((resolve) => {
    end = resolve;
  });

  channel.listen(
    (message) => {
      const reply = Reply.safeParse(message);
      if (reply.success) {
        const call = waiting.get(reply.data.id);
        waiting.delete(reply.data.id);
        if (reply.data.ok) call?.resolve(reply.data.value);
        else call?.reject(fromProblem(reply.data.problem));
        return;
      }
      const told = Told.safeParse(message);
      if (!told.success || !Object.hasOwn(events, told.data.event)) return;
      for (const listener of listeners.get(told.data.event) ?? []) listener(told.data.value as never);
    },
    () => {
      ended = true;
      for (const call of waiting.values()) call.reject(stationGone());
      waiting.clear();
      end();
    },
  );

  return {
    request: (call, input) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(stationGone());
        const id = ++lastId;
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        channel.send({ id, call, input });
      }),
    on(event, listener) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set);
      set.add(listener as (value: never) => void);
      return () => set.delete(listener as (value: never) => void);
    },
    closed,
  };
}

function stationGone(): LithoscopeError {
  return new LithoscopeError(
    "station-gone",
    "The station stopped. What was saved is safe; a reading under way is lost.",
    "When the station is back, repeat the step.",
  );
}
