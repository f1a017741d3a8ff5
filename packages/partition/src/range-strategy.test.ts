import { Graph } from "@graphoid/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createPartitioning } from "./partitioning.ts";
import { rangesFor } from "./ranges.ts";

const character = fc.constantFrom("\0", "a", "b", "z", "é", "日", "\uffff", "😀");
const { strategy } = createPartitioning();

test("min belongs to a range and max does not", () => {
  const range = strategy("range", {
    ranges: [
      { min: "a", max: "h", partition: 0 },
      { min: "h", max: "p", partition: "middle" },
      { min: "p", max: "z", partition: 7 },
    ],
  });
  expect(["a", "gzz", "h", "oz", "p", "yz"].map((id) => range.partitionFor(id))).toEqual([
    0,
    0,
    "middle",
    "middle",
    7,
    7,
  ]);
  expect(range.partitions).toEqual([0, "middle", 7]);
});

test("a missing end is open", () => {
  const range = strategy("range", {
    ranges: [
      { max: "m", partition: 0 },
      { min: "m", partition: 1 },
    ],
  });
  expect(["", "A", "lz", "m", "😀"].map((id) => range.partitionFor(id))).toEqual([0, 0, 0, 1, 1]);
});

test("several ranges may belong to one partition", () => {
  const range = strategy("range", {
    ranges: [
      { min: "x", partition: 0 },
      { min: "c", max: "x", partition: 1 },
      { max: "c", partition: 0 },
    ],
  });
  expect(["a", "d", "y"].map((id) => range.partitionFor(id))).toEqual([0, 1, 0]);
  expect(range.partitions).toEqual([0, 1]);
});

test("an id in no range is an error, unless there is a fallback", () => {
  const ranges = [
    { min: "b", max: "c", partition: 0 },
    { min: "d", max: "e", partition: 1 },
  ];
  const range = strategy("range", { ranges });
  for (const id of ["a", "c", "cz", "e", ""]) {
    expect(() => range.partitionFor(id)).toThrow(
      expect.objectContaining({ code: "STRATEGY", details: { strategy: "range", nodeId: id } }),
    );
  }
  const open = strategy("range", { ranges, fallback: "default" });
  expect(["a", "b", "c", "d", "e"].map((id) => open.partitionFor(id))).toEqual(["default", 0, "default", 1, "default"]);
  expect(open.partitions).toEqual([0, 1, "default"]);
});

test.each([
  [
    [
      { min: "a", max: "m", partition: 0 },
      { min: "l", max: "z", partition: 1 },
    ],
  ],
  [
    [
      { min: "l", partition: 1 },
      { min: "a", max: "m", partition: 0 },
    ],
  ],
  [
    [
      { min: "a", partition: 0 },
      { min: "b", max: "c", partition: 1 },
    ],
  ],
  [[{ partition: 0 }, { partition: 1 }]],
  [
    [
      { min: "a", max: "b", partition: 0 },
      { min: "a", max: "b", partition: 0 },
    ],
  ],
])("refuses overlaps: %j", (ranges) => {
  expect(() => strategy("range", { ranges })).toThrow(/^partition\.strategy\("range"\): the range .* overlap$/);
});

test.each([
  [[], "expected `ranges` to be an array of 1 to 65536 ranges, got an array of 0"],
  ["a-z", 'expected `ranges` to be an array of 1 to 65536 ranges, got "a-z"'],
  [undefined, "expected `ranges`"],
  [[null], "expected `ranges[0]` to be an object { min, max, partition }, got null"],
  [[{ min: "b", max: "a", partition: 0 }], 'expected `ranges[0].max` to be above its `min`, "b", got "a"'],
  [[{ min: "b", max: "b", partition: 0 }], "expected `ranges[0].max` to be above"],
  [[{ max: "", partition: 0 }], "expected `ranges[0].max` to be above"],
  [[{ min: 1, max: "b", partition: 0 }], "expected `ranges[0].min` to be a string, got 1"],
  [[{ max: 1, partition: 0 }], "expected `ranges[0].max` to be a string, got 1"],
  [[{ min: "a" }], "expected `ranges[0].partition` to be a partition id"],
  [[{ min: "a", partition: -1 }], "got -1"],
  [[{ min: "a", partition: "" }], 'got ""'],
  [[{ from: "a", partition: 0 }], 'unknown option "from"'],
  // A hole in the array.
  [new Array(1), "expected `ranges[0]` to be an object"],
])("refuses the ranges %j", (ranges, message) => {
  expect(() => strategy("range", { ranges } as never)).toThrow(message);
});

test("refuses a fallback that is no partition id", () => {
  expect(() => strategy("range", { ranges: [{ partition: 0 }], fallback: 1.5 })).toThrow("expected `fallback`");
});

test("later changes to the caller's ranges change nothing", () => {
  const ranges = [{ min: "a", max: "m", partition: 0 }];
  const range = strategy("range", { ranges });
  ranges[0]!.partition = 9;
  ranges.length = 0;
  expect(range.partitionFor("b")).toBe(0);
});

test("finds the range that a search through all of them finds", () => {
  const bounds = fc.uniqueArray(fc.string({ minLength: 1, unit: character }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(bounds, fc.string({ unit: character }), fc.nat(), (unsorted, id, shift) => {
      const sorted = [...unsorted].sort();
      const ranges = sorted.slice(1).map((max, i) => ({ min: sorted[i] as string, max, partition: i }));
      const turned = [...ranges.slice(shift % ranges.length), ...ranges.slice(0, shift % ranges.length)];
      const range = strategy("range", { ranges: turned, fallback: "none" });
      for (const each of [id, ...sorted]) {
        const expected = ranges.find(({ min, max }) => each >= min && each < max)?.partition ?? "none";
        expect(range.partitionFor(each)).toBe(expected);
      }
    }),
  );
});

test("rangesFor cuts the ids of a graph into parts whose sizes differ by one at most", () => {
  const ids = fc.uniqueArray(fc.string({ unit: character }), { maxLength: 60 });
  fc.assert(
    fc.property(ids, fc.integer({ min: 1, max: 70 }), (nodes, partitions) => {
      const graph = new Graph();
      for (const id of nodes) graph.addNode(id);
      const ranges = rangesFor(graph, partitions);
      expect(ranges.map((range) => range.partition)).toEqual(Array.from({ length: partitions }, (_, i) => i));
      const range = strategy("range", { ranges });
      const sizes = new Array<number>(partitions).fill(0);
      for (const id of nodes) sizes[range.partitionFor(id) as number]!++;
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test("rangesFor has a place for ids that the graph does not hold yet", () => {
  const graph = new Graph();
  for (const id of ["b", "c", "d", "e"]) graph.addNode(id);
  const range = strategy("range", { ranges: rangesFor(graph, 3) });
  expect(["", "a", "zzz", "\u{10ffff}"].map((id) => range.partitionFor(id))).toEqual([0, 0, 2, 2]);
});

test("P2: rangesFor refuses bad counts", () => {
  for (const partitions of [0, -1, 1.5, Number.NaN, 65_537]) {
    expect(() => rangesFor(new Graph(), partitions)).toThrow("partition.rangesFor: expected `partitions`");
  }
  expect(rangesFor(new Graph(), 65_536)).toHaveLength(65_536);
});
