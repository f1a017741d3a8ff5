import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Assembler, messageOf, numberBytes, split } from "./chunks.ts";

const still = (): number => 0;

/** The bytes of a head for a piece, and `length` more. */
function piece(number: number, place: number, count: number, length = 1): Buffer {
  const bytes = Buffer.alloc(16 + length);
  bytes.writeDoubleLE(number, 0);
  bytes.writeUInt32LE(place, 8);
  bytes.writeUInt32LE(count, 12);
  return bytes;
}

/** A message of `length` bytes that tells it from others. */
function message(seed: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 0xff);
}

describe("pieces", () => {
  it("are no larger than asked, and share their number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 17, max: 90 }), (length, size) => {
        const pieces = [...split(message(1, length), 7, size)];
        for (const one of pieces) {
          expect(one.length).toBeLessThanOrEqual(size);
          expect(messageOf(one)).toBe(Buffer.from(numberBytes(7)).toString("hex"));
        }
      }),
    );
  });

  it("are of one byte where there is room for none, rather than none or without end", () => {
    for (const size of [16, 3, -5]) expect([...split(message(1, 4), 1, size)]).toHaveLength(4);
  });
});

describe("Assembler", () => {
  it("gives each message once, of any senders, in any order, with duplicates", () => {
    const one = fc.record({
      sender: fc.constantFrom("a", "b", "1 a"),
      length: fc.integer({ min: 1, max: 300 }),
      size: fc.integer({ min: 20, max: 60 }),
    });
    const plan = fc.array(one, { minLength: 1, maxLength: 5 }).chain((messages) => {
      const pieces = messages.flatMap(({ sender, length, size }, number) =>
        [...split(message(number, length), number, size)].map((bytes) => ({ sender, bytes, number })),
      );
      const mixed = fc.shuffledSubarray(pieces, { minLength: pieces.length });
      return fc.record({ messages: fc.constant(messages), mixed });
    });
    fc.assert(
      fc.property(plan, ({ messages, mixed }) => {
        const assembler = new Assembler(1e9, still);
        const whole = new Map<number, Uint8Array>();
        const missing = new Map<number, number>();
        for (const { number } of mixed) missing.set(number, (missing.get(number) ?? 0) + 1);
        for (const { sender, bytes, number } of mixed) {
          const got = assembler.add(sender, bytes);
          missing.set(number, (missing.get(number) as number) - 1);
          // Twice, unless it was the last: then it would be the first of another message.
          if (got === undefined) expect(assembler.add(sender, bytes)).toBeUndefined();
          expect(got instanceof Uint8Array).toBe(missing.get(number) === 0);
          if (got) whole.set(number, got);
        }
        for (const [number, { length }] of messages.entries()) {
          expect(Buffer.compare(whole.get(number) as Uint8Array, message(number, length))).toBe(0);
        }
        expect(assembler.held).toBe(0);
      }),
    );
  });

  it("takes any bytes without a throw, and holds no more than it may", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.uint8Array({ maxLength: 64 }))), (all) => {
        const assembler = new Assembler(600, still);
        for (const [sender, bytes] of all) {
          assembler.add(sender, bytes);
          assembler.giveUp(sender, bytes);
          expect(assembler.held).toBeLessThanOrEqual(600);
        }
      }),
    );
  });

  it("refuses heads that make no sense", () => {
    const assembler = new Assembler(1e6, still);
    for (const number of [Number.NaN, Number.POSITIVE_INFINITY, 0.5, 2 ** 60]) {
      expect(assembler.add("a", piece(number, 0, 2))).toBe(false);
    }
    expect(assembler.add("a", piece(1, 2, 2))).toBe(false);
    expect(assembler.add("a", piece(1, 0, 0))).toBe(false);
    expect(assembler.add("a", piece(1, 0, 2).subarray(0, 15))).toBe(false);
    expect(assembler.held).toBe(0);
    // As many as there can be: nothing is set aside for those that have not come.
    expect(assembler.add("a", piece(1, 2 ** 32 - 2, 2 ** 32 - 1))).toBeUndefined();
    expect(assembler.add("a", piece(1, 0, 2))).toBe(false);
    expect(assembler.held).toBeLessThan(1_000);
  });

  it("holds its limit and not a byte more, then drops the message that wants more", () => {
    const first = new Assembler(1e6, still);
    first.add("a", piece(1, 0, 3, 50));
    const { held } = first;
    first.add("a", piece(1, 1, 3, 50));
    const both = first.held;
    const exact = new Assembler(both, still);
    exact.add("a", piece(1, 0, 3, 50));
    expect(exact.add("a", piece(1, 1, 3, 50))).toBeUndefined();
    expect(exact.add("b", piece(1, 0, 3, 0))).toBe(false);
    expect(exact.held).toBe(both);
    const less = new Assembler(both - 1, still);
    expect(less.add("a", piece(1, 0, 3, 50))).toBeUndefined();
    expect(less.held).toBe(held);
    expect(less.add("a", piece(1, 1, 3, 50))).toBe(false);
    expect(less.held).toBe(0);
  });

  it("counts what it remembers of senders, not their bytes alone", () => {
    const assembler = new Assembler(100_000, still);
    let taken = 0;
    for (let i = 0; i < 1_000; i++) if (assembler.add(`${i}${"x".repeat(4_000)}`, piece(1, 0, 2)) !== false) taken++;
    expect(taken).toBeLessThan(30);
  });

  it("forgets what stands still, and what it is told does not come", () => {
    let now = 0;
    const assembler = new Assembler(1e6, () => now);
    assembler.add("a", piece(1, 0, 2));
    now = 100;
    assembler.add("b", piece(1, 0, 2));
    assembler.forget(100);
    expect(assembler.held).toBeGreaterThan(100);
    now = 150;
    assembler.forget(100);
    expect(assembler.add("a", piece(1, 1, 2))).toBeUndefined();
    expect(assembler.add("b", piece(1, 1, 2))).toHaveLength(2);
    assembler.giveUp("a", numberBytes(2));
    assembler.giveUp("a", new Uint8Array(3));
    expect(assembler.held).toBeGreaterThan(0);
    assembler.giveUp("a", numberBytes(1));
    expect(assembler.held).toBe(0);
  });

  it("does not keep the buffer that a piece came in", () => {
    const large = new Uint8Array(1_000);
    large.set(piece(1, 0, 2, 1));
    const assembler = new Assembler(1e6, still);
    assembler.add("a", large.subarray(0, 17));
    large.fill(0xff);
    expect(assembler.add("a", piece(1, 1, 2))).toEqual(Buffer.from([0, 0]));
  });
});
