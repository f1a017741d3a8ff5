import { type Envelope, type EnvelopeSource, equals, isGraphoidError, type Ref, type Value } from "@graphoid/core";
import type { Routing } from "../routing.ts";

/** Two hosts that can reach each other by the router under test, which is active in both. */
export interface RouterPair {
  readonly near: Routing;
  readonly far: Routing;
  /** A reference that leads from the near host to `id` on the far one. */
  refToFar(id: string): Ref;
  /** A reference that leads to no host at all. */
  refToNowhere(): Ref;
  /** Ends both hosts. */
  close(): Promise<void>;
}

/** One thing that every router must do, for any test framework: `run` rejects if it does not. */
export interface RouterCase {
  readonly name: string;
  run(): Promise<void>;
}

interface Arrival {
  readonly envelope: Envelope;
  readonly source: EnvelopeSource;
}

/** What every router must do, whatever it rides on. `makePair` is called once for each case. */
export function routerCases(makePair: () => Promise<RouterPair>): RouterCase[] {
  const cases: RouterCase[] = [];
  const add = (name: string, check: (pair: RouterPair, arrivals: Arrivals) => Promise<void>): void => {
    cases.push({
      name,
      async run() {
        const pair = await makePair();
        const arrivals = new Arrivals(pair.far);
        try {
          await check(pair, arrivals);
        } finally {
          arrivals.close();
          await pair.close();
        }
      },
    });
  };

  add("carries every part of an envelope", async (pair, arrivals) => {
    const sent: Envelope[] = [
      { kind: "send", id: 0, target: "t", message: "m", payload: null, headers: {} },
      {
        kind: "request",
        id: 2 ** 52 + 1,
        target: "user_123",
        message: "getData",
        payload: { key: "foo", list: [1, 2.5, -0, true, null], bytes: new Uint8Array([0, 255]) },
        headers: { "timeout-ms": 250, traceparent: "00-x" },
        replyTo: { id: "reply:1", location: "near", metadata: {}, incarnation: "i1" },
        incarnation: "i2",
      },
      { kind: "stream", id: 7, target: "t", message: "ü€😀", payload: "text", headers: { credit: 8 } },
      { kind: "credit", id: 7, target: "t", message: "", payload: 16, headers: {} },
      { kind: "cancel", id: 7, target: "t", message: "", payload: null, headers: {} },
    ];
    for (const envelope of sent) await pair.near.route(pair.refToFar(envelope.target), envelope);
    const received = await arrivals.take(sent.length);
    for (const [index, envelope] of sent.entries()) {
      assert(equals(received[index]?.envelope as Value, envelope), `envelope ${index} changed on its way`);
    }
  });

  add("delivers each envelope once", async (pair, arrivals) => {
    for (let id = 0; id < 20; id++) await pair.near.route(pair.refToFar("t"), numbered(id));
    const received = await arrivals.take(20);
    await pair.near.route(pair.refToFar("t"), numbered(20));
    await arrivals.take(1);
    assert(new Set(received.map(({ envelope }) => envelope.payload)).size === 20, "an envelope came twice");
  });

  add("keeps the order of one sender, where it promises to", async (pair, arrivals) => {
    const promised = pair.near.list().find((router) => router.active)?.guarantees.order === "sender";
    const count = 1000;
    await Promise.all(Array.from({ length: count }, (_, id) => pair.near.route(pair.refToFar("t"), numbered(id))));
    const order = (await arrivals.take(count)).map(({ envelope }) => envelope.payload as number);
    const wrong = order.findIndex((value, index) => value !== index);
    assert(!promised || wrong === -1, `place ${wrong} holds envelope ${order[wrong]}`);
  });

  add("takes the payload as it was when routed", async (pair, arrivals) => {
    const payload = { list: [1] };
    const routed = pair.near.route(pair.refToFar("t"), { ...numbered(1), payload });
    payload.list.push(2);
    await routed;
    const [arrival] = await arrivals.take(1);
    assert(equals(arrival?.envelope.payload as Value, { list: [1] }), "the receiver saw a later change");
  });

  add("carries a megabyte", async (pair, arrivals) => {
    const payload = new Uint8Array(2 ** 20).map((_, index) => index % 251);
    await pair.near.route(pair.refToFar("t"), { ...numbered(1), payload });
    const [arrival] = await arrivals.take(1);
    assert(equals(arrival?.envelope.payload as Value, payload), "the bytes differ");
  });

  add("brings answers back by the path of the call, where it has one", async (pair, arrivals) => {
    await pair.near.route(pair.refToFar("t"), numbered(1));
    const [arrival] = await arrivals.take(1);
    const reply = arrival?.source.reply;
    if (reply === undefined) return;
    const answers = new Arrivals(pair.near);
    const answer: Envelope = { kind: "reply", id: 1, target: "reply:1", message: "", payload: "yes", headers: {} };
    await reply(answer);
    const [back] = await answers.take(1);
    answers.close();
    assert(equals(back?.envelope as Value, answer), "the answer changed on its way");
  });

  add("rejects an envelope for nowhere", async (pair) => {
    const error = await pair.near.route(pair.refToNowhere(), numbered(1)).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert(isGraphoidError(error, "ROUTE"), "the router took it");
  });

  return cases;
}

function numbered(payload: number): Envelope {
  return { kind: "send", id: 0, target: "t", message: "m", payload, headers: {} };
}

function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Collects what a host delivers. */
class Arrivals {
  readonly #arrived: Arrival[] = [];
  readonly #registration: Disposable;
  #wake: () => void = () => {};

  constructor(routing: Routing) {
    this.#registration = routing.onDeliver((envelope, source) => {
      this.#arrived.push({ envelope, source });
      this.#wake();
    });
  }

  /** The next `count` arrivals, once they are there. */
  async take(count: number): Promise<Arrival[]> {
    while (this.#arrived.length < count) {
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
    return this.#arrived.splice(0, count);
  }

  close(): void {
    this.#registration[Symbol.dispose]();
  }
}
