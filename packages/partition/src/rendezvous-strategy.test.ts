import fc from "fast-check";
import { expect, test } from "vitest";
import { createPartitioning } from "./partitioning.ts";

const character = fc.constantFrom("\0", "a", "b", "z", "é", "日", "\uffff", "😀");
const { strategy } = createPartitioning();
const ids = Array.from({ length: 10_000 }, (_, i) => `node-${i}`);

/** id, then the partition of 8 alike, then that of 4 with weights 1, 2, 0, 5: from an independent implementation. */
const VECTORS: readonly (readonly [string, number, number])[] = [
  ["", 3, 3],
  ["a", 2, 3],
  ["alice", 1, 1],
  ["bob", 0, 0],
  ["node_123", 7, 1],
  ["libc6", 5, 3],
  ["Ünïcödé", 1, 1],
  ["日本", 7, 3],
  ["😀", 1, 1],
  ["__proto__", 3, 3],
];

test.each(VECTORS)("places %j as on every machine", (id, alike, weighted) => {
  expect(strategy("rendezvous", { partitions: 8 }).partitionFor(id)).toBe(alike);
  expect(strategy("rendezvous", { partitions: 4, weights: [1, 2, 0, 5] }).partitionFor(id)).toBe(weighted);
});

test("equal weights are no weights", () => {
  fc.assert(
    fc.property(fc.string({ unit: character }), fc.integer({ min: 1, max: 9 }), (id, partitions) => {
      const weights = new Array<number>(partitions).fill(0.3);
      expect(strategy("rendezvous", { partitions, weights }).partitionFor(id)).toBe(
        strategy("rendezvous", { partitions }).partitionFor(id),
      );
    }),
  );
});

test("partitions receive their share", () => {
  const weights = [1, 2, 0, 5];
  const weighted = strategy("rendezvous", { partitions: 4, weights });
  const sizes = [0, 0, 0, 0];
  for (const id of ids) sizes[weighted.partitionFor(id) as number]!++;
  for (const [i, weight] of weights.entries()) {
    expect(Math.abs((sizes[i] as number) / ids.length - weight / 8)).toBeLessThan(0.02);
  }
  expect(sizes[2]).toBe(0);
});

test("P4: one more partition moves its share to it and nothing else", () => {
  const before = strategy("rendezvous", { partitions: 8 });
  const after = strategy("rendezvous", { partitions: 9 });
  const moved = ids.filter((id) => before.partitionFor(id) !== after.partitionFor(id));
  expect(moved.length / ids.length).toBeLessThanOrEqual(1 / 9 + 0.02);
  expect(moved.every((id) => after.partitionFor(id) === 8)).toBe(true);
});

test("a change of one weight moves nodes only to or from that partition", () => {
  const before = strategy("rendezvous", { partitions: 3, weights: [1, 1, 1] });
  const after = strategy("rendezvous", { partitions: 3, weights: [1, 3, 1] });
  const moved = ids.filter((id) => before.partitionFor(id) !== after.partitionFor(id));
  expect(moved.length).toBeGreaterThan(0);
  expect(moved.every((id) => after.partitionFor(id) === 1)).toBe(true);
});

test("extreme weights are fine", () => {
  const huge = strategy("rendezvous", { partitions: 2, weights: [Number.MIN_VALUE, Number.MAX_VALUE] });
  expect(new Set(ids.map((id) => huge.partitionFor(id)))).toEqual(new Set([1]));
  const tiny = strategy("rendezvous", { partitions: 2, weights: [Number.MIN_VALUE, 0] });
  expect(new Set(ids.map((id) => tiny.partitionFor(id)))).toEqual(new Set([0]));
});

test.each([
  [[1, 2], "expected `weights` to be an array of 3 numbers"],
  ["1,2,3", "expected `weights` to be an array of 3 numbers"],
  [[1, -1, 1], "expected `weights[1]` to be a finite number >= 0, got -1"],
  [[1, Number.NaN, 1], "expected `weights[1]`"],
  [[1, 1, Number.POSITIVE_INFINITY], "expected `weights[2]`"],
  [[0, 0, 0], "expected `weights` to be not all 0"],
])("refuses the weights %j", (weights, message) => {
  expect(() => strategy("rendezvous", { partitions: 3, weights })).toThrow(message);
});
