import { hash } from "@graphoid/core";
import { describe, expect, test } from "vitest";
import { createPartitioning } from "./partitioning.ts";

const { strategy } = createPartitioning();
const ids = Array.from({ length: 20_000 }, (_, i) => `node-${i}`);

/** id, then jump for 8, 32 and 1024 partitions, then modulo for 8: computed by an independent implementation. */
const VECTORS: readonly (readonly [string, number, number, number, number])[] = [
  ["", 4, 10, 10, 3],
  ["a", 7, 28, 28, 3],
  ["alice", 7, 9, 729, 6],
  ["bob", 5, 25, 509, 6],
  ["node_123", 4, 17, 17, 6],
  ["libc6", 7, 13, 830, 0],
  ["Ünïcödé", 2, 21, 96, 0],
  ["日本", 1, 23, 51, 7],
  ["😀", 7, 7, 641, 2],
  ["__proto__", 1, 28, 495, 3],
];

test.each(VECTORS)("places %j as on every machine", (id, of8, of32, of1024, modulo8) => {
  expect(strategy("hash", { partitions: 8 }).partitionFor(id)).toBe(of8);
  expect(strategy("hash", { partitions: 32, method: "jump" }).partitionFor(id)).toBe(of32);
  expect(strategy("hash", { partitions: 1024 }).partitionFor(id)).toBe(of1024);
  expect(strategy("hash", { partitions: 8, method: "modulo" }).partitionFor(id)).toBe(modulo8);
});

test("modulo is the specification's hash(nodeId) % partitionCount", () => {
  const modulo = strategy("hash", { partitions: 7, method: "modulo" });
  for (const id of ids.slice(0, 100)) expect(modulo.partitionFor(id)).toBe(hash(id) % 7);
});

describe.each([1, 2, 7, 8, 31])("P4: from %i partitions to one more", (partitions) => {
  const before = strategy("hash", { partitions });
  const after = strategy("hash", { partitions: partitions + 1 });
  const moved = ids.filter((id) => before.partitionFor(id) !== after.partitionFor(id));

  test("at most 1/(n+1) + 2 % of the nodes move", () => {
    expect(moved.length / ids.length).toBeLessThanOrEqual(1 / (partitions + 1) + 0.02);
  });

  test("they all move to the new partition", () => {
    expect(moved.every((id) => after.partitionFor(id) === partitions)).toBe(true);
  });
});

test.each([2, 8, 32])("fills %i partitions evenly", (partitions) => {
  const jump = strategy("hash", { partitions });
  const sizes = new Array<number>(partitions).fill(0);
  for (const id of ids) sizes[jump.partitionFor(id) as number]!++;
  const mean = ids.length / partitions;
  // Four standard deviations of a fair draw.
  for (const size of sizes) expect(Math.abs(size - mean)).toBeLessThan(4 * Math.sqrt(mean));
});

test("one partition takes every node", () => {
  const one = strategy("hash", { partitions: 1 });
  expect(new Set(ids.map((id) => one.partitionFor(id)))).toEqual(new Set([0]));
});

test("refuses unknown methods and options", () => {
  expect(() => strategy("hash", { partitions: 2, method: "md5" })).toThrow(
    'partition.strategy("hash"): expected `method` to be "jump" or "modulo", got "md5"',
  );
  expect(() => strategy("hash", { partitions: 2, ranges: [] })).toThrow('unknown option "ranges"');
});
