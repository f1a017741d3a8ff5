import { describe, expect, test } from "vitest";
import { readGraphml } from "./graphml-reader.ts";

// After the example of http://graphml.graphdrawing.org/primer/graphml-primer.html
const primer = `<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
  <key id="d0" for="node" attr.name="color" attr.type="string">
    <default>yellow</default>
  </key>
  <key id="d1" for="edge" attr.name="weight" attr.type="double"/>
  <graph id="G" edgedefault="undirected">
    <node id="n0"><data key="d0">green</data></node>
    <node id="n1"/>
    <node id="n2"><desc>a description</desc><data key="d0">blue</data></node>
    <edge id="e0" source="n0" target="n2"><data key="d1">1.0</data></edge>
    <edge id="e1" source="n0" target="n1"/>
  </graph>
</graphml>`;

// As networkx writes a MultiDiGraph: keys of one name for each type, ids of edges, "True".
const networkx = `<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="d3" for="edge" attr.name="weight" attr.type="long" /><key id="d2" for="node" attr.name="size" attr.type="double" />
<key id="d1" for="node" attr.name="size" attr.type="long" /><key id="d0" for="node" attr.name="seen" attr.type="boolean" />
<key id="d4" for="graph" attr.name="title" attr.type="string" />
<graph edgedefault="directed"><data key="d4">friends</data><node id="a"><data key="d0">True</data><data key="d1">3</data></node>
<node id="b"><data key="d2">0.5</data></node><edge source="a" target="b" id="0"><data key="d3">2</data></edge>
<edge source="a" target="b" id="1"/></graph></graphml>`;

// As yEd writes: drawings in a namespace of its own.
const yed = `<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
<key for="node" id="d6" yfiles.type="nodegraphics"/><graph edgedefault="directed"><node id="n0"><data key="d6">
<y:ShapeNode><y:NodeLabel>Alice</y:NodeLabel></y:ShapeNode></data></node></graph></graphml>`;

const wrap = (keys: string, body: string): string =>
  `<graphml>${keys}<graph edgedefault="directed">${body}</graph></graphml>`;

describe("reading GraphML", () => {
  test("the primer's example, with defaults", () => {
    const graph = readGraphml(primer);
    expect(graph.type).toBe("undirected");
    expect(graph.nodeRecord("n0")?.properties).toEqual({ color: "green" });
    expect(graph.nodeRecord("n1")?.properties).toEqual({ color: "yellow" });
    expect(graph.edges()).toEqual([
      { from: "n0", to: "n2", label: "edge", weight: 1 },
      { from: "n0", to: "n1", label: "edge" },
    ]);
  });

  test("what networkx writes", () => {
    expect(() => readGraphml(networkx)).toThrow(expect.objectContaining({ code: "UNSUPPORTED_GRAPH" }));
    const graph = readGraphml(networkx, { parallel: "number" });
    expect(graph.nodeRecord("a")?.properties).toEqual({ seen: true, size: 3 });
    expect(graph.nodeRecord("b")?.properties).toEqual({ size: 0.5 });
    expect(graph.edges()).toEqual([
      { from: "a", to: "b", label: "edge", weight: 2 },
      { from: "a", to: "b", label: "edge 2" },
    ]);
    expect(readGraphml(networkx, { parallel: "last" }).edges()).toEqual([
      { from: "a", to: "b", label: "edge", weight: 2 },
    ]);
  });

  test("what yEd writes, without the drawing", () => {
    expect(readGraphml(yed).nodeRecord("n0")?.properties).toEqual({});
  });

  test("edges before their nodes, and types of every kind", () => {
    const key = (id: string, type: string): string => `<key id="${id}" for="all" attr.type="${type}"/>`;
    const data = (id: string, text: string): string => `<data key="${id}">${text}</data>`;
    const keys = ["boolean", "int", "long", "float", "double", "string"].map((type) => key(type, type)).join("");
    const all =
      data("boolean", "0") +
      data("int", " 7 ") +
      data("long", "9007199254740993") +
      data("float", "-INF") +
      data("double", "NaN") +
      data("string", " x ");
    const graph = readGraphml(wrap(keys, `<edge source="a" target="a">${all}</edge><node id="a"/>`));
    expect(graph.getEdge("a", "a")?.properties).toEqual({
      boolean: false,
      int: 7,
      long: 9007199254740993n,
      float: Number.NEGATIVE_INFINITY,
      double: Number.NaN,
      string: " x ",
    });
  });

  test.each([
    ["boolean", "yes"],
    ["int", "1.5"],
    ["int", "9".repeat(100)],
    ["double", "0x10"],
    ["double", ""],
  ])("a value that is no %s: %s", (type, text) => {
    const body = `<node id="a"><data key="k">${text}</data></node>`;
    expect(() => readGraphml(wrap(`<key id="k" for="node" attr.type="${type}"/>`, body))).toThrow(
      expect.objectContaining({ code: "GRAPH_FORMAT" }),
    );
  });

  test("keys that are not declared, or twice, or of no type", () => {
    const node = '<node id="a"><data key="k">1</data></node>';
    for (const keys of [
      "",
      '<key id="k" for="edge"/>',
      '<key id="k"/><key id="k"/>',
      '<key id="k" attr.type="date"/>',
    ]) {
      expect(() => readGraphml(wrap(keys, node))).toThrow(expect.objectContaining({ code: "GRAPH_FORMAT" }));
    }
  });

  test("__proto__ is a key like any other", () => {
    const graph = readGraphml(
      wrap('<key id="__proto__" for="node"/>', '<node id="__proto__"><data key="__proto__">x</data></node>'),
    );
    expect(Object.entries(graph.nodeRecord("__proto__")?.properties ?? {})).toEqual([["__proto__", "x"]]);
  });

  test("mixed edges as the option says", () => {
    const text = wrap(
      "",
      '<node id="a"/><node id="b"/><edge source="a" target="b"/><edge source="b" target="b" directed="false"/><edge source="b" target="a" directed="false"><data key="l">x</data></edge>',
    ).replace("<graph ", '<key id="l" for="edge" attr.name="label"/><graph ');
    expect(() => readGraphml(text)).toThrow(expect.objectContaining({ code: "UNSUPPORTED_GRAPH" }));
    const directed = readGraphml(text, { mixed: "directed" });
    expect(directed.edges().map(({ from, to, label }) => from + to + label)).toEqual([
      "abedge",
      "bbedge",
      "bax",
      "abx",
    ]);
    const undirected = readGraphml(text, { mixed: "undirected" });
    expect([undirected.type, undirected.edgeCount]).toEqual(["undirected", 3]);
  });

  test.each([
    ["a graph in a node", '<node id="a"><graph/></node>'],
    ["a hyperedge", "<hyperedge/>"],
    ["a port", '<node id="a"><port name="p"/></node>'],
    ["a second graph", "</graph><graph>"],
  ])("%s is unsupported", (_what, body) => {
    expect(() => readGraphml(wrap("", body))).toThrow(expect.objectContaining({ code: "UNSUPPORTED_GRAPH" }));
  });
});
