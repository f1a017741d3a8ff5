import { equals, isGraphoidError, type Ref, type Registration, type Value } from "@graphoid/core";
import { COMPLIANCE_TARGET } from "./compliance-target.ts";
import type { RouterCase } from "./router-cases.ts";

/** What the suite uses of a host: a `Remote` of `@graphoid/remote` has it. */
export interface ComplianceHost {
  readonly identity: string;
  ref(init: { readonly id: string; readonly location?: Value }): Ref;
  expose(id: string, target: object): Registration;
}

/** Two hosts whose calls to each other go by the router under test. The far one may be in another process. */
export interface CompliancePair {
  readonly near: ComplianceHost;
  /**
   * A reference of the near host to `id` at the far host, which has exposed
   * {@link complianceTarget | complianceTarget()} as {@link COMPLIANCE_TARGET}.
   */
  toFar(id: string): Ref;
  /** A reference that leads to no host at all. */
  toNowhere(): Ref;
  /** Ends the far host without a word, as a crash does. Without it, the case of a lost peer is left out. */
  killFar?(): void | Promise<void>;
  /** The largest payload to try, in bytes. Default: 4 MiB. */
  readonly maxPayloadBytes?: number;
  /** Whether envelopes of one sender arrive in order. Default: true. */
  readonly inOrder?: boolean;
  /** Ends both hosts. */
  close(): Promise<void>;
}

const PATIENCE = 20_000;

interface State {
  readonly waiting: number;
  readonly stopped: number;
  readonly produced: number;
  readonly ended: number;
}

/**
 * What every router must do for calls, whatever it rides on: requests, sends, streams both ways, errors, cancellation,
 * deadlines, order, large messages, references, the loss of a peer. `makePair` is called once for each case; the test
 * runner limits its time.
 *
 * @example
 * ```ts no-run
 * import { complianceCases, complianceTarget, COMPLIANCE_TARGET, type ComplianceHost } from "@graphoid/routing/testing";
 * import { test } from "node:test";
 *
 * declare const near: ComplianceHost, far: ComplianceHost; // remotes whose calls go by your router
 * far.expose(COMPLIANCE_TARGET, complianceTarget());
 * const cases = complianceCases(async () => ({
 *   near,
 *   toFar: (id) => near.ref({ id, location: far.identity }),
 *   toNowhere: () => near.ref({ id: "x", location: "nowhere" }),
 *   close: async () => {},
 * }));
 * for (const { name, run } of cases) test(name, run);
 * ```
 */
