import { type Envelope, ManualClock } from "@graphoid/core";
import { type Msg, type NatsConnection, TimeoutError } from "@nats-io/transport-node";
import { beforeEach, describe, expect, it } from "vitest";
import { Liveness } from "./liveness.ts";
import { OpenCalls } from "./open-calls.ts";
import { Subjects } from "./subjects.ts";

const subjects = new Subjects("n");
const call = (id: number): Envelope => ({
  kind: "request",
  id,
  target: "t",
  message: "m",
  payload: null,
  headers: {},
  replyTo: { id: "r", location: "me", metadata: {} },
});

/** What a test says in the place of a server. */
type Respond = (question: { readonly open: readonly number[]; readonly served: readonly number[] }) => Promise<unknown>;

describe("Liveness", () => {
  let clock: ManualClock;
  let calls: OpenCalls;
  let respond: Respond;
  let lost: string[];
  let unknown: { readonly open: readonly number[]; readonly served: readonly number[] }[];
  let liveness: Liveness;

  /** Lets what was answered take effect. */
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  async function probe(byMs = 10): Promise<void> {
    clock.advance(byMs);
    await settled();
  }

  beforeEach(() => {
    clock = new ManualClock();
    calls = new OpenCalls();
    lost = [];
    unknown = [];
    const connection = {
      isClosed: () => false,
      request: async (_subject: string, bytes: Uint8Array) => {
        const answer = await respond(JSON.parse(Buffer.from(bytes).toString()));
        return { json: () => answer } as Msg;
      },
    } as unknown as NatsConnection;
    liveness = new Liveness({
      connection,
      subjects,
      self: () => ({ identity: "me", incarnation: "run", epoch: 0 }),
      calls,
      probeMs: 10,
      failAfterMs: 100,
      clock,
      onLost: (place) => lost.push(place.name),
      onMet: () => {},
      onUnknown: (_place, open, served) => unknown.push({ open, served }),
    });
  });

  it("asks while something is waited for, and has no timer otherwise", async () => {
    let asked = 0;
    respond = async (question) => {
      asked++;
      return { ...question, from: "b", incarnation: "x", epoch: 0 };
    };
    calls.add("b", call(1), 0);
    liveness.watch();
    liveness.watch();
    expect(clock.pending).toBe(1);
    await probe();
    await probe();
    expect(asked).toBe(2);
    expect(unknown.at(-1)).toEqual({ open: [1], served: [] });
    calls.end(1);
    await probe();
    expect(clock.pending).toBe(0);
    liveness.watch();
    liveness.stop();
    expect(clock.pending).toBe(0);
  });

  it("gives up who is silent for as long as was said, and nobody because this process was held up", async () => {
    calls.add("b", call(1), 0);
    const times: ((error: Error) => void)[] = [];
    respond = () => new Promise((_resolve, reject) => times.push(reject));
    liveness.watch();
    await probe();
    // The time was up long ago when this process comes to see it.
    clock.advance(1_000);
    times[0]?.(new TimeoutError());
    await settled();
    expect(lost).toEqual([]);
    await probe();
    const last = times.at(-1);
    clock.advance(100);
    last?.(new TimeoutError());
    await settled();
    expect(lost).toEqual(["b"]);
  });

  it("counts a call to a shared location as lost that nobody took for that long, and no younger one", async () => {
    respond = async () => ({ from: "one of them", incarnation: "x", epoch: 0, open: [1, 2], served: [] });
    calls.add("work", call(1), 0);
    clock.advance(60);
    calls.add("work", call(2), clock.now());
    liveness.watch();
    await probe(40);
    expect(unknown.flatMap(({ open }) => open)).toEqual([1]);
    expect(lost).toEqual([]);
  });

  it("asks about all calls, however many wait, some at a time", async () => {
    const asked = new Set<number>();
    let most = 0;
    respond = async ({ open, served }) => {
      for (const id of open) asked.add(id);
      most = Math.max(most, open.length, served.length);
      return { from: "b", incarnation: "x", epoch: 0, open: [], served: [] };
    };
    for (let id = 0; id < 1_201; id++) calls.add("b", call(id), 0);
    calls.place("b").served.set(1, undefined);
    liveness.watch();
    for (let i = 0; i < 3; i++) await probe();
    expect(asked.size).toBe(1_201);
    expect(most).toBeLessThanOrEqual(500);
    for (let id = 0; id < 1_100; id++) calls.end(id);
    asked.clear();
    for (let i = 0; i < 2; i++) await probe();
    expect(asked.size).toBe(101);
    liveness.stop();
  });

  it("answers what it knows of the calls of who asks, and nothing to garbage", () => {
    calls.add("b", call(1), 0);
    calls.add("c", call(2), 0);
    calls.place("b").served.set(7, undefined);
    const answers: unknown[] = [];
    const ask = (text: string): void =>
      liveness.answer({
        json: () => JSON.parse(text),
        respond: (bytes: Uint8Array) => answers.push(JSON.parse(Buffer.from(bytes).toString())),
      } as unknown as Msg);
    ask('{"from":"b","open":[7,8],"served":[1,2,3]}');
    expect(answers).toEqual([{ from: "me", incarnation: "run", epoch: 0, open: [8], served: [2, 3] }]);
    ask('{"from":"stranger","open":[7],"served":[1]}');
    expect(answers[1]).toMatchObject({ open: [7], served: [1] });
    for (const text of ["null", "1", "[]", "{", '{"from":"b","open":1,"served":[]}', '{"from":"b","open":[]}'])
      ask(text);
    expect(answers).toHaveLength(2);
  });
});
