import { describe, expect, it } from "vitest";
import { syntheticGraph } from "./synthetic-graph.ts";

const parameters = { nodeCount: 2000, edgeCount: 10_000, seed: 3 };
const graph = syntheticGraph(parameters);

describe("syntheticGraph", () => {
  it("is the same every time", () => {
    expect(syntheticGraph(parameters)).toEqual({ ...graph, freshId: expect.any(Function) });
  });

  it("has distinct ids, and freshId agrees with them", () => {
    expect(new Set(graph.ids).size).toBe(2000);
    graph.ids.forEach((id, node) => {
      expect(graph.freshId(node)).toBe(id);
    });
  });

  it("has distinct edges without loops", () => {
    const pairs = new Set(Array.from(graph.sources, (source, i) => `${source} ${graph.targets[i]}`));
    expect(pairs.size).toBe(10_000);
    expect(graph.sources.some((source, i) => source === graph.targets[i])).toBe(false);
  });

  it("has hubs", () => {
    const inDegrees = new Uint32Array(2000);
    for (const target of graph.targets) inDegrees[target]!++;
    expect(Math.max(...inDegrees)).toBeGreaterThan(20 * 5);
  });

  it("refuses more edges than it could place", () => {
    expect(() => syntheticGraph({ nodeCount: 3, edgeCount: 6, seed: 1 })).toThrow(RangeError);
  });
});
