import { equals, Graph } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type EdgeListColumn, type EdgeListOptions, readEdgeList, writeEdgeList } from "./edge-list.ts";

const ends = (graph: Graph): string[] => graph.edges().map(({ from, to, label }) => `${from}-${to}-${label}`);

describe("reading an edge list", () => {
  test("two columns, comments, blank lines, any blanks, any line ends", () => {
    const graph = readEdgeList("\ufeff# FromNodeId\tToNodeId\r\n% more\n\n 0\t1 \r\n1  2\n  # last\n2 0");
    expect(graph.nodes()).toEqual(["0", "1", "2"]);
    expect(ends(graph)).toEqual(["0-1-edge", "1-2-edge", "2-0-edge"]);
  });

  test("columns in any order, a separator, a header, columns to skip", () => {
    const graph = readEdgeList("w;to;when;from;what\n0.5;b;1999;a b;knows\n;c;;a b;\n", {
      columns: ["weight", "to", "skip", "from", "label"],
      separator: ";",
      header: true,
      type: "undirected",
    });
    expect(graph.type).toBe("undirected");
    expect(graph.edges()).toEqual([
      { from: "a b", to: "b", label: "knows", weight: 0.5 },
      { from: "a b", to: "c", label: "" },
    ]);
  });

  test("columns at the end may be missing", () => {
    const graph = readEdgeList("a b\nb c 3", { columns: ["from", "to", "weight"] });
    expect(graph.edges().map(({ weight }) => weight)).toEqual([undefined, 3]);
  });

  test.each<[string, string, EdgeListOptions]>([
    ["too few columns", "a b\nc\n", {}],
    ["too many columns", "a b\na b 1\n", {}],
    ["a weight that is no number", "a b 1\nb c heavy\n", { columns: ["from", "to", "weight"] }],
    ["a weight that is not a number", "a b 1\nb c NaN\n", { columns: ["from", "to", "weight"] }],
  ])("%s: the error has the line", (_what, text, options) => {
    expect(() => readEdgeList(text, options)).toThrow(
      expect.objectContaining({ code: "GRAPH_FORMAT", details: { format: "edge list", line: 2 } }),
    );
  });

  test("a repeated edge as the option says", () => {
    const text = "a b\na b\nb a";
    expect(() => readEdgeList(text)).toThrow(
      expect.objectContaining({ code: "UNSUPPORTED_GRAPH", details: expect.objectContaining({ line: 2 }) }),
    );
    expect(ends(readEdgeList(text, { parallel: "last" }))).toEqual(["a-b-edge", "b-a-edge"]);
    expect(ends(readEdgeList(text, { parallel: "number", type: "undirected" }))).toEqual([
      "a-b-edge",
      "a-b-edge 2",
      "b-a-edge 3",
    ]);
  });

  test("a long line is refused before all of it is there", () => {
    function* endless(): Generator<string> {
      for (;;) yield "x".repeat(1000);
    }
    expect(() => readEdgeList(endless(), { maxLineLength: 10_000 })).toThrow(
      expect.objectContaining({ code: "INPUT_LIMIT", details: { limit: "maxLineLength", value: 10_000 } }),
    );
  });

  test.each<EdgeListOptions>([
    { columns: ["from"] },
    { columns: ["from", "to", "to"] },
    { columns: ["from", "to", "colour" as EdgeListColumn] },
    { separator: "" },
    { separator: "\n" },
    { comments: [""] },
    { header: 1 as never },
  ])("a layout that is none: %j", (options) => {
    expect(() => readEdgeList("", options)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });
});

describe("writing an edge list", () => {
  test("what is written is read back equal, or refused", () => {
    const name = fc.oneof(
      fc.string({ maxLength: 4 }),
      fc.constantFrom("a b", "#x", "__proto__", "\r", "\ufeffx", "a,b"),
    );
    const edge = fc.record({
      from: name,
      to: name,
      label: fc.oneof(name, fc.constant("edge")),
      weight: fc.option(fc.double({ noNaN: true }), { nil: undefined }),
    });
    const options = fc.record({
      separator: fc.constantFrom(undefined, ",", "\t", " ", "::"),
      header: fc.boolean(),
      columns: fc.shuffledSubarray(["from", "to", "label", "weight"] as const, { minLength: 4 }),
    });
    let written = 0;
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 4 }), options, ({ length, ...edges }, { separator, ...rest }) => {
        const layout: EdgeListOptions = { ...rest, ...(separator === undefined ? {} : { separator }) };
        const graph = new Graph();
        for (const { from, to, label, weight } of Array.from({ length, ...edges })) {
          for (const id of [from, to]) if (!graph.hasNode(id)) graph.addNode(id);
          graph.addEdge(from, to, label, weight === undefined ? {} : { weight });
        }
        let text: string;
        try {
          text = writeEdgeList(graph, layout);
        } catch (error) {
          expect(error).toMatchObject({ code: "NOT_SERIALIZABLE" });
          return;
        }
        written += length;
        expect(equals(readEdgeList(text, layout), graph)).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(written).toBeGreaterThan(50);
  });

  test("what has no column is refused, or left out", () => {
    const make = (change: (graph: Graph) => void): Graph => {
      const graph = new Graph();
      graph.addNodes([{ id: "a" }, { id: "b" }]);
      graph.addEdge("a", "b");
      change(graph);
      return graph;
    };
    const graphs: [string, Graph][] = [
      ["value", make((graph) => graph.addNode("a", 1))],
      ["type", make((graph) => graph.addNode("a", null, { type: "User" }))],
      ["age", make((graph) => graph.addNode("a", null, { properties: { age: 30 } }))],
      ["a node without edges", make((graph) => graph.addNode("c"))],
      ["weight", make((graph) => graph.addEdge("a", "b", "edge", { weight: 1 }))],
      ["since", make((graph) => graph.addEdge("a", "b", "edge", { properties: { since: 1999 } }))],
    ];
    for (const [key, graph] of graphs) {
      expect(() => writeEdgeList(graph)).toThrow(
        expect.objectContaining({ code: "NOT_SERIALIZABLE", details: expect.objectContaining({ key }) }),
      );
      expect(writeEdgeList(graph, { lossy: true })).toBe("a b\n");
    }
  });
});
