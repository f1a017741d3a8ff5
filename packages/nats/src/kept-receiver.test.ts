import { ManualClock } from "@graphoid/core";
import type { ConsumerMessages, JsMsg } from "@nats-io/jetstream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameWriter, KIND } from "./frame.ts";
import { type Kept, KeptReceiver } from "./kept-receiver.ts";

const ACK_WAIT_MS = 300;

/** A message of JetStream that remembers what was said about it. */
function message(data: Uint8Array): { readonly message: JsMsg; readonly said: string[] } {
  const said: string[] = [];
  const say = (word: string) => () => void said.push(word);
  const one = { data, ack: say("ack"), nak: say("nak"), term: say("term"), working: say("working") };
  return { message: one as unknown as JsMsg, said };
}

function frame(number: number, floor: number, incarnation = "run", replyTo = ""): Uint8Array {
  const body = Buffer.alloc(17);
  body.writeDoubleLE(number, 0);
  body.writeDoubleLE(floor, 8);
  return new FrameWriter("sender", incarnation).frame(KIND.envelope, replyTo, body);
}

function receiver(isShared = false): { clock: ManualClock; taken: Kept[]; receiver: KeptReceiver } {
  const clock = new ManualClock();
  const taken: Kept[] = [];
  const made = new KeptReceiver({ clock, ackWaitMs: ACK_WAIT_MS, isShared, take: (kept) => void taken.push(kept) });
  made.start({ close: async () => undefined } as unknown as ConsumerMessages);
  return { clock, taken, receiver: made };
}

describe("KeptReceiver", () => {
  it("ends what no router has written", () => {
    const { taken, receiver: one } = receiver();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const { message: garbage, said } = message(bytes);
        one.arrived(garbage);
        expect(["term", undefined]).toContain(said[0]);
      }),
    );
    for (const [number, floor] of [
      [Number.NaN, 0],
      [0, Number.POSITIVE_INFINITY],
      [-1, 0],
      [0, -1],
      [0.5, 0],
    ] as const) {
      const { message: garbage, said } = message(frame(number, floor));
      one.arrived(garbage);
      expect(said).toEqual(["term"]);
    }
    expect(taken).toEqual([]);
  });

  it("acknowledges what was dealt with, once, and tells that it works on the rest", async () => {
    const { clock, taken, receiver: one } = receiver();
    const [first, second] = [message(frame(0, 0)), message(frame(1, 0, "run", "other target"))];
    one.arrived(first.message);
    one.arrived(second.message);
    expect(taken.map(({ number }) => number)).toEqual([0, 1]);
    one.done(taken[0] as Kept);
    one.done(taken[0] as Kept);
    clock.advance(ACK_WAIT_MS);
    expect(first.said).toEqual(["ack"]);
    expect(second.said).toEqual(["working", "working", "working"]);
    await one.stop();
    expect(second.said.at(-1)).toBe("nak");
    one.done(taken[1] as Kept);
    expect(second.said).not.toContain("ack");
    expect(clock.pending).toBe(0);
  });

  it("takes what is delivered again once, and acknowledges it again after its end", () => {
    const { taken, receiver: one } = receiver();
    const [first, again, late] = [message(frame(0, 0)), message(frame(0, 0)), message(frame(0, 0))];
    one.arrived(first.message);
    one.arrived(again.message);
    expect(again.said).toEqual([]);
    one.done(taken[0] as Kept);
    one.arrived(late.message);
    expect(taken).toHaveLength(1);
    expect(late.said).toEqual(["ack"]);
  });

  it("waits for what is missing, though not for ever, and takes it when it comes after all", () => {
    const { clock, taken, receiver: one } = receiver();
    for (const number of [0, 2, 3]) one.arrived(message(frame(number, 0)).message);
    clock.advance(2 * ACK_WAIT_MS);
    expect(taken.map(({ number }) => number)).toEqual([0]);
    clock.advance(2 * ACK_WAIT_MS);
    expect(taken.map(({ number }) => number)).toEqual([0, 2, 3]);
    const late = message(frame(1, 0));
    one.arrived(late.message);
    expect(taken.map(({ number }) => number)).toEqual([0, 2, 3, 1]);
    expect(late.said).toEqual([]);
  });

  it("waits for nothing where others take from the same location, and orders the runs of a sender each for itself", () => {
    const { taken, receiver: one } = receiver(true);
    for (const number of [4, 0, 9]) one.arrived(message(frame(number, 0)).message);
    expect(taken.map(({ number }) => number)).toEqual([4, 0, 9]);
    const { taken: ordered, receiver: other } = receiver();
    other.arrived(message(frame(1, 0, "run 1")).message);
    other.arrived(message(frame(0, 0, "run 2")).message);
    expect(ordered.map(({ number }) => number)).toEqual([0]);
  });
});
