import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { naiveMatch } from "../test/naive-match.ts";
import { EdgeStore } from "./edge-store.ts";
import { edge, Graph, node, type Operator, type Query, type QueryRow, type Value } from "./index.ts";
import { NodeStore } from "./node-store.ts";

const ids = ["a", "b", "c", "__proto__"];
const types = ["T", "U"];
const labels = ["x", "y"];
const values: Value[] = [null, 1, 2, -0, "s", "t", 5n, new Date(5), [1], { k: 1 }, new Map([["k", { deep: 2 }]])];

const anyGraph = fc
  .record({
    type: fc.constantFrom("directed" as const, "undirected" as const),
    nodes: fc.array(
      fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...values), fc.option(fc.constantFrom(...types))),
    ),
    edges: fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(),
        fc.constantFrom(...labels),
        fc.option(fc.constantFrom(1, 2)),
        fc.constantFrom(...values),
      ),
      { maxLength: 6 },
    ),
    removed: fc.option(fc.constantFrom(...ids)),
  })
  .map(({ type, nodes, edges, removed }) => {
    const graph = new Graph({ type });
    for (const [id, value, type] of nodes) graph.addNode(id, value, type ? { type, properties: { p: value } } : {});
    const there = graph.nodes();
    for (const [from, to, label, weight, p] of edges) {
      if (there.length === 0) break;
      graph.addEdge(there[from % there.length] as string, there[to % there.length] as string, label, {
        ...(weight ? { weight } : {}),
        properties: { p },
      });
    }
    // A gap, which a query must step over.
    if (removed) graph.removeNode(removed);
    return graph;
  });

// Few names, so that they stand twice; `n…` for nodes, `e…` for edges, "" for none.
const seldom = (...texts: string[]) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.constantFrom(...texts) },
    { weight: 1, arbitrary: fc.constantFrom(...texts, "unknown") },
  );
const anyNode = fc
  .tuple(fc.constantFrom("", "n", "m", "__proto__"), seldom(...ids), seldom(...types))
  .map(([name, id, type]) => node(name, { ...(id === null ? {} : { id }), ...(type === null ? {} : { type }) }));
const anyEdge = fc
  .tuple(
    fc.constantFrom("", "e", "f"),
    seldom(...labels),
    fc.constantFrom("out" as const, "in" as const, "both" as const),
  )
  .map(([name, label, direction]) => edge({ name, direction, ...(label === null ? {} : { label }) }));
const rest = fc.constantFrom(
  "",
  ".id",
  ".value",
  ".value.k",
  ".value.k.deep",
  ".type",
  ".properties.p",
  ".weight",
  ".x",
);
const operator = fc.constantFrom<Operator>("=", "!=", "<", "<=", ">", ">=", "in");

const anyQuery: fc.Arbitrary<Query> = fc
  .tuple(
    anyNode,
    fc.array(fc.tuple(anyEdge, anyNode), { maxLength: 3 }),
    fc.array(fc.tuple(fc.nat(), rest, operator, fc.constantFrom(...values, ...ids, ...types)), { maxLength: 2 }),
    fc.option(fc.array(fc.tuple(fc.nat(), rest), { maxLength: 3 })),
  )
  .map(([first, others, conditions, select]) => {
    const path = [first, ...others.flat()];
    const names = path.map((each) => ("node" in each ? each.node : each.edge)).filter((name) => name !== "");
    const named = (i: number, rest: string) => `${names[i % names.length]}${rest}`;
    return {
      kind: "match",
      path,
      where:
        names.length === 0
          ? []
          : conditions.map(([i, rest, operator, value]) => ({
              path: named(i, rest),
              operator,
              value: operator === "in" ? [value, 1] : value,
            })),
      ...(select && names.length > 0 ? { select: select.map(([i, rest]) => named(i, rest)) } : {}),
    };
  });

