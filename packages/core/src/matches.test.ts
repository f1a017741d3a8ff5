import { describe, expect, test } from "vitest";
import { edge, Graph, handled, Matches, node, type Query } from "./index.ts";

function sample(): Graph {
  const graph = new Graph();
  for (const [id, age] of [
    ["a", 1],
    ["b", 2],
    ["c", 3],
  ] as const)
    graph.addNode(id, { age });
  graph.addEdge("a", "b");
  graph.addEdge("b", "c");
  return graph;
}

describe("Matches", () => {
  test("each refinement is a new object, and the query is plain data", () => {
    const all = sample().match(node("n"));
    const old = all.where("n.value.age", ">", 1);
    const oldest = old.where("n.value.age", ">=", 3);
    const shown = oldest.select("n.id", "n.value.age").limit(5);
    expect(all.query).toEqual({ kind: "match", path: [{ node: "n" }], where: [] });
    expect(old.query.where).toHaveLength(1);
    expect([all.toArray().length, old.toArray().length, oldest.toArray().length]).toEqual([3, 2, 1]);
    expect(shown.toArray()).toEqual([{ "n.id": "c", "n.value.age": 3 }]);
    expect(JSON.parse(JSON.stringify(shown.query))).toEqual(shown.query);
    expect(shown).toBeInstanceOf(Matches);
  });

  test("can be iterated again and again, and sees the graph as it is then", () => {
    const graph = sample();
    const rows = graph.match(node("n")).select("n.id");
    expect([...rows]).toHaveLength(3);
    graph.addNode("d");
    expect([...rows]).toHaveLength(4);
    const [first, second] = [rows[Symbol.iterator](), rows[Symbol.iterator]()];
    expect([first.next().value, second.next().value, first.next().value]).toEqual([
      { "n.id": "a" },
      { "n.id": "a" },
      { "n.id": "b" },
    ]);
  });

  test("a later select or limit replaces the one before", () => {
    const rows = sample().match(node("n")).select("n.id").limit(1).select("n.value.age").limit(2);
    expect(rows.toArray()).toEqual([{ "n.value.age": 1 }, { "n.value.age": 2 }]);
    expect(sample().match(node("n")).select().toArray()).toEqual([{}, {}, {}]);
  });

  test("goes through query interception, each time it is iterated", () => {
    const graph = sample();
    const seen: Query[] = [];
    graph.intercept({
      query: (_graph, query) => {
        seen.push(query);
        return handled([{ answer: 42 }]);
      },
    });
    const rows = graph.match(node("n"), edge(), node("m")).limit(1);
    expect(seen).toEqual([]);
    expect(rows.toArray()).toEqual([{ answer: 42 }]);
    expect([...rows]).toEqual([{ answer: 42 }]);
    expect(seen).toEqual([rows.query, rows.query]);
  });

  test("a refinement that makes no sense is refused when the rows are asked for", () => {
    const rows = sample().match(node("n"));
    expect(() => rows.where("x.value", "=", 1).toArray()).toThrow(/`query\.where\[0\]\.path` to be a path that starts/);
    expect(() => rows.where("n.id", "~" as never, 1).toArray()).toThrow(/`query\.where\[0\]\.operator`/);
    expect(() => rows.where("n.id", "in", 1).toArray()).toThrow(/`query\.where\[0\]\.value` to be an array/);
    expect(() => rows.select("x").toArray()).toThrow(/`query\.select\[0\]`/);
    expect(() => rows.limit(-1).toArray()).toThrow(/`query\.limit` to be an integer >= 0/);
  });
});
