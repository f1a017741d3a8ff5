import { partitionStream, type StreamedNode } from "@graphoid/partition";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limitOf } from "./plain-graphs.ts";

/** A stream over a graph of `size` nodes in rings of `ring`. */
function* rings(size: number, ring: number): Generator<StreamedNode> {
  for (let node = 0; node < size; node++) {
    const first = node - (node % ring);
    const length = Math.min(ring, size - first);
    const at = node - first;
    yield { node, neighbors: [first + ((at + 1) % length), first + ((at + length - 1) % length)] };
  }
}

describe.each(["ldg", "fennel"] as const)("%s", (rule) => {
  test.each([{}, { passes: 3 }, { buffer: 7 }, { buffer: 100, passes: 2 }])(
    "keeps every limit, and places every node, with %j",
    (options) => {
      const parameters = [
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 30 }),
      ] as const;
      fc.assert(
        fc.property(...parameters, (nodes, partitions, ring) => {
          const stream = [...rings(nodes, ring)];
          const placed = partitionStream(stream, { rule, partitions, nodes, epsilon: 0, ...options });
          const counts = new Array<number>(partitions + 1).fill(0);
          for (const part of placed) counts[part]!++;
          expect(counts[0]).toBe(0);
          expect(Math.max(...counts)).toBeLessThanOrEqual(limitOf(nodes, partitions, 0));
        }),
        { numRuns: 40 },
      );
    },
  );

  test("keeps rings together", () => {
    const placed = partitionStream(rings(1000, 50), { rule, partitions: 4, nodes: 1000, edges: 1000 });
    let cut = 0;
    for (const { node, neighbors } of rings(1000, 50)) if (placed[node] !== placed[neighbors[0] as number]) cut++;
    expect(cut).toBeLessThan(rule === "ldg" ? 200 : 400);
  });
});

test("a buffer, and further passes, make the cut smaller", () => {
  const mixed = [...rings(3000, 60)]
    .map(({ node, neighbors }) => ({ node, neighbors }))
    .sort((a, b) => ((a.node * 7919) % 3001) - ((b.node * 7919) % 3001));
  const cutOf = (options: object): number => {
    const placed = partitionStream(mixed, { partitions: 8, nodes: 3000, edges: 3000, ...options });
    return mixed.reduce(
      (sum, { node, neighbors }) => sum + (placed[node] === placed[neighbors[0] as number] ? 0 : 1),
      0,
    );
  };
  const onePass = cutOf({});
  expect(cutOf({ passes: 5 })).toBeLessThan(onePass);
  expect(cutOf({ buffer: 1500 })).toBeLessThan(onePass);
});

test("takes two bytes a node, four for very many partitions", () => {
  expect(partitionStream([], { partitions: 2, nodes: 10 })).toBeInstanceOf(Uint16Array);
  expect(partitionStream([], { partitions: 65_536, nodes: 10 })).toBeInstanceOf(Int32Array);
});

test("nodes that do not come are 0", () => {
  expect([...partitionStream([{ node: 1, neighbors: [0] }], { partitions: 2, nodes: 3 })]).toEqual([0, 1, 0]);
});

test("refuses a stream that is wrong", () => {
  const run = (stream: unknown, options = {}) =>
    partitionStream(stream as StreamedNode[], { partitions: 2, nodes: 3, ...options });
  const node = { node: 0, neighbors: [] };
  for (const buffer of [0, 10]) {
    expect(() => run([node, node], { buffer })).toThrow("node 0 comes once");
    expect(() => run([{ node: 3, neighbors: [] }], { buffer })).toThrow("nodes from 0 to 2, got 3");
    expect(() => run([{ node: 0.5, neighbors: [] }], { buffer })).toThrow("nodes from 0 to 2");
    expect(() => run([{ node: 0, neighbors: [-1] }], { buffer })).toThrow("neighbours from 0 to 2");
    expect(() => run([{ node: 0, neighbors: [Number.NaN] }], { buffer })).toThrow("neighbours from 0 to 2");
    expect(() => run([{ node: 0, neighbors: [0.5] }], { buffer })).toThrow("neighbours from 0 to 2");
  }
});

test.each([
  { rule: "x" },
  { partitions: 0 },
  { nodes: -1 },
  { edges: -1 },
  { epsilon: 9 },
  { passes: 0 },
  { buffer: -1 },
  { seed: 0.5 },
  { k: 1 },
])("refuses %j", (options) => {
  expect(() => partitionStream([], { partitions: 2, nodes: 1, ...options } as never)).toThrow(
    expect.objectContaining({ code: "INVALID_ARGUMENT" }),
  );
});
