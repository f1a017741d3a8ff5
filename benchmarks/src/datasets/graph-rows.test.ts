import { describe, expect, it } from "vitest";
import { debianPackages } from "./debian-packages.ts";
import { type GraphRows, syntheticRows } from "./graph-rows.ts";

const PARAMETERS = { nodeCount: 2000, edgeCount: 10_000, seed: 3 };
const LIMIT = 2000;

describe.each<[string, () => GraphRows, readonly string[], readonly string[]]>([
  [
    "synthetic",
    () => syntheticRows(PARAMETERS),
    ["id", "type", "name", "age", "score"],
    ["from", "to", "label", "weight"],
  ],
  [
    "Debian",
    () => debianPackages(LIMIT),
    ["id", "section", "priority", "version", "installedKiB"],
    ["from", "to", "label"],
  ],
])("rows of the %s graph", (_, make, nodeKeys, edgeKeys) => {
  const rows = make();

  it("are the same every time", () => {
    expect(make()).toEqual(rows);
  });

  it("have every field, in one order", () => {
    expect(new Set(rows.nodes.map((node) => Object.keys(node).join()))).toEqual(new Set([nodeKeys.join()]));
    expect(new Set(rows.edges.map((edge) => Object.keys(edge).join()))).toEqual(new Set([edgeKeys.join()]));
    expect(
      [...rows.nodes, ...rows.edges].every((row) =>
        Object.values(row).every((field) => field !== undefined && !Number.isNaN(field)),
      ),
    ).toBe(true);
  });

  it("are a graph: ids differ, edges differ and end at nodes", () => {
    const ids = new Set(rows.nodes.map(({ id }) => id));
    expect(ids.size).toBe(2000);
    expect(rows.edges.length).toBeGreaterThan(1000);
    expect(rows.edges.every(({ from, to }) => ids.has(from) && ids.has(to))).toBe(true);
    expect(new Set(rows.edges.map(({ from, to, label }) => `${from} ${to} ${label}`)).size).toBe(rows.edges.length);
  });
});
