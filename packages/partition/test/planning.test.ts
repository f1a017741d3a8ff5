import { Graph, hash } from "@graphoid/core";
import { createPartitioning, type Plan, planFromJson } from "@graphoid/partition";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectTimeBelow } from "../../../scripts/testing/cost.ts";
import { clustered, grid, limitOf, sizes } from "./plain-graphs.ts";
import { randomGraph } from "./random-graph.ts";

const { strategy, crossEdges, report, split } = createPartitioning();

const PLANNED = ["multilevel", "ldg", "fennel"] as const;
const PRESETS = ["fast", "balanced", "strong"] as const;

/** Checks what must hold for every plan of every graph whose nodes weigh 1. */
function checkPlan(graph: Graph, plan: Plan, partitions: number, epsilon: number): void {
  const limit = limitOf(graph.nodeCount, partitions, epsilon);
  const held = sizes(graph, plan);
  expect(Math.max(0, ...held.values())).toBeLessThanOrEqual(limit);
  expect(plan.nodeCount).toBe(graph.nodeCount);
  const parts = split(graph, plan);
  expect([...parts.keys()]).toEqual(Array.from({ length: partitions }, (_, i) => i));
  const nodes = [...parts.values()].flatMap((part) => part.nodes());
  expect(nodes.sort()).toEqual(graph.nodes().sort());
  const inner = [...parts.values()].reduce((sum, part) => sum + part.edgeCount, 0);
  const crossing = crossEdges(graph, plan);
  expect(inner + crossing.length).toBe(graph.edgeCount);
  expect(report(graph, plan).cut).toBe(crossing.length);
}

