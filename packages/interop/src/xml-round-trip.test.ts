import { equals, Graph, type PlainRecord, type Value } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readGexf } from "./gexf-reader.ts";
import { writeGexf } from "./gexf-writer.ts";
import { readGraphml } from "./graphml-reader.ts";
import { writeGraphml } from "./graphml-writer.ts";
import { isXmlText } from "./xml-text.ts";

const formats = [
  ["GraphML", readGraphml, writeGraphml],
  ["GEXF", readGexf, writeGexf],
] as const;

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }).filter(isXmlText),
  fc.constantFrom("", "__proto__", "a&b<c>\"d'", " \t\r\n ", "]]>", "\u0085\u2028", "&amp;"),
);
const key = fc
  .oneof(text, fc.constantFrom("constructor", "age", "name"))
  .filter((name) => !["value", "type", "label", "weight"].includes(name));
const scalar = fc.oneof(
  fc.boolean(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  text,
  fc.bigInt(2n ** 53n, 2n ** 63n - 1n),
  fc.bigInt(-(2n ** 63n), -(2n ** 53n)),
);
// Entries rather than a dictionary, so that `__proto__` is a key like any other.
const properties = fc
  .array(fc.tuple(key, scalar), { maxLength: 3 })
  .map((entries): PlainRecord => Object.fromEntries(entries));

const anyGraph = fc
  .record({
    type: fc.constantFrom("directed", "undirected"),
    nodes: fc.uniqueArray(
      fc.record({ id: text, value: fc.option(scalar), type: fc.option(text, { nil: undefined }), properties }),
      { selector: ({ id }) => id, maxLength: 6 },
    ),
    edges: fc.array(
      fc.record({
        from: fc.nat(),
        to: fc.nat(),
        label: fc.oneof(text, fc.constant("edge")),
        weight: fc.option(fc.double({ noNaN: true }), { nil: undefined }),
        properties,
      }),
      { maxLength: 8 },
    ),
  })
  .map(({ type, nodes, edges }) => {
    const graph = new Graph({ type: type as "directed" });
    for (const { id, value, type, properties } of nodes) {
      graph.addNode(id, value, { ...(type === undefined ? {} : { type }), properties });
    }
    for (const { from, to, label, weight, properties } of nodes.length === 0 ? [] : edges) {
      const ends = [from, to].map((end) => nodes[end % nodes.length]?.id ?? "") as [string, string];
      graph.addEdge(...ends, label, { ...(weight === undefined ? {} : { weight }), properties });
    }
    return graph;
  });

describe.each(formats)("%s", (_name, read, write) => {
  test("what is written is read back equal", () => {
    fc.assert(fc.property(anyGraph, (graph) => equals(read(write(graph)), graph)));
  });

  test("nodes and edges keep their order, and parts of a text read like the whole", () => {
    fc.assert(
      fc.property(anyGraph, fc.integer({ min: 1, max: 9 }), (graph, size) => {
        const whole = write(graph);
        const parts = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
          whole.slice(i * size, (i + 1) * size),
        );
        const back = read(parts);
        expect(back.nodes()).toEqual(graph.nodes());
        expect(back.edges()).toEqual(graph.edges());
      }),
      { numRuns: 30 },
    );
  });

  test.each<[string, Value]>([
    ["a list", [1]],
    ["a record", { age: 30 }],
    ["null", null],
    ["a bigint that would come back as a number", 5n],
    ["a bigint of more than 64 bits", 2n ** 64n],
    ["a control character", "\u0001"],
    ["half a surrogate pair", "\ud800"],
  ])("refuses %s, and says where", (_what, value) => {
    const graph = new Graph();
    graph.addNode("alice", null, { properties: { data: value } });
    expect(() => write(graph)).toThrow(
      expect.objectContaining({
        code: "NOT_SERIALIZABLE",
        details: expect.objectContaining({ owner: 'node "alice"', key: "data" }),
      }),
    );
  });

  test("`convert` makes something else of what it refuses, or leaves it out", () => {
    const graph = new Graph();
    graph.addNode("alice", { age: 30 }, { properties: { tags: ["a"] } });
    const paths: string[] = [];
    const convert = (value: Value, path: string): string | undefined => {
      paths.push(path);
      return Array.isArray(value) ? undefined : JSON.stringify(value);
    };
    expect(read(write(graph, { convert })).nodeRecord("alice")).toEqual({
      id: "alice",
      value: '{"age":30}',
      properties: {},
    });
    expect(paths).toEqual(['node "alice", value', 'node "alice", tags']);
    expect(() => write(graph, { convert: () => "\u0000" })).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });

  test("names that XML cannot hold are refused everywhere", () => {
    const withId = new Graph();
    withId.addNode("\u0000");
    const withKey = new Graph();
    withKey.addNode("a", null, { properties: { "\uffff": 1 } });
    const withLabel = new Graph();
    withLabel.addNode("a");
    withLabel.addEdge("a", "a", "\u001f");
    for (const graph of [withId, withKey, withLabel]) {
      expect(() => write(graph)).toThrow(expect.objectContaining({ code: "NOT_SERIALIZABLE" }));
    }
  });

  test("a property with the name of something else is refused, unless that has another name", () => {
    const graph = new Graph();
    graph.addNode("alice", 1, { type: "User", properties: { value: "x", type: 5 } });
    expect(() => write(graph)).toThrow(expect.objectContaining({ code: "NOT_SERIALIZABLE" }));
    const names = { value: "node value", type: "node type" };
    expect(equals(read(write(graph, { names }), { names }), graph)).toBe(true);
  });

  test("refuses what is no graph and options that it does not know", () => {
    expect(() => write({} as Graph)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    expect(() => read("", { depth: 1 } as never)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });
});
