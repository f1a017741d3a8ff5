import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkQuery, edge, Graph, isGraphoidError, node, type Query } from "./index.ts";

const good = (): Record<string, unknown> => ({
  kind: "match",
  path: [
    { node: "a", id: "x", type: "T" },
    { edge: "e", label: "l", direction: "both" },
    { node: "", id: "y" },
  ],
  where: [{ path: "a.value.age", operator: ">", value: 1 }],
  select: ["a.id", "e.weight", "a"],
  limit: 3,
});

describe("node and edge", () => {
  test("make plain data with defaults", () => {
    expect(node()).toEqual({ node: "" });
    expect(node("a", { id: "x", type: "T" })).toEqual({ node: "a", id: "x", type: "T" });
    expect(edge()).toEqual({ edge: "", direction: "out" });
    expect(edge({ name: "e", label: "l", direction: "in" })).toEqual({ edge: "e", label: "l", direction: "in" });
  });

  test("refuse what they do not know", () => {
    expect(() => node(1 as never)).toThrow(/node: expected `name` to be a string, got 1/);
    expect(() => node("a", { label: "x" } as never)).toThrow(/node: unknown option "label"/);
    expect(() => edge({ type: "x" } as never)).toThrow(/edge: unknown option "type"/);
    expect(() => edge("e" as never)).toThrow(/edge: expected `options` to be an object/);
  });
});

describe("Graph.match", () => {
  const graph = new Graph();
  test.each<[string, unknown[]]>([
    ["nothing", []],
    ["an edge alone", [edge()]],
    ["two nodes in a row", [node("a"), node("b")]],
    ["an end that is an edge", [node("a"), edge()]],
    ["a beginning that is an edge", [edge(), node("a"), edge()]],
    ["something else", [null]],
    ["a name for a node and an edge", [node("a"), edge({ name: "a" }), node("b")]],
    ["a bad direction", [node("a"), { ...edge(), direction: "up" }, node("b")]],
    ["a number as id", [{ node: "a", id: 1 }]],
  ])("refuses %s", (_name, path) => {
    expect(() => graph.match(...(path as []))).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    expect(() => graph.match(...(path as []))).toThrow(/^Graph\.match: /);
  });
});

