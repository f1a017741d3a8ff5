import type { Value } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Session } from "../src/api.ts";
import { createSerializer } from "../src/serializer.ts";
import { plain, registerMoney, value } from "./arbitraries.ts";
import { join } from "./bytes.ts";
import { costOf } from "./cost.ts";
import { difference } from "./identical.ts";

const serializer = registerMoney(createSerializer());
const pair = (): [Session, Session] => [serializer.session(), serializer.session()];

describe("a session", () => {
  it("carries any values in turn, in both directions", () => {
    const step = fc.record({ held: fc.oneof(value, plain), left: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const [a, b] = pair();
        for (const { held, left } of steps) {
          const [from, to] = left ? [a, b] : [b, a];
          expect(difference(held, to.fromBytes(from.toBytes(held)))).toBeUndefined();
          // The same again is written with the shapes that the first time defined.
          expect(difference(held, to.fromBytes(from.toBytes(held)))).toBeUndefined();
        }
      }),
      { numRuns: 150 },
    );
  });

  it("sends the keys of an object once, from its second time on", () => {
    const [here, there] = pair();
    const send = (held: Value): number => {
      const bytes = here.toBytes(held);
      expect(there.fromBytes(bytes)).toEqual(held);
      return bytes.length;
    };
    expect([1, 2, 3, 4].map((x) => send({ "a long key": x, "another long key": -x }))).toEqual([35, 34, 5, 5]);
    expect(
      send([
        { "a long key": 5, "another long key": 6 },
        { "a long key": 7, "another long key": 8 },
      ]),
    ).toBe(9);
    // Other keys, or the same in another order, are another shape; an absent one makes it so too.
    expect(send({ "another long key": 1, "a long key": 2 })).toBe(35);
    expect(here.toBytes({ "a long key": 1, "another long key": undefined }).length).toBe(17);
  });

  it("writes more than fifteen shapes, and objects with any keys", () => {
    const [here, there] = pair();
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 40; i++) {
        const held = JSON.parse(`{"__proto__":1,"constructor":2,"${i}":3,"key ${i}":4,"70000":5}`) as Value;
        const back = there.fromBytes(here.toBytes(held)) as object;
        expect(Object.entries(back)).toEqual(Object.entries(held as object));
        expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
      }
    }
  });

  it("keeps to its limits: 1,024 shapes, 64 keys, 256 KiB of definitions", () => {
    const [here, there] = pair();
    const wide = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, i]));
    for (let round = 0; round < 3; round++) {
      expect(there.fromBytes(here.toBytes(wide))).toEqual(wide);
      for (let i = 0; i < 1100; i++) {
        const held = { [`key ${i}`]: i };
        expect(there.fromBytes(here.toBytes(held))).toEqual(held);
      }
    }
    const [there2, here2] = pair();
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 20; i++) {
        const held = { [`${i}`.padEnd(20_000, "x")]: i };
        expect(there2.fromBytes(here2.toBytes(held))).toEqual(held);
      }
    }
  });

  it("stays small when objects are used as dictionaries, and still learns shapes afterwards", () => {
    const [here, there] = pair();
    for (let i = 0; i < 30_000; i++) here.toBytes({ [`id ${i}`]: i });
    const last = [1, 2, 3].map((x) => here.toBytes({ "a shape that comes late": x }).length);
    expect(last[2]).toBe(4);
    expect(() => there.fromBytes(Uint8Array.of(7, 0, 0xc0))).toThrow("expected message 0 (modulo 256), got 7");
  });

  it("is as it was after a value that cannot be written", () => {
    const [here, there] = pair();
    const held = { a: 1, b: 2 };
    there.fromBytes(here.toBytes(held));
    expect(() => here.toBytes([held, held, { bad: () => 1 }] as never)).toThrow("at value[2].bad");
    for (let i = 0; i < 3; i++) expect(there.fromBytes(here.toBytes(held))).toEqual(held);
  });

  it("goes on after a value that cannot be read", () => {
    class Local {}
    const own = createSerializer();
    own.register(Local, { tag: "only here", encode: () => ({ a: 1, b: 2 }), decode: () => new Local() });
    const [here, there] = [own.session(), createSerializer().session()];
    there.fromBytes(here.toBytes({ a: 0, b: 0 }));
    const message = here.toBytes([new Local(), { a: 1, b: 2 }]);
    expect(() => there.fromBytes(message)).toThrow(expect.objectContaining({ code: "CODEC" }));
    expect(there.fromBytes(here.toBytes({ a: 1, b: 2 }))).toEqual({ a: 1, b: 2 });
  });

  it("refuses a message that is lost, repeated or swapped", () => {
    const [here, there] = pair();
    const messages = Array.from({ length: 300 }, (_, i) => here.toBytes({ i }));
    expect(there.fromBytes(messages[0] as Uint8Array)).toEqual({ i: 0 });
    for (const wrong of [0, 2, 255]) {
      expect(() => there.fromBytes(messages[wrong] as Uint8Array)).toThrow(
        expect.objectContaining({ code: "SEQUENCE", details: { expected: 1, found: wrong } }),
      );
    }
    for (let i = 1; i < 300; i++) expect(there.fromBytes(messages[i] as Uint8Array)).toEqual({ i });
  });

  it("refuses a codec that writes a message inside a message", () => {
    const own = createSerializer();
    class Nested {}
    const session = own.session();
    own.register(Nested, { tag: "nested", encode: () => session.toBytes(1), decode: () => new Nested() });
    expect(() => session.toBytes(new Nested())).toThrow(expect.objectContaining({ code: "CODEC" }));
    expect(own.session().fromBytes(session.toBytes(1))).toBe(1);
  });

  it.each<[string, Uint8Array, string]>([
    ["nothing", Uint8Array.of(), "TRUNCATED"],
    ["a number alone", Uint8Array.of(0), "TRUNCATED"],
    ["a shape that was not defined", Uint8Array.of(0, 0, 0x80), "FORMAT"],
    ["a late shape that was not defined", Uint8Array.of(0, 0, 0x8f, 0xff, 0x7f), "FORMAT"],
    ["definitions that are not there", Uint8Array.of(0, 4, 0), "TRUNCATED"],
    ["a definition of 65 keys", join(0, 2, 65, ...new Array<number>(200).fill(0xa0)), "FORMAT"],
    ["a definition with a key twice", Uint8Array.of(0, 2, 2, 0xa1, 0x61, 0xa1, 0x61, 0x80, 1, 2), "FORMAT"],
    ["a definition with a key that is no string", Uint8Array.of(0, 2, 1, 1, 0x80, 1), "FORMAT"],
    ["1,025 definitions", join(0, [0x82, 0x10], ...new Array<number>(1025).fill(0), 0xc0), "LIMIT"],
    ["bytes after the value", Uint8Array.of(0, 0, 1, 2), "TRAILING_DATA"],
    ["fewer values than keys", Uint8Array.of(0, 2, 2, 0xa1, 0x61, 0xa1, 0x62, 0x80, 1), "TRUNCATED"],
  ])("refuses %s", (_name, bytes, code) => {
    expect(() => serializer.session().fromBytes(bytes)).toThrow(expect.objectContaining({ code }));
  });

  it("S3: announces a million definitions in vain", () => {
    const session = serializer.session();
    const bytes = join(0, [0x80, 0x89, 0x7a], new Uint8Array(1_000_000), 0xc0);
    const { outcome, bytes: held } = costOf(() => {
      try {
        session.fromBytes(bytes);
      } catch (error) {
        return error;
      }
      return "read";
    });
    expect(outcome).toMatchObject({ code: "LIMIT" });
    expect(held).toBeLessThan(2 ** 20);
    // Nothing was kept: the definitions of the next message are the first.
    expect(session.fromBytes(Uint8Array.of(0, 2, 1, 0xa1, 0x61, 0x80, 5))).toEqual({ a: 5 });
  });

  it("S3: keeps empty objects as small as they are without a session", () => {
    const bytes = join(0, 2, 0, [0xdd, 0, 1, 0x86, 0xa0], new Uint8Array(100_000).fill(0x80));
    const { outcome, bytes: held } = costOf(() => serializer.session().fromBytes(bytes));
    expect((outcome as unknown[]).length).toBe(100_000);
    const alone = costOf(() => serializer.fromMsgpack(bytes.subarray(3)));
    expect(held).toBeLessThanOrEqual(1.1 * alone.bytes);
    expect(held).toBeLessThanOrEqual(64 * bytes.length + 2 ** 20);
  });

  it("S10: cut at every byte, a message is refused as truncated", () => {
    const here = serializer.session();
    here.toBytes({ a: 1, b: "two" });
    const whole = serializer.session();
    whole.fromBytes(serializer.session().toBytes({ a: 1, b: "two" }));
    const message = here.toBytes({ a: [1, { b: 2 }], b: "two" });
    for (let length = 0; length < message.length; length++) {
      const there = serializer.session();
      there.fromBytes(serializer.session().toBytes({ a: 1, b: "two" }));
      expect(() => there.fromBytes(message.subarray(0, length))).toThrow(
        expect.objectContaining({ code: "TRUNCATED" }),
      );
    }
    expect(whole.fromBytes(message)).toEqual({ a: [1, { b: 2 }], b: "two" });
  });
});