describe.each(PLANNED)("%s", (name) => {
  test("keeps every limit, splits exactly and reports its cut, for any graph", () => {
    const parameters = fc.record({
      partitions: fc.integer({ min: 1, max: 20 }),
      epsilon: fc.constantFrom(0, 0.03, 0.1, 2),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(randomGraph, parameters, (graph, { partitions, epsilon, seed }) => {
        checkPlan(graph, strategy(name, { partitions, epsilon, seed }).plan(graph), partitions, epsilon);
      }),
      { numRuns: 60 },
    );
  });

  test.each([2, 3, 8, 32])("keeps every limit on larger graphs, k = %i", (partitions) => {
    for (const graph of [grid(40, 50), clustered(2500, 7)]) {
      for (const epsilon of [0, 0.03]) {
        checkPlan(graph, strategy(name, { partitions, epsilon }).plan(graph), partitions, epsilon);
      }
    }
  });

  test("P2: refuses counts that are none", () => {
    for (const partitions of [0, -1, 1.5, Number.NaN, 65_537, "8", undefined]) {
      expect(() => strategy(name, { partitions } as never)).toThrow(
        expect.objectContaining({ code: "INVALID_ARGUMENT" }),
      );
    }
  });

  test("P5: nothing, one node, and more partitions than nodes", () => {
    expect(strategy(name, { partitions: 3 }).plan(new Graph()).nodeCount).toBe(0);
    const one = new Graph();
    one.addNode("a");
    one.addEdge("a", "a");
    checkPlan(one, strategy(name, { partitions: 1000 }).plan(one), 1000, 0.03);
    const few = grid(2, 3);
    const plan = strategy(name, { partitions: 50 }).plan(few);
    expect(Math.max(...sizes(few, plan).values())).toBe(1);
  });

  test("a plan is a snapshot: it does not see what happens to the graph", () => {
    const graph = grid(5, 5);
    const plan = strategy(name, { partitions: 2 }).plan(graph);
    const before = graph.nodes().map((id) => plan.partitionFor(id));
    const ids = graph.nodes();
    graph.removeNode("0,0");
    graph.addNode("new");
    expect(ids.map((id) => plan.partitionFor(id))).toEqual(before);
    expect(plan.has("new")).toBe(false);
    expect(() => plan.partitionFor("new")).toThrow(expect.objectContaining({ code: "STRATEGY" }));
    graph.removeNode("new");
    // The rows of the graph no longer stand as they did; what split goes by is the ids.
    for (const [id, part] of split(graph, plan))
      for (const node of part.nodes()) expect(plan.partitionFor(node)).toBe(id);
  });

  test("comes back from JSON", () => {
    const graph = clustered(60, 3);
    graph.addNode("__proto__");
    const plan = strategy(name, { partitions: 4, unknown: "hash" }).plan(graph);
    const again = planFromJson(JSON.parse(JSON.stringify(plan)));
    for (const id of [...graph.nodes(), "unknown"]) expect(again.partitionFor(id)).toBe(plan.partitionFor(id));
    expect(again.toJSON()).toEqual(plan.toJSON());
  });

  test("is refused as a strategy before it has planned", () => {
    expect(() => strategy(name, { partitions: 2 }).partitionFor("a")).toThrow("use what its `plan(graph)` returns");
  });

  test("plans alike for the same seed", () => {
    const graph = clustered(500, 5);
    const plan = () => strategy(name, { partitions: 5, seed: 7 }).plan(graph).toJSON().parts;
    expect(plan()).toEqual(plan());
  });

  test("P3: a hub takes time linear in its edges", () => {
    const graph = new Graph();
    graph.addNode("hub");
    for (let i = 0; i < 100_000; i++) {
      graph.addNode(`n${i}`);
      graph.addEdge("hub", `n${i}`);
    }
    // Quadratic time would be 10¹⁰ steps.
    expectTimeBelow(8000, () => checkPlan(graph, strategy(name, { partitions: 4 }).plan(graph), 4, 0.03));
  });
});

describe("multilevel", () => {
  test.each(PRESETS)("%s finds a cut near the best of a grid and keeps the limits", (preset) => {
    const graph = grid(32, 32);
    const plan = strategy("multilevel", { partitions: 4, preset, seed: 1 }).plan(graph);
    checkPlan(graph, plan, 4, 0.03);
    expect(report(graph, plan).cut).toBeLessThanOrEqual(64 * 1.25);
  });

  test("plans alike on every machine and in every version of Node", () => {
    const vector = (graph: Graph, preset: string) =>
      hash(strategy("multilevel", { partitions: 6, preset, seed: 42 }).plan(graph).toJSON().parts.join());
    expect(
      PRESETS.map((preset) => [vector(grid(30, 30), preset), vector(clustered(800, 1), preset)]),
    ).toMatchInlineSnapshot(`
      [
        [
          1951379315,
          3191179644,
        ],
        [
          1350231747,
          3643968595,
        ],
        [
          1733891781,
          796444287,
        ],
      ]
    `);
  });

  test("cuts a far smaller share than hashing where the graph allows it", () => {
    const graph = clustered(3000, 2);
    const planned = report(graph, strategy("multilevel", { partitions: 8 }).plan(graph)).cut;
    expect(planned).toBeLessThan(0.4 * report(graph, strategy("hash", { partitions: 8 })).cut);
  });

  test("keeps fixed nodes where they must be, whatever the preset", () => {
    const graph = grid(20, 20);
    const fixed = new Map([
      ["0,0", 3],
      ["19,19", 3],
      ["0,19", 1],
      ["nowhere", 2],
    ]);
    for (const preset of PRESETS) {
      const plan = strategy("multilevel", { partitions: 4, fixed, preset }).plan(graph);
      checkPlan(graph, plan, 4, 0.03);
      expect(["0,0", "19,19", "0,19"].map((id) => plan.partitionFor(id))).toEqual([3, 3, 1]);
    }
    const crowd = new Map(graph.nodes().map((id) => [id, 0]));
    expect(() => strategy("multilevel", { partitions: 4, fixed: crowd }).plan(graph)).toThrow(
      "the `fixed` nodes of partition 0 weigh 400, and it may hold 103",
    );
  });

  test("fixed nodes may lie anywhere, as long as they fit", () => {
    fc.assert(
      fc.property(randomGraph, fc.func(fc.integer({ min: -3, max: 3 })), fc.nat(), (graph, where, seed) => {
        const fixed = new Map<string, number>();
        const limit = limitOf(graph.nodeCount, 4, 0.03);
        const counts = [0, 0, 0, 0];
        for (const id of graph.nodes()) {
          const part = where(id);
          if (part >= 0 && counts[part]! < limit && ++counts[part]!) fixed.set(id, part);
        }
        const plan = strategy("multilevel", { partitions: 4, fixed, seed, preset: "strong" }).plan(graph);
        checkPlan(graph, plan, 4, 0.03);
        for (const [id, part] of fixed) expect(plan.partitionFor(id)).toBe(part);
      }),
      { numRuns: 60 },
    );
  });

  test("gives partitions the shares asked for", () => {
    const graph = grid(30, 20);
    const plan = strategy("multilevel", { partitions: 3, partWeights: [1, 2, 3], epsilon: 0.02 }).plan(graph);
    const held = sizes(graph, plan);
    expect(held.get(0)).toBeLessThanOrEqual(102);
    expect(held.get(1)).toBeLessThanOrEqual(204);
    expect(held.get(2)).toBeLessThanOrEqual(306);
    const none = strategy("multilevel", { partitions: 2, partWeights: [0, 1] }).plan(graph);
    expect(sizes(graph, none).get(0)).toBe(0);
  });

  test("weighs nodes and edges: zero, fractions, huge", () => {
    const graph = grid(10, 10);
    const weightOf = (id: string) => (id.startsWith("0,") ? 9 : id.startsWith("9,") ? 0 : 1);
    const plan = strategy("multilevel", { partitions: 2, nodeWeights: weightOf }).plan(graph);
    const weights = [0, 0];
    for (const id of graph.nodes()) weights[plan.partitionFor(id)]! += weightOf(id);
    expect(Math.max(...weights)).toBeLessThanOrEqual(Math.floor(1.03 * 85));
    for (const scale of [1e-9, 0.1, 1e250]) {
      // Cheap to cut between columns 4 and 5 only.
      const edgeWeights = (from: string, to: string) => (from.endsWith(",4") && to.endsWith(",5") ? 0 : scale);
      const cheap = strategy("multilevel", { partitions: 2, edgeWeights }).plan(graph);
      expect(crossEdges(graph, cheap).every(({ from, to }) => from.endsWith(",4") && to.endsWith(",5"))).toBe(true);
    }
    expect(() => strategy("multilevel", { partitions: 2, edgeWeights: () => -1 }).plan(graph)).toThrow("got -1");
    expect(() => strategy("multilevel", { partitions: 2, nodeWeights: () => Number.NaN }).plan(graph)).toThrow("NaN");
  });

  test("reads weights from the graph", () => {
    const graph = new Graph();
    for (const id of ["a", "b", "c", "d"]) graph.addNode(id, null, { properties: { load: id === "a" ? 3 : 1 } });
    graph.addEdge("a", "b", "x", { weight: 10 });
    graph.addEdge("c", "d");
    graph.addEdge("b", "c", "x", { weight: 5 });
    const plan = strategy("multilevel", { partitions: 2, nodeWeights: "load", edgeWeights: true }).plan(graph);
    expect(["b", "c", "d"].map((id) => plan.partitionFor(id) === plan.partitionFor("a"))).toEqual([
      false,
      false,
      false,
    ]);
  });

  test("the volume objective lowers the communication volume", () => {
    const graph = clustered(1500, 4);
    const volume = (objective: string) => {
      const plan = strategy("multilevel", { partitions: 8, objective, preset: "fast" }).plan(graph);
      checkPlan(graph, plan, 8, 0.03);
      return report(graph, plan).communicationVolume;
    };
    expect(volume("volume")).toBeLessThan(volume("cut"));
  });

  test("reports progress, and stops when told to", () => {
    const graph = grid(10, 10);
    const steps: number[] = [];
    const planner = strategy("multilevel", { partitions: 2, preset: "strong" });
    planner.plan(graph, { onProgress: (done) => steps.push(done) });
    expect(steps.length).toBeGreaterThan(2);
    expect(steps.at(-1)).toBe(1);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    const controller = new AbortController();
    const run = () => planner.plan(graph, { signal: controller.signal, onProgress: () => controller.abort() });
    expect(run).toThrow(expect.objectContaining({ code: "CANCELLED" }));
    expect(() => planner.plan(graph, { onprogress: () => {} } as never)).toThrow("unknown option");
  });

  test("places ids that it does not hold as told", () => {
    const graph = grid(3, 3);
    expect(strategy("multilevel", { partitions: 2, unknown: 1 }).plan(graph).partitionFor("x")).toBe(1);
    const hashed = strategy("multilevel", { partitions: 2, unknown: "hash" }).plan(graph);
    expect(hashed.partitionFor("alice")).toBe(strategy("hash", { partitions: 2 }).partitionFor("alice"));
    expect(() => strategy("multilevel", { partitions: 2, unknown: 2 })).toThrow("expected `unknown`");
    expect(() => strategy("multilevel", { partitions: 2, unknown: "guess" })).toThrow("expected `unknown`");
  });

  test.each([
    { epsilon: -0.1 },
    { epsilon: 3 },
    { seed: -1 },
    { seed: 0.5 },
    { partWeights: [1] },
    { partWeights: [0, 0] },
    { partWeights: [1, Number.NaN] },
    { nodeWeights: 7 },
    { edgeWeights: "weight" },
    { fixed: { a: 0 } },
    { fixed: new Map([["a", 2]]) },
    { preset: "best" },
    { objective: "time" },
    { speed: 1 },
  ])("refuses %j", (options) => {
    expect(() => strategy("multilevel", { partitions: 2, ...options })).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });
});

test.each([
  [{ strategy: 1 }, "strategy"],
  [{ partitions: 0 }, "partitions"],
  [{ unknown: "x" }, "unknown"],
  [{ ids: "ab" }, "ids"],
  [{ parts: [0] }, "parts"],
  [{ parts: [0, 2] }, "parts[1]"],
  [{ parts: [0, -1] }, "parts[1]"],
  [{ ids: ["a", "a"] }, "ids[1]"],
  [{ ids: ["a", 1] }, "ids[1]"],
  [{ ids: ["a", "\ud800"] }, "ids[1]"],
])("planFromJson refuses %j", (change, argument) => {
  const data = { strategy: "x", partitions: 2, unknown: "error", ids: ["a", "b"], parts: [0, 1] };
  expect(() => planFromJson({ ...data, ...change } as never)).toThrow(`\`${argument}\``);
});