describe("checkQuery", () => {
  test("lets a query pass, JSON or not, whole or least", () => {
    checkQuery("c", good() as unknown as Query);
    checkQuery("c", JSON.parse(JSON.stringify(good())));
    checkQuery("c", { kind: "match", path: [node()], where: [] });
    checkQuery("c", {
      kind: "match",
      path: [node("a"), edge({ name: "a.b" }), node("a")],
      where: [],
      select: [],
      limit: 0,
    });
  });

  const hostile: [string, unknown][] = [
    ["null", null],
    ["a string", "match"],
    ["a list", []],
    ["nothing in it", {}],
    ["another kind", { ...good(), kind: "delete" }],
    ["an unknown field", { ...good(), eval: "x" }],
    ["an own __proto__", JSON.parse('{"__proto__": {"kind": "match"}, "path": [{"node": "a"}], "where": []}')],
    ["no path", { ...good(), path: undefined }],
    ["a path that is no list", { ...good(), path: { length: 1, 0: node("a") } }],
    ["an even path", { ...good(), path: [node("a"), edge()] }],
    ["an empty path", { ...good(), path: [] }],
    ["a hole for a node", { ...good(), path: new Array(1), where: [], select: [] }],
    ["a hole for an edge", { ...good(), path: Object.assign(new Array(3), { 0: node("a"), 2: node("e") }) }],
    ["null for a node", { ...good(), path: [null] }],
    ["a list for a node", { ...good(), path: [[]] }],
    ["a node and an edge in one", { ...good(), path: [{ node: "a", edge: "a" }] }],
    ["a node without a name", { ...good(), path: [{ id: "a" }] }],
    ["a name that is a number", { ...good(), path: [{ node: 1 }] }],
    ["an unknown field of a node", { ...good(), path: [{ node: "a", label: "x" }] }],
    ["an edge without a direction", { ...good(), path: [node("a"), { edge: "" }, node("e")] }],
    ["an edge whose label is a list", { ...good(), path: [node("a"), { ...edge(), label: ["l"] }, node("e")] }],
    ["no where", { ...good(), where: undefined }],
    ["a where that is an object", { ...good(), where: {} }],
    ["a hole for a condition", { ...good(), where: new Array(1) }],
    ["null for a condition", { ...good(), where: [null] }],
    ["a condition on nothing bound", { ...good(), where: [{ path: "z.id", operator: "=", value: 1 }] }],
    ["a condition on the empty name", { ...good(), where: [{ path: "", operator: "=", value: 1 }] }],
    ["a condition on constructor", { ...good(), where: [{ path: "constructor.name", operator: "=", value: 1 }] }],
    ["a condition whose path is a list", { ...good(), where: [{ path: ["a"], operator: "=", value: 1 }] }],
    ["an unknown operator", { ...good(), where: [{ path: "a", operator: "matches", value: 1 }] }],
    ["an inherited operator", { ...good(), where: [{ path: "a", operator: "toString", value: 1 }] }],
    ["an unknown field of a condition", { ...good(), where: [{ path: "a", operator: "=", value: 1, not: true }] }],
    ["`in` a string", { ...good(), where: [{ path: "a", operator: "in", value: "abc" }] }],
    ["`in` something like a list", { ...good(), where: [{ path: "a", operator: "in", value: { length: 1e9 } }] }],
    ["a select that is a string", { ...good(), select: "a" }],
    ["a select that is null", { ...good(), select: null }],
    ["a hole in select", { ...good(), select: new Array(1) }],
    ["a selected number", { ...good(), select: [1] }],
    ["a selected path on nothing bound", { ...good(), select: ["z"] }],
    ["a negative limit", { ...good(), limit: -1 }],
    ["a fractional limit", { ...good(), limit: 0.5 }],
    ["a limit NaN", { ...good(), limit: Number.NaN }],
    ["a limit that is a string", { ...good(), limit: "3" }],
    ["a limit that is null", { ...good(), limit: null }],
  ];

  test.each(hostile)("refuses %s", (_name, query) => {
    const graph = new Graph();
    graph.addNode("x");
    for (const call of [() => checkQuery("c", query as Query), () => [...graph.query(query as Query)]]) {
      expect(call).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    }
  });

  test("any data is either refused or runs to its end", () => {
    const graph = new Graph();
    for (const id of ["x", "y"]) graph.addNode(id, { age: 2 }, { type: "T" });
    graph.addEdge("x", "y", "l");
    const junk = fc.oneof(
      fc.constantFrom<unknown>(null, 0, -1, "", "a", "match", [], {}, node("a"), edge(), new Map(), Symbol.for("s")),
      fc.jsonValue(),
    );
    const place = fc.constantFrom<(string | number)[]>(
      ["kind"],
      ["path"],
      ["path", 0],
      ["path", 1],
      ["path", 2],
      ["path", 0, "node"],
      ["path", 0, "id"],
      ["path", 1, "edge"],
      ["path", 1, "direction"],
      ["where"],
      ["where", 0],
      ["where", 0, "path"],
      ["where", 0, "operator"],
      ["where", 0, "value"],
      ["select"],
      ["select", 0],
      ["limit"],
      ["new"],
    );
    let ran = 0;
    let tried = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(place, junk), { minLength: 1, maxLength: 2 }), (changes) => {
        tried++;
        const query = structuredClone(good());
        for (const [keys, value] of changes) {
          let at: unknown = query;
          for (const key of keys.slice(0, -1)) at = (at as Record<string, unknown> | undefined)?.[key];
          if (typeof at === "object" && at !== null) (at as Record<string, unknown>)[keys.at(-1) as string] = value;
        }
        try {
          for (const row of graph.query(query as unknown as Query)) assert.equal(typeof row, "object");
          ran++;
        } catch (error) {
          assert.ok(isGraphoidError(error, "INVALID_ARGUMENT"), String(error));
        }
      }),
      { numRuns: 1000 },
    );
    expect(ran).toBeGreaterThan(tried / 100);
  });
});