export function complianceCases(makePair: () => Promise<CompliancePair>): RouterCase[] {
  const cases: RouterCase[] = [];
  const add = (name: string, check: (pair: CompliancePair, far: Ref) => Promise<void>): void => {
    cases.push({
      name,
      async run() {
        const pair = await makePair();
        try {
          await check(pair, pair.toFar(COMPLIANCE_TARGET));
        } finally {
          await pair.close();
        }
      },
    });
  };

  add("requests are answered, each with its own answer", async (_pair, far) => {
    const payload = { text: "ü€😀", list: [1, -0, 2.5, true, null, 2n ** 70n], bytes: new Uint8Array([0, 255]) };
    assert(equals(await far.request("echo", payload), payload), "the payload changed on its way");
    const answers = await Promise.all(Array.from({ length: 500 }, (_, i) => far.request("echo", i)));
    assert(
      answers.every((answer, i) => answer === i),
      "answers were swapped",
    );
  });

  add("sends arrive once, in the order of sending where the router promises it", async (pair, far) => {
    const count = 1_000;
    await Promise.all(Array.from({ length: count }, (_, i) => far.send("note", i)));
    const notes: number[] = [];
    await until(async () => {
      notes.push(...((await far.request("notes")) as number[]));
      return notes.length >= count;
    });
    assert(notes.length === count && new Set(notes).size === count, "a message came twice");
    if (pair.inOrder === false) return;
    const wrong = notes.findIndex((note, i) => note !== i);
    assert(wrong === -1, `place ${wrong} holds message ${notes[wrong]}`);
  });

  add("a payload travels as it was when it was sent", async (_pair, far) => {
    const payload = { list: [1] };
    const answer = far.request("echo", payload);
    payload.list.push(2);
    assert(equals(await answer, { list: [1] }), "the receiver saw a later change");
  });

  add("streams bring every item in order", async (_pair, far) => {
    let next = 0;
    for await (const item of far.stream("count", 500)) assert(item === next++, `item ${next - 1} is ${String(item)}`);
    assert(next === 500, `the stream ended after ${next} items`);
  });

  add("a consumer that stops ends the producer", async (_pair, far) => {
    for await (const item of far.stream("count", 1_000_000)) if ((item as number) >= 10) break;
    const state = await until(async () => {
      const now = (await far.request("state")) as unknown as State;
      return now.ended > 0 ? now : undefined;
    });
    assert(state.produced < 10_000, `the producer made ${state.produced} items for a consumer of 10`);
  });

  add("the caller's own items reach the handler", async (_pair, far) => {
    const items = Array.from({ length: 300 }, (_, i) => i);
    assert((await far.request("sum", null, { items })) === 44_850, "the sum is wrong");
  });

  add("errors come back with name, code, message, details and cause", async (_pair, far) => {
    const error = (await rejection(far.request("fail"))) as Error & { code?: string; details?: { at?: number } };
    assert(error.code === "COMPLIANCE" && error.message === "it failed", `got ${error.code}: ${error.message}`);
    assert(error.name === "RangeError" && error.details?.at === 7, "the name or the details are gone");
    assert((error.cause as Error | undefined)?.message === "the reason", "the cause is gone");
    assert(isGraphoidError(await rejection(far.request("unknown")), "UNIMPLEMENTED"), "an unknown message was taken");
  });

  add("cancelling ends the wait, and the handler's signal fires", async (_pair, far) => {
    const before = (await far.request("state")) as unknown as State;
    const controller = new AbortController();
    const waiting = rejection(far.request("wait", null, { signal: controller.signal }));
    await until(async () => ((await far.request("state")) as unknown as State).waiting > before.waiting);
    controller.abort();
    assert(isGraphoidError(await waiting, "CANCELLED"), "the caller was not told");
    await until(async () => ((await far.request("state")) as unknown as State).stopped > before.stopped);
  });

  add("a deadline ends the wait", async (_pair, far) => {
    const error = await rejection(far.request("wait", null, { timeoutMs: 50 }));
    assert(isGraphoidError(error, "DEADLINE_EXCEEDED"), `got ${String(error)}`);
  });

  add("large messages travel, and small ones beside them", async (pair, far) => {
    const large = new Uint8Array(pair.maxPayloadBytes ?? 4 * 2 ** 20).map((_, i) => i % 251);
    const [answer, ...small] = await Promise.all([
      far.request("echo", large),
      ...Array.from({ length: 20 }, (_, i) => far.request("echo", i)),
    ]);
    assert(equals(answer as Value, large), "the bytes differ");
    assert(
      small.every((value, i) => value === i),
      "a small message went astray",
    );
  });

  add("the far host knows who calls, and calls back by a reference", async (pair, far) => {
    const caller = await far.request("caller");
    assert(caller === null || caller === pair.near.identity, `the caller is called ${String(caller)}`);
    const exposed = pair.near.expose("compliance.near", { echo: (payload: Value) => payload });
    const ref = pair.near.ref({ id: "compliance.near", location: pair.near.identity });
    assert((await far.request("callBack", { ref, payload: "back" })) === "back", "the reference led elsewhere");
    exposed.dispose();
  });

  add("a call to nowhere fails, and to nothing too", async (pair) => {
    assert(isGraphoidError(await rejection(pair.toNowhere().request("echo"))), "the router took a call to nowhere");
    const error = await rejection(pair.toFar("compliance.nothing").request("echo"));
    assert(isGraphoidError(error, "NOT_FOUND"), `got ${String(error)}`);
  });

  add("the loss of the peer ends every call that waits for it", async (pair, far) => {
    if (pair.killFar === undefined) return;
    const items = far.stream("halting")[Symbol.asyncIterator]();
    await items.next();
    const waiting = [rejection(far.request("wait")), rejection(far.request("wait")), rejection(items.next())];
    await far.request("echo");
    await pair.killFar();
    for (const error of await Promise.all(waiting)) {
      assert(isGraphoidError(error, "PEER_LOST") || isGraphoidError(error, "CLOSED"), `got ${String(error)}`);
    }
    assert(isGraphoidError(await rejection(far.request("echo", 1, { timeoutMs: 2_000 }))), "a dead host answered");
  });

  return cases;
}

/** What `found` resolves with once that is neither `undefined` nor `false`. Each try is a round trip. */
async function until<T>(found: () => Promise<T | undefined | false>): Promise<T> {
  for (let i = 0; i < PATIENCE; i++) {
    const result = await found();
    if (result !== undefined && result !== false) return result;
  }
  throw new Error(`what was waited for did not happen within ${PATIENCE} round trips`);
}

function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => new Error(`expected a rejection, got ${String(value)}`),
    (error: unknown) => error,
  );
}

function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}
