import type { Ref } from "@graphoid/core";
import { type Envelope, ManualClock, type Value } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deferred, failure, settle, Wire } from "../test/wire.ts";
import type { Remote, RemoteOptions } from "./remote.ts";

/** A producer that counts what was asked of it. */
class Numbers {
  made = 0;
  ended = false;
  signal: AbortSignal | undefined;

  async *upTo(count: number): AsyncGenerator<number> {
    try {
      for (let i = 0; i < count; i++) {
        this.made++;
        yield i;
      }
    } finally {
      this.ended = true;
    }
  }
}

function pair(wire: Wire, options: Partial<RemoteOptions> = {}): { a: Remote; b: Remote; numbers: Numbers; ref: Ref } {
  const a = wire.join("a", options);
  const b = wire.join("b");
  const numbers = new Numbers();
  b.expose("x", (_, payload, call) => {
    numbers.signal = call.signal;
    return numbers.upTo(payload as number);
  });
  return { a, b, numbers, ref: a.ref({ id: "x", location: "b" }) };
}

async function collect(stream: AsyncIterable<Value>): Promise<Value[]> {
  const items: Value[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe("a stream", () => {
  it("brings every item in order and then ends, whatever the window", async () => {
    for (const streamWindow of [1, 2, 3, 64]) {
      for (const replyPath of [true, false]) {
        const { a, b, ref } = pair(new Wire({ replyPath }), { streamWindow });
        for (const length of [0, 1, 2, streamWindow - 1, streamWindow, streamWindow + 1, 200]) {
          expect(await collect(ref.stream("m", length))).toEqual(count(length));
        }
        await settle();
        expect([a.stats().inFlight, b.stats().serving, a.stats().lateAnswers]).toEqual([0, 0, 0]);
      }
    }
  });

  it("is called anew by each iteration, and not before it is read", async () => {
    const wire = new Wire();
    const { a, ref } = pair(wire);
    const stream = ref.stream("m", 2);
    stream[Symbol.asyncIterator]();
    await settle();
    expect(wire.log).toEqual([]);
    expect([await collect(stream), await collect(stream)]).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(a.stats().streams).toBe(2);
  });

  it("may come from any iterable but text and bytes", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b")];
    const answers: Record<string, unknown> = {
      array: [1, 2],
      set: new Set([1, 2]),
      generator: (function* () {
        yield* [1, 2];
      })(),
      promised: Promise.resolve([1, 2]),
      iterator: { [Symbol.asyncIterator]: () => [1, 2][Symbol.iterator]() },
      text: "12",
      bytes: new Uint8Array([1, 2]),
      one: 1,
      nothing: null,
      broken: {
        [Symbol.asyncIterator]() {
          throw new Error("broken");
        },
      },
    };
    b.expose("x", (message) => answers[message]);
    const ref = a.ref({ id: "x", location: "b" });
    for (const message of ["array", "set", "generator", "promised", "iterator"]) {
      expect(await collect(ref.stream(message))).toEqual([1, 2]);
    }
    for (const message of ["text", "bytes", "one", "nothing"]) {
      expect(await failure(collect(ref.stream(message)))).toMatchObject({ code: "UNIMPLEMENTED" });
    }
    expect((await failure(collect(ref.stream("broken")))).message).toBe("broken");
  });

  it("is refused to a request, and ended", async () => {
    const { ref, numbers, b } = pair(new Wire());
    expect((await failure(ref.request("m", 5))).message).toContain("use `ref.stream`");
    await ref.send("m", 5);
    await settle();
    expect([numbers.made, b.stats().serving]).toEqual([0, 0]);
  });

  it("answers reads that were made before the items came", async () => {
    const { ref } = pair(new Wire());
    const iterator = ref.stream("m", 2)[Symbol.asyncIterator]();
    const reads = await Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()]);
    expect(reads.map(({ done, value }) => (done ? "done" : value))).toEqual([0, 1, "done", "done"]);
  });
});

