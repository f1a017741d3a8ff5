import { randomSource } from "./synthetic-graph.ts";

/** What one process sends to another: a name and a payload. */
export interface Message {
  readonly target: string;
  readonly payload: object;
}

export interface MessagesParameters {
  /** About 100 or about 1,000 bytes each, as MessagePack. */
  readonly size: "100 B" | "1 kB";
  readonly count: number;
  readonly seed: number;
}

type Random = (limit: number) => number;

const WORDS =
  "queue stale token ready merge north delta paper route index cobalt harbor twelve signal market über café".split(" ");

/** Messages of four shapes in random order, with other strings and numbers in each. */
export function messages({ size, count, seed }: MessagesParameters): readonly Message[] {
  const random = randomSource(seed);
  const below: Random = (limit) => Math.floor(random() * limit);
  const shapes = size === "100 B" ? SMALL : LARGE;
  return Array.from({ length: count }, (_, i) => shapes[below(shapes.length)]!(below, i));
}

/** A flat string, as a program reads it from somewhere. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}

function words(below: Random, count: number): string {
  return flat(Array.from({ length: count }, () => WORDS[below(WORDS.length)]).join(" "));
}

function id(below: Random, prefix: string): string {
  return flat(`${prefix}_${below(1e6)}`);
}

const time = (below: Random): number => 1_700_000_000_000 + below(1e9);

const SMALL: readonly ((below: Random, i: number) => Message)[] = [
  (below) => ({
    target: id(below, "user"),
    payload: {
      op: "move",
      x: below(2_000),
      y: below(2_000),
      angle: below(36_000) / 100,
      tick: below(1e6),
      sneak: false,
      tags: ["fast", words(below, 1)],
    },
  }),
  (below) => ({
    target: id(below, "room"),
    payload: { type: "chat", text: words(below, 4), at: time(below), by: { id: below(1e5), name: words(below, 1) } },
  }),
  (below) => ({
    target: id(below, "cart"),
    payload: {
      sku: id(below, "sku"),
      quantity: below(20),
      cents: below(1e5),
      gift: below(2) === 0,
      coupon: null,
      lines: [1, below(9), 3, below(200)],
    },
  }),
  (below, i) => ({
    target: id(below, "job"),
    payload: {
      sequence: i,
      state: "done",
      error: null,
      retry: below(2) === 0,
      worker: { host: id(below, "host"), core: below(64) },
      took: below(1e4),
    },
  }),
];

const LARGE: readonly ((below: Random, i: number) => Message)[] = [
  (below, i) => ({
    target: id(below, "order"),
    payload: {
      number: i,
      at: time(below),
      customer: { id: below(1e6), name: words(below, 2), city: words(below, 1), vip: below(10) === 0 },
      items: Array.from({ length: 10 }, () => ({
        sku: id(below, "sku"),
        title: words(below, 3),
        quantity: 1 + below(5),
        price: below(1e5) / 100,
      })),
      note: words(below, 14),
    },
  }),
  (below) => ({
    target: id(below, "host"),
    payload: {
      every: 1000,
      from: time(below),
      site: { name: words(below, 2), floor: below(30), tags: [words(below, 1), words(below, 1)] },
      processes: Array.from({ length: 15 }, () => ({
        pid: below(65_536),
        user: words(below, 1),
        cpu: below(1000) / 10,
        threads: below(200),
        idle: below(2) === 0,
      })),
      counters: Array.from({ length: 60 }, () => below(20_000)),
    },
  }),
  (below) => ({
    target: id(below, "ticket"),
    payload: {
      title: words(below, 6),
      open: true,
      assignee: null,
      revision: below(100),
      body: words(below, 60),
      comments: Array.from({ length: 5 }, () => ({
        by: id(below, "user"),
        at: time(below),
        likes: below(30),
        text: words(below, 9),
      })),
    },
  }),
  (below) => ({
    target: id(below, "profile"),
    payload: {
      id: below(1e6),
      email: flat(`${words(below, 1)}@example.org`),
      active: true,
      settings: { theme: "dark", language: "en", pageSize: below(100), beta: below(2) === 0, zone: null },
      friends: Array.from({ length: 24 }, () => id(below, "user")),
      visits: Array.from({ length: 14 }, () => ({ page: words(below, 2), at: time(below), seconds: below(600) })),
    },
  }),
];
