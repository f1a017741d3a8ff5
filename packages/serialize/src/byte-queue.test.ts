import fc from "fast-check";
import { expect, it } from "vitest";
import { ByteQueue } from "./byte-queue.ts";

it("a ByteQueue gives back what was pushed, in order, whatever is dropped in between", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 50 }), fc.nat({ max: 60 }))), (steps) => {
      const queue = new ByteQueue();
      let expected: number[] = [];
      for (const [bytes, dropped] of steps) {
        queue.push(bytes);
        expected.push(...bytes);
        expect(queue.length).toBe(expected.length);
        expect([...queue.bytes]).toEqual(expected);
        const count = Math.min(dropped, queue.length);
        queue.drop(count);
        expected = expected.slice(count);
        expect([...queue.bytes]).toEqual(expected);
      }
    }),
  );
});

it("a ByteQueue copies what is pushed", () => {
  const queue = new ByteQueue();
  const bytes = Uint8Array.of(1, 2, 3);
  queue.push(bytes);
  bytes.fill(9);
  expect([...queue.bytes]).toEqual([1, 2, 3]);
});