describe("R13: the consumer's pace", () => {
  it("lets the producer be a window ahead and no more", async () => {
    const { ref, numbers } = pair(new Wire(), { streamWindow: 8 });
    const iterator = ref.stream("m", 1_000)[Symbol.asyncIterator]();
    for (let read = 1; read <= 100; read++) {
      await iterator.next();
      await settle();
      expect(numbers.made).toBeLessThanOrEqual(read + 8);
    }
    await iterator.return?.();
  });

  it("waits for room in the transport", async () => {
    const wire = new Wire();
    const b = wire.join("b");
    const numbers = new Numbers();
    b.expose("x", () => numbers.upTo(1_000));
    const room = deferred();
    let sent = 0;
    b.deliver(
      { kind: "stream", id: 1, target: "x", message: "m", payload: null, headers: { credit: 500 } },
      {
        reply: () => {
          sent++;
          return room.promise;
        },
      },
    );
    await settle();
    expect(sent).toBe(1);
    room.resolve();
    await settle();
    expect(sent).toBe(500);
    await b.close();
  });

  it("stops the producer when the consumer breaks", async () => {
    const wire = new Wire();
    const { a, b, ref, numbers } = pair(wire);
    for await (const item of ref.stream("m", 1e9)) if (item === 3) break;
    await settle();
    expect([numbers.ended, numbers.signal?.aborted]).toEqual([true, true]);
    expect(numbers.made).toBeLessThan(100);
    expect([a.stats().inFlight, b.stats().serving]).toEqual([0, 0]);
    expect(wire.kinds.filter((kind) => kind === "a cancel")).toHaveLength(1);
  });

  it("stops the producer when the consumer throws", async () => {
    const { b, ref, numbers } = pair(new Wire());
    const consume = async (): Promise<void> => {
      for await (const item of ref.stream("m", 1e9)) if (item === 3) throw new Error("enough");
    };
    await expect(consume()).rejects.toThrow("enough");
    await settle();
    expect([numbers.ended, b.stats().serving]).toEqual([true, 0]);
  });

  it("stops the producer when the iterator is told to throw or return, with reads waiting", async () => {
    for (const how of ["return", "throw"] as const) {
      const wire = new Wire();
      const [a, b] = [wire.join("a"), wire.join("b")];
      let signal: AbortSignal | undefined;
      b.expose("x", async function* (_: string, __: Value, call: { signal: AbortSignal }) {
        signal = call.signal;
        yield 1;
        await new Promise(() => {});
      });
      const iterator = a.ref({ id: "x", location: "b" }).stream("m")[Symbol.asyncIterator]();
      expect(await iterator.next()).toEqual({ done: false, value: 1 });
      const waiting = iterator.next();
      if (how === "return") expect(await iterator.return?.()).toMatchObject({ done: true });
      else await expect(iterator.throw?.(new Error("mine"))).rejects.toThrow("mine");
      expect(await waiting).toEqual({ done: true, value: undefined });
      expect(await iterator.next()).toEqual({ done: true, value: undefined });
      await settle();
      expect([signal?.aborted, a.stats().inFlight, b.stats().serving]).toEqual([true, 0, 0]);
      // Ending it again tells nobody anything.
      await iterator.return?.();
      expect(wire.kinds.filter((kind) => kind === "a cancel")).toHaveLength(1);
    }
  });

  it("does not call at all when it is ended before it is read", async () => {
    const wire = new Wire();
    const { ref } = pair(wire);
    const iterator = ref.stream("m", 5)[Symbol.asyncIterator]();
    await iterator.return?.();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(wire.log).toEqual([]);
  });

  it("stops the producer when the consumer's signal fires, and drops what was not read", async () => {
    const { a, b, ref, numbers } = pair(new Wire());
    const controller = new AbortController();
    const iterator = ref.stream("m", 1e9, { signal: controller.signal })[Symbol.asyncIterator]();
    await iterator.next();
    await settle();
    controller.abort("why");
    expect(await failure(iterator.next())).toMatchObject({ code: "CANCELLED", cause: "why" });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    await settle();
    expect([numbers.ended, a.stats().inFlight, b.stats().serving]).toEqual([true, 0, 0]);
  });

  it("stops the producer when the consumer's host is gone", async () => {
    const { b, ref, numbers } = pair(new Wire());
    const iterator = ref.stream("m", 1e9)[Symbol.asyncIterator]();
    await iterator.next();
    await settle();
    b.peerLost("a");
    await settle();
    expect([numbers.ended, b.stats().serving]).toEqual([true, 0]);
  });
});

