import { Graph, hash, isGraphoidError } from "@graphoid/core";
import { describe, expect, test } from "vitest";
import { defaultPartitioning, listStrategies, registerStrategy, strategy } from "./default.ts";
import { createPartitioning } from "./partitioning.ts";
import type { PartitionRange } from "./ranges.ts";

function graphOf(...ids: string[]): Graph {
  const graph = new Graph();
  for (const id of ids) graph.addNode(id);
  return graph;
}

describe("the specification's example", () => {
  test("hash as a plain function of id and count", () => {
    const partition = createPartitioning();
    partition.registerStrategy("hash", (nodeId, partitionCount) => hash(nodeId) % partitionCount);
    const byHash = partition.strategy("hash", { partitions: 8 });
    expect(byHash.partitionFor("alice")).toBe(6);
    expect(byHash.name).toBe("hash");
    expect(byHash.partitions).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("range as a plain function of id and ranges", () => {
    const partition = createPartitioning();
    partition.registerStrategy("range", (nodeId, ranges: readonly PartitionRange[]) => {
      for (const range of ranges) {
        if (nodeId >= (range.min ?? "") && nodeId < (range.max ?? "")) return range.partition;
      }
      return "default";
    });
    const byRange = partition.strategy("range", {
      ranges: [
        { min: "a", max: "m", partition: 1 },
        { min: "m", max: "z", partition: 0 },
      ],
    });
    expect(["alice", "nora", "zoe"].map((id) => byRange.partitionFor(id))).toEqual([1, 0, "default"]);
    expect(byRange.partitions).toEqual([1, 0]);
    const parts = partition.split(graphOf("zoe", "alice"), byRange);
    expect([...parts].map(([id, part]) => [id, part.nodes()])).toEqual([
      [1, ["alice"]],
      [0, []],
      ["default", ["zoe"]],
    ]);
  });
});

test("a set has every function that cuts", () => {
  const { splitEdges, splitWithHalo, crossEdgeRows, strategy } = createPartitioning();
  const graph = graphOf("alice", "bob");
  graph.addEdge("alice", "bob");
  const apart = strategy("range", {
    ranges: [
      { max: "b", partition: 0 },
      { min: "b", partition: 1 },
    ],
  });
  expect(splitWithHalo(graph, apart).get(1)?.graph.nodes()).toEqual(["bob", "alice"]);
  expect(crossEdgeRows(graph, apart)).toEqual(Uint32Array.of(0));
  expect(splitEdges(graph, strategy("dbh", { partitions: 1 }).plan(graph)).get(0)?.edgeCount).toBe(1);
});

const builtIn = ["dbh", "fennel", "hash", "hdrf", "ldg", "maglev", "multilevel", "range", "rendezvous"];

describe("registration", () => {
  test("a built-in name can be taken, and comes back on dispose", () => {
    const { registerStrategy, strategy } = createPartitioning();
    const builtIn = strategy("hash", { partitions: 8 }).partitionFor("bob");
    const registration = registerStrategy("hash", () => 3);
    const mine = strategy("hash", { partitions: 8 });
    expect(mine.partitionFor("bob")).toBe(3);
    registration.dispose();
    expect(strategy("hash", { partitions: 8 }).partitionFor("bob")).toBe(builtIn);
    // What was made before stays as it is.
    expect(mine.partitionFor("bob")).toBe(3);
  });

  test("a name is registered once at a time; a late dispose does not undo a later registration", () => {
    const { registerStrategy, strategy } = createPartitioning();
    const first = registerStrategy("mine", () => 0);
    expect(() => registerStrategy("mine", () => 1)).toThrow('"mine" is registered already');
    first.dispose();
    registerStrategy("mine", () => 1);
    first.dispose();
    expect(strategy("mine", { partitions: 2 }).partitionFor("x")).toBe(1);
  });

  test("lists built-in and registered strategies", () => {
    const { registerStrategy, listStrategies } = createPartitioning();
    const registration = registerStrategy("alphabet", () => 0);
    registerStrategy("hash", () => 0);
    expect(listStrategies()).toEqual(["alphabet", ...builtIn]);
    registration.dispose();
    expect(listStrategies()).toEqual(builtIn);
  });

  test("sets of strategies do not see each other", () => {
    const one = createPartitioning();
    one.registerStrategy("mine", () => 0);
    expect(() => createPartitioning().strategy("mine", { partitions: 1 })).toThrow(
      expect.objectContaining({
        code: "NOT_FOUND",
        message: `partition.strategy: no strategy "mine"; there are ${builtIn.join(", ")}`,
      }),
    );
  });

  test("an object's own names are no strategies, and can be", () => {
    const { registerStrategy, strategy } = createPartitioning();
    for (const name of ["__proto__", "constructor", "toString"]) {
      expect(() => strategy(name, { partitions: 1 })).toThrow("no strategy");
      registerStrategy(name, () => 0);
      expect(strategy(name, { partitions: 1 }).partitionFor("x")).toBe(0);
    }
  });

  test("refuses what is no strategy", () => {
    const { registerStrategy } = createPartitioning();
    expect(() => registerStrategy("", () => 0)).toThrow("expected `name` to be a non-empty string");
    expect(() => registerStrategy(1 as never, () => 0)).toThrow("expected `name` to be a string, got 1");
    expect(() => registerStrategy("x", null as never)).toThrow("expected `strategy` to be a function or a definition");
    expect(() => registerStrategy("x", {} as never)).toThrow("expected `strategy.create` to be a function");
  });

  test("the module's functions are one default set", () => {
    const registration = registerStrategy("by length", (nodeId, count) => nodeId.length % count);
    expect(listStrategies()).toContain("by length");
    expect(strategy("by length", { partitions: 4 }).partitionFor("alice")).toBe(1);
    expect(defaultPartitioning.listStrategies()).toEqual(listStrategies());
    registration.dispose();
    expect(listStrategies()).not.toContain("by length");
  });
});

describe("a strategy with options of its own", () => {
  const definition = {
    create({ buckets }: { readonly [option: string]: unknown }) {
      const names = buckets as string[];
      return { partitions: names, partitionFor: (id: string) => names.find((name) => id.startsWith(name)) ?? "?" };
    },
  };

  test("receives them and names its partitions", () => {
    const { registerStrategy, strategy } = createPartitioning();
    registerStrategy("prefix", definition);
    const prefix = strategy("prefix", { buckets: ["lib", "py"] });
    expect(prefix.partitions).toEqual(["lib", "py"]);
    expect(prefix.partitionFor("libc6")).toBe("lib");
    expect(() => prefix.partitionFor("perl")).toThrow('cannot place node "perl": it has no partition "?"');
  });

  test.each([
    null,
    {},
    { partitions: [0] },
    { partitions: [], partitionFor: () => 0 },
    { partitions: [0, 0], partitionFor: () => 0 },
    { partitions: [0, -1], partitionFor: () => 0 },
    { partitions: new Array(65_537).fill(0).map((_, i) => i), partitionFor: () => 0 },
  ])("is refused when it makes no placement (%#)", (placement) => {
    const { registerStrategy, strategy } = createPartitioning();
    registerStrategy("broken", { create: () => placement as never });
    expect(() => strategy("broken", {})).toThrow(
      expect.objectContaining({ code: "STRATEGY", details: { strategy: "broken" } }),
    );
  });
});

describe("P1: a strategy that fails is a StrategyError that names strategy and node", () => {
  const boom = new TypeError("boom");
  const failures: readonly (readonly [string, () => unknown, string])[] = [
    [
      "throws",
      () => {
        throw boom;
      },
      "boom",
    ],
    [
      "throws a string",
      () => {
        throw "no";
      },
      'it threw "no"',
    ],
    ["returns NaN", () => Number.NaN, "got NaN"],
    ["returns a negative", () => -1, "got -1"],
    ["returns a float", () => 0.5, "got 0.5"],
    ["returns infinity", () => Number.POSITIVE_INFINITY, "got Infinity"],
    ["returns out of range", () => 4, "it has no partition 4"],
    ["returns a name it does not have", () => "x", 'it has no partition "x"'],
    ["returns nothing", () => undefined, "got undefined"],
    ["returns a bigint", () => 1n, "got 1n"],
    ["returns an empty name", () => "", 'got ""'],
    ["returns an object", () => ({ valueOf: () => 1 }), "got an object"],
    ["returns a promise", () => Promise.resolve(1), "it returned a promise"],
    ["returns a promise that rejects", () => Promise.reject(boom), "it returned a promise"],
  ];

  test.each(failures)("%s", async (_, fail, reason) => {
    const { registerStrategy, strategy, split, crossEdges, report } = createPartitioning();
    registerStrategy("faulty", (nodeId, count) => (nodeId === "bad" ? (fail() as number) : count - 1));
    const faulty = strategy("faulty", { partitions: 4 });
    const graph = graphOf("good", "bad", "other");
    const before = graph.nodes();
    for (const call of [split, crossEdges, report, () => faulty.partitionFor("bad")]) {
      const error = caught(() => call(graph, faulty));
      expect(isGraphoidError(error, "STRATEGY")).toBe(true);
      expect(error).toMatchObject({ name: "StrategyError", details: { strategy: "faulty", nodeId: "bad" } });
      expect((error as Error).message).toMatch(/^partition strategy "faulty" cannot place node "bad": /);
      expect((error as Error).message).toContain(reason);
      // Said once, however many layers it went through.
      expect((error as Error).message.split("cannot place").length).toBe(2);
    }
    expect(graph.nodes()).toEqual(before);
    expect(faulty.partitionFor("good")).toBe(3);
    // An unhandled rejection would fail the run here.
    await new Promise((resolve) => setImmediate(resolve));
  });

  test("the cause is what it threw", () => {
    const { registerStrategy, strategy } = createPartitioning();
    registerStrategy("faulty", () => {
      throw boom;
    });
    expect(caught(() => strategy("faulty", { partitions: 1 }).partitionFor("x"))).toHaveProperty("cause", boom);
  });

  test("a range function may name any partition, but not number one that no range has", () => {
    const { registerStrategy, strategy } = createPartitioning();
    registerStrategy("mine", (nodeId, _ranges: readonly PartitionRange[]) => (nodeId === "far" ? 5 : "default"));
    const mine = strategy("mine", { ranges: [{ min: "a", max: "b", partition: 0 }] });
    expect(mine.partitionFor("near")).toBe("default");
    expect(() => mine.partitionFor("far")).toThrow("it has no partition 5");
  });

  test("minus zero, which % yields for negative numbers, is 0", () => {
    const { registerStrategy, strategy } = createPartitioning();
    registerStrategy("signed", (_, count) => -8 % count);
    expect(strategy("signed", { partitions: 8 }).partitionFor("x")).toBe(0);
  });
});

describe("P2: bad partition counts are InvalidArgument", () => {
  const counts = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 65_537, 2 ** 53, "8", null, [8], 8n];
  test.each(["hash", "rendezvous", "mine"])("for %s", (name) => {
    const { registerStrategy, strategy } = createPartitioning();
    registerStrategy("mine", () => 0);
    for (const partitions of counts) {
      expect(() => strategy(name, { partitions } as never)).toThrow(
        expect.objectContaining({ code: "INVALID_ARGUMENT" }),
      );
    }
    expect(strategy(name, { partitions: 65_536 }).partitions).toHaveLength(65_536);
  });
});

test("a plain function takes either partitions or ranges", () => {
  const { registerStrategy, strategy } = createPartitioning();
  registerStrategy("mine", () => 0);
  const ranges = [{ partition: 0 }];
  const either = 'partition.strategy("mine"): expected either `partitions` or `ranges`';
  expect(() => strategy("mine", {})).toThrow(either);
  expect(() => strategy("mine", { partitions: 1, ranges })).toThrow(either);
  expect(() => strategy("mine", { partitions: 1, seed: 2 })).toThrow('unknown option "seed"');
  expect(() => strategy("mine", undefined as never)).toThrow("expected `options` to be an object, got undefined");
});

test("partitionFor wants a string", () => {
  const byHash = createPartitioning().strategy("hash", { partitions: 2 });
  expect(() => byHash.partitionFor(7 as never)).toThrow(
    "strategy.partitionFor: expected `nodeId` to be a string, got 7",
  );
});

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("it did not throw");
}
