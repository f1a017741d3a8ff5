import type { Served } from "../net/system.ts";

/** What travels: about 100 bytes as MessagePack, an object that the other side reads and makes anew. */
export interface Payload {
  readonly op: string;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly tick: number;
  readonly sneak: boolean;
}

/** What the other process does. */
export interface Handlers {
  /** Answers with what it was given. */
  echo(payload: Payload): Payload;
  /** Takes a payload without an answer. */
  note(payload: Payload): void;
}

/** The calling end of a connection of some system. */
export interface Calls {
  request(payload: Payload): Promise<Payload>;
  /** A promise says that the sender is to wait before it sends more. */
  send(payload: Payload): Promise<unknown> | undefined;
  close(): Promise<void> | void;
}

/** A way to call from one process to another. */
export interface CallSystem {
  /** Serves for as long as the process lives. */
  serve(handlers: Handlers): Promise<Served>;
  open(address: object): Promise<Calls>;
}

const WORDS = "queue stale token ready merge north delta paper route index cobalt harbor twelve".split(" ");

/** Payloads of one shape, with other strings and numbers in each. */
export function payloads(count: number): readonly Payload[] {
  let seed = 7;
  const below = (limit: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  return Array.from({ length: count }, () => ({
    op: "move",
    // Flat strings, as a program reads them from somewhere.
    text: Buffer.from(Array.from({ length: 4 }, () => WORDS[below(WORDS.length)]).join(" ")).toString(),
    x: below(2_000),
    y: below(2_000),
    angle: below(36_000) / 100,
    tick: below(1e6),
    sneak: below(2) === 0,
  }));
}