describe("a stream that fails", () => {
  it("brings what the producer made before, and then the error", async () => {
    const wire = new Wire();
    const [a, b] = [wire.join("a"), wire.join("b")];
    b.expose("x", {
      async *throws() {
        yield 1;
        yield 2;
        throw new TypeError("broken");
      },
      *unserializable() {
        yield 1;
        yield () => {};
      },
      async rejects() {
        throw new Error("at once");
      },
    });
    const ref = a.ref({ id: "x", location: "b" });
    for (const [message, before, expected] of [
      ["throws", [1, 2], { name: "TypeError", message: "broken" }],
      ["unserializable", [1], { code: "NOT_SERIALIZABLE" }],
      ["rejects", [], { message: "at once" }],
      ["unknown", [], { code: "UNIMPLEMENTED" }],
    ] as const) {
      const items: Value[] = [];
      const consume = async (): Promise<void> => {
        for await (const item of ref.stream(message)) items.push(item);
      };
      expect(await failure(consume())).toMatchObject(expected);
      expect(items).toEqual(before);
    }
    await settle();
    expect([a.stats().inFlight, b.stats().serving]).toEqual([0, 0]);
  });

  it("has no deadline unless one is asked for", async () => {
    const clock = new ManualClock();
    const wire = new Wire({ clock });
    const [a, b] = [wire.join("a"), wire.join("b")];
    let signal: AbortSignal | undefined;
    b.expose("x", async function* (_: string, __: Value, call: { signal: AbortSignal }) {
      signal = call.signal;
      yield 1;
      await new Promise(() => {});
    });
    const ref = a.ref({ id: "x", location: "b" });
    const forever = ref.stream("m")[Symbol.asyncIterator]();
    await forever.next();
    clock.advance(1e9);
    expect(a.stats().inFlight).toBe(1);
    await forever.return?.();
    const limited = ref.stream("m", null, { timeoutMs: 1_000 })[Symbol.asyncIterator]();
    await limited.next();
    const late = failure(limited.next());
    clock.advance(1_010);
    expect((await late).code).toBe("DEADLINE_EXCEEDED");
    expect([signal?.aborted, b.stats().serving]).toEqual([true, 0]);
  });

  it("is not hurried once everything has arrived", async () => {
    const clock = new ManualClock();
    const { a, ref } = pair(new Wire({ clock }));
    const iterator = ref.stream("m", 3, { timeoutMs: 100 })[Symbol.asyncIterator]();
    await iterator.next();
    await settle();
    expect(a.stats().inFlight).toBe(0);
    clock.advance(1_000);
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    expect(await iterator.next()).toEqual({ done: false, value: 2 });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it("brings what arrived before the host was lost, and then the error", async () => {
    const { a, ref } = pair(new Wire(), { streamWindow: 4 });
    const iterator = ref.stream("m", 1e9)[Symbol.asyncIterator]();
    await iterator.next();
    await settle();
    a.peerLost("b");
    expect([await iterator.next(), await iterator.next(), await iterator.next()].map(({ value }) => value)).toEqual([
      1, 2, 3,
    ]);
    expect((await failure(iterator.next())).code).toBe("PEER_LOST");
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it("R13: a producer that sends more than it may is cut off", async () => {
    for (const [kind, seq] of [
      ["item", 8],
      ["item", -1],
      ["item", 0.5],
      ["item", undefined],
      ["item", "x"],
      ["end", 9],
      ["end", -1],
      ["end", undefined],
      ["end", 0],
    ] as const) {
      const wire = new Wire();
      const { a, b, ref } = pair(wire, { streamWindow: 4 });
      const iterator = ref.stream("m", 1e9)[Symbol.asyncIterator]();
      await iterator.next();
      await settle();
      const { id, replyTo } = wire.log[0]!.envelope;
      const headers = seq === undefined ? {} : { seq };
      a.deliver({ kind, id, target: replyTo!.id, message: "", payload: 1, headers }, { identity: "b" });
      expect((await failure(iterator.next())).code).toBe("STREAM");
      await settle();
      expect([a.stats().inFlight, b.stats().serving]).toEqual([0, 0]);
    }
  });

  it("does not wait for ever for items that were lost", async () => {
    const clock = new ManualClock();
    const wire = new Wire({
      clock,
      carry: (deliver, envelope) => {
        if (!(envelope.kind === "item" && envelope.payload === 1)) queueMicrotask(deliver);
      },
    });
    const { a, ref } = pair(wire);
    const iterator = ref.stream("m", 3)[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: 0 });
    const next = failure(iterator.next());
    await settle();
    clock.advance(30_010);
    expect(await next).toMatchObject({ code: "STREAM", message: expect.stringContaining("never came") });
    expect(a.stats().inFlight).toBe(0);
  });
});

describe("over a router that promises nothing", () => {
  it("comes out whole and in order though envelopes overtake each other and come twice", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.nat(25),
        fc.infiniteStream(fc.nat(99)),
        async (streamWindow, length, dice) => {
          const held: (() => void)[] = [];
          const roll = (): number => dice.next().value as number;
          const wire = new Wire({
            carry: (deliver, { kind }) => {
              held.push(deliver);
              // A call that comes twice runs twice where the first has ended; that is the router's promise to make.
              if (kind !== "stream" && roll() < 30) held.push(deliver);
            },
          });
          const { a, b, ref } = pair(wire, { streamWindow });
          let done = false;
          const items = collect(ref.stream("m", length)).finally(() => {
            done = true;
          });
          while (!done || held.length > 0) {
            await new Promise((resolve) => setImmediate(resolve));
            for (const deliver of held.splice(0).sort(() => roll() - 50)) deliver();
          }
          expect(await items).toEqual(count(length));
          expect([a.stats().inFlight, b.stats().serving]).toEqual([0, 0]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

it("ignores credit that takes credit back, and credit that is no number", async () => {
  const wire = new Wire();
  const b = wire.join("b");
  const numbers = new Numbers();
  b.expose("x", () => numbers.upTo(100));
  const source = { identity: "a", reply: async () => {} };
  const open: Envelope = { kind: "stream", id: 1, target: "x", message: "m", payload: null, headers: { credit: 5 } };
  b.deliver(open, source);
  await settle();
  expect(numbers.made).toBe(5);
  for (const payload of [0, -1, Number.NaN, "50", null, 4]) b.deliver({ ...open, kind: "credit", payload }, source);
  await settle();
  expect(numbers.made).toBe(5);
  b.deliver({ ...open, kind: "credit", payload: 7 }, source);
  await settle();
  expect(numbers.made).toBe(7);
  await b.close();
  await settle();
  expect(numbers.ended).toBe(true);
});
