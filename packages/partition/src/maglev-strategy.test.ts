import { describe, expect, test } from "vitest";
import { createPartitioning } from "./partitioning.ts";

const { strategy } = createPartitioning();
const ids = Array.from({ length: 20_000 }, (_, i) => `node-${i}`);

test("places ids as on every machine", () => {
  const place = (partitions: number) => {
    const maglev = strategy("maglev", { partitions });
    return ["", "alice", "bob", "日本", "😀", "__proto__"].map((id) => maglev.partitionFor(id));
  };
  expect([place(8), place(32), place(1024)]).toMatchInlineSnapshot(`
    [
      [
        0,
        6,
        1,
        1,
        7,
        7,
      ],
      [
        0,
        29,
        8,
        11,
        18,
        19,
      ],
      [
        897,
        956,
        894,
        116,
        244,
        844,
      ],
    ]
  `);
});

describe.each([1, 2, 7, 8, 31])("P4: from %i partitions to one more", (partitions) => {
  test("at most 1/(n+1) + 2 % of the nodes move", () => {
    const before = strategy("maglev", { partitions });
    const after = strategy("maglev", { partitions: partitions + 1 });
    const moved = ids.filter((id) => before.partitionFor(id) !== after.partitionFor(id));
    expect(moved.length / ids.length).toBeLessThanOrEqual(1 / (partitions + 1) + 0.02);
  });
});

test.each([1, 2, 8, 32])("fills %i partitions evenly", (partitions) => {
  const maglev = strategy("maglev", { partitions });
  const sizes = new Array<number>(partitions).fill(0);
  for (const id of ids) sizes[maglev.partitionFor(id) as number]!++;
  const mean = ids.length / partitions;
  // Four standard deviations of a fair draw.
  for (const size of sizes) expect(Math.abs(size - mean)).toBeLessThan(4 * Math.sqrt(mean) + mean / 100);
});

test("P2: refuses counts that are none, and takes the largest", () => {
  for (const partitions of [0, -1, 1.5, 65_537, "8"]) {
    expect(() => strategy("maglev", { partitions } as never)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  }
  expect(strategy("maglev", { partitions: 65_536 }).partitionFor("a")).toBeLessThan(65_536);
});