/** Rows in an order that does not depend on how they were found. */
function sorted(rows: Iterable<QueryRow>): unknown[] {
  const text = (row: unknown): string =>
    JSON.stringify(row, (_key, value) => {
      if (typeof value === "bigint") return `${value}n`;
      if (value instanceof Map) return [...value];
      return value && typeof value === "object" && !Array.isArray(value) ? Object.entries(value).sort() : value;
    });
  return [...rows].sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

describe("matching", () => {
  test("finds what trying every path finds", () => {
    let found = 0;
    let tried = 0;
    fc.assert(
      fc.property(anyGraph, anyQuery, (graph, query) => {
        const expected = sorted(naiveMatch(graph, query));
        tried++;
        found += expected.length > 0 ? 1 : 0;
        assert.deepEqual(sorted(graph.query(query)), expected);
      }),
      { numRuns: 1500 },
    );
    expect(found).toBeGreaterThan(tried / 12);
  });

  test("a limit gives the first rows of all, and a query that went through JSON the same rows", () => {
    fc.assert(
      fc.property(anyGraph, anyQuery, fc.nat({ max: 5 }), (graph, { where: _where, ...query }, limit) => {
        const whole: Query = { ...query, where: [] };
        const all = [...graph.query(whole)];
        assert.deepEqual([...graph.query({ ...whole, limit })], all.slice(0, limit));
        assert.deepEqual([...graph.query(JSON.parse(JSON.stringify(whole)))], all);
      }),
      { numRuns: 300 },
    );
  });

  const people = (): Graph => {
    const graph = new Graph();
    for (const [id, age] of [
      ["alice", 30],
      ["bob", 20],
      ["carol", 40],
    ] as const) {
      graph.addNode(id, { age }, { type: "User" });
    }
    graph.addNode("acme", { age: 100 }, { type: "Company" });
    graph.addEdge("alice", "bob", "FRIEND", { weight: 0.5 });
    graph.addEdge("bob", "carol", "FRIEND");
    graph.addEdge("carol", "alice", "FRIEND");
    graph.addEdge("alice", "acme", "WORKS_AT", { properties: { since: 2020 } });
    return graph;
  };

  test("binds names to records", () => {
    const rows = people()
      .match(node("a", { id: "alice" }), edge({ name: "e", label: "WORKS_AT" }), node("b"))
      .toArray();
    expect(rows).toEqual([
      {
        a: { id: "alice", value: { age: 30 }, type: "User", properties: {} },
        e: { from: "alice", to: "acme", label: "WORKS_AT", properties: { since: 2020 } },
        b: { id: "acme", value: { age: 100 }, type: "Company", properties: {} },
      },
    ]);
  });

  test("a name that stands twice is the same node: circles", () => {
    const circle = [node("a"), edge({}), node("b"), edge({}), node("c"), edge({}), node("a")];
    const rows = people()
      .match(...circle)
      .select("a.id", "b.id", "c.id")
      .toArray();
    expect(rows).toEqual([
      { "a.id": "alice", "b.id": "bob", "c.id": "carol" },
      { "a.id": "bob", "b.id": "carol", "c.id": "alice" },
      { "a.id": "carol", "b.id": "alice", "c.id": "bob" },
    ]);
  });

  test("no edge is used twice in a match, so a path does not go there and back by one edge", () => {
    const graph = new Graph({ type: "undirected" });
    for (const id of ["a", "b"]) graph.addNode(id);
    graph.addEdge("a", "b");
    const there = [node("x"), edge({}), node("y"), edge({}), node("z")];
    expect(graph.match(...there).toArray()).toEqual([]);
    graph.addEdge("a", "b", "second");
    expect(graph.match(...there).toArray()).toHaveLength(4);
    // The same name for two edges can therefore never hold.
    expect(graph.match(node("x"), edge({ name: "e" }), node("y"), edge({ name: "e" }), node("z")).toArray()).toEqual(
      [],
    );
  });

  test("a self loop is one match in each direction, and one in both", () => {
    for (const type of ["directed", "undirected"] as const) {
      const graph = new Graph({ type });
      graph.addNode("a");
      graph.addEdge("a", "a");
      for (const direction of ["out", "in", "both"] as const) {
        expect(graph.match(node("x"), edge({ direction }), node("y")).toArray()).toHaveLength(1);
      }
    }
  });

  test("comparing: types that differ are in no order, what is not there is null", () => {
    const graph = new Graph();
    const held: Value[] = [1, 2, "1", "2", 1n, new Date(1), null, Number.NaN, true, [1]];
    held.forEach((value, i) => void graph.addNode(`n${i}`, value));
    const found = (operator: Operator, value: Value) =>
      graph
        .match(node("n"))
        .where("n.value", operator, value)
        .toArray()
        .map((row) => (row["n"] as { value: Value }).value);
    expect(found(">=", 1)).toEqual([1, 2]);
    expect(found("<", 2)).toEqual([1]);
    expect(found(">", "1")).toEqual(["2"]);
    expect(found("<=", 1n)).toEqual([1n]);
    expect(found("<=", new Date(1))).toEqual([new Date(1)]);
    expect(found(">", new Date(0))).toEqual([new Date(1)]);
    expect(found("=", Number.NaN)).toEqual([Number.NaN]);
    expect(found("=", [1])).toEqual([[1]]);
    expect(found("=", null)).toEqual([null]);
    expect(found(">=", null)).toEqual([]);
    expect(found(">=", true)).toEqual([]);
    expect(found("in", [1, "2", [1]])).toEqual([1, "2", [1]]);
    expect(found("in", [])).toEqual([]);
    expect(found("!=", 1)).toHaveLength(held.length - 1);
    expect(graph.match(node("n")).where("n.value.no.where", "=", null).toArray()).toHaveLength(held.length);
  });

  test("S5: a path reads own data only", () => {
    const graph = new Graph();
    graph.addNode("a", JSON.parse('{"__proto__": {"x": 1}, "list": [1, 2]}'));
    const select = (path: string) => graph.match(node("n")).select(path).toArray()[0]?.[path];
    expect(select("n.value.__proto__.x")).toBe(1);
    expect(select("n.value.list.1")).toBe(2);
    for (const path of [
      "n.value.constructor",
      "n.constructor.name",
      "n.__proto__",
      "n.value.list.map",
      "n.id.length",
    ]) {
      expect(select(path)).toBeNull();
    }
    const named = graph.match(node("__proto__")).toArray()[0] as object;
    expect(Object.keys(named)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(named)).toBe(Object.prototype);
  });

  test("a path of 12,000 edges needs no stack", () => {
    const length = 12_000;
    const graph = new Graph();
    for (let i = 0; i <= length; i++) graph.addNode(`n${i}`);
    for (let i = 0; i < length; i++) graph.addEdge(`n${i}`, `n${i + 1}`);
    const path = [node("first", { id: "n0" }), ...Array.from({ length }, () => [edge({}), node()]).flat()];
    path[path.length - 1] = node("last");
    expect(
      graph
        .match(...path)
        .select("last.id")
        .toArray(),
    ).toEqual([{ "last.id": `n${length}` }]);
  });
});

describe("matching is lazy", () => {
  const many = (): Graph => {
    const graph = new Graph();
    for (let i = 0; i < 5000; i++) graph.addNode(`n${i}`, i, { type: "T" });
    for (let i = 0; i < 5000; i++) graph.addEdge(`n${i}`, `n${(i * 7 + 1) % 5000}`);
    return graph;
  };

  /** How many nodes and edges were looked at. */
  function looks(run: () => void): number {
    const removed = vi.spyOn(NodeStore.prototype, "isRemoved");
    run();
    const { length } = removed.mock.calls;
    removed.mockRestore();
    return length;
  }

  test("nothing is searched before a row is asked for, and no more than was asked for", () => {
    const graph = many();
    const matches = graph.match(node("a", { type: "T" }), edge({}), node("b"));
    expect(looks(() => void matches.where("a.value", ">", 10))).toBe(0);
    expect(looks(() => void graph.query(matches.query))).toBe(0);
    expect(looks(() => void matches.limit(1).toArray())).toBeLessThan(10);
    expect(looks(() => void matches.limit(0).toArray())).toBe(0);
    expect(
      looks(() => {
        for (const _row of matches) break;
      }),
    ).toBeLessThan(10);
    expect(looks(() => void matches.toArray())).toBeGreaterThanOrEqual(5000);
  });

  test("a path that ends at a known node is searched from there", () => {
    const graph = many();
    const path = [node("a"), edge({ name: "e" }), node("b"), edge({ direction: "in" }), node("c", { id: "n1" })];
    const rows: QueryRow[] = [];
    expect(looks(() => void rows.push(...graph.match(...path)))).toBeLessThan(10);
    expect(sorted(rows)).toEqual(sorted(naiveMatchAt(graph, path)));
  });

  /** The naive rows, from the few nodes within reach. */
  function naiveMatchAt(graph: Graph, path: Query["path"]): QueryRow[] {
    const near = new Set(["n1"]);
    for (let step = 0; step < 3; step++) {
      for (const id of [...near]) for (const other of graph.neighbors(id, { direction: "both" })) near.add(other);
    }
    const part = new Graph();
    for (const id of near) part.addNode(id, graph.getNode(id) as Value, { type: "T" });
    for (const { from, to } of graph.edges()) if (near.has(from) && near.has(to)) part.addEdge(from, to);
    return naiveMatch(part, { kind: "match", path, where: [] });
  }

  test("an unknown id, type or label ends it at once", () => {
    const graph = many();
    for (const path of [
      [node("a"), edge({}), node("b", { id: "unknown" })],
      [node("a", { type: "unknown" })],
      [node("a"), edge({ label: "unknown" }), node("b")],
    ]) {
      expect(looks(() => expect(graph.match(...path).toArray()).toEqual([]))).toBe(0);
    }
  });

  test("the search reads rows, and makes records only of what it returns or tests", () => {
    const graph = many();
    const weight = vi.spyOn(EdgeStore.prototype, "weight");
    graph
      .match(node("a", { id: "n5" }), edge({}), node("b"), edge({}), node("c"))
      .select("c.id")
      .toArray();
    expect(weight.mock.calls.length).toBe(0);
    weight.mockRestore();
  });
});
