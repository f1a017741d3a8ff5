import { describe, expect, test } from "vitest";
import { readGexf } from "./gexf-reader.ts";

// After the example of https://gexf.net/data.html
const web = `<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" version="1.3">
  <meta lastmodifieddate="2009-03-20"><creator>Gephi.org</creator><description>A Web network</description></meta>
  <graph defaultedgetype="directed">
    <attributes class="node">
      <attribute id="0" title="url" type="string"/>
      <attribute id="1" title="indegree" type="float"/>
      <attribute id="2" title="frog" type="boolean"><default>true</default></attribute>
      <attribute id="3" title="tags" type="liststring"/>
    </attributes>
    <nodes>
      <node id="0" label="Gephi"><attvalues><attvalue for="0" value="https://gephi.org"/><attvalue for="1" value="1"/></attvalues></node>
      <node id="1" label="RTGI"><attvalues><attvalue for="2" value="false"/><attvalue for="3" value="[a, b]"/></attvalues></node>
    </nodes>
    <edges><edge id="0" source="0" target="1"/><edge id="1" source="1" target="0" weight="2.5" kind="links"/></edges>
  </graph>
</gexf>`;

// As Gephi writes: with positions, in a namespace of its own.
const gephi = `<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2" xmlns:viz="http://www.gexf.net/1.2draft/viz">
<graph defaultedgetype="undirected" mode="static"><attributes class="edge" mode="static"><attribute id="c" title="since" type="integer"/></attributes>
<nodes count="2"><node id="a" label="A"><viz:size value="4.0"/><viz:color r="1" g="2" b="3"/></node><node id="b" label="B"/></nodes>
<edges count="1"><edge id="0" source="a" target="b" label="knows"><attvalues><attvalue for="c" value="1999"/></attvalues></edge></edges></graph></gexf>`;

const wrap = (edges: string, graph = ""): string =>
  `<gexf><graph ${graph}><nodes><node id="a"/><node id="b"/></nodes><edges>${edges}</edges></graph></gexf>`;
const edge = (attributes: string): string => `<edge source="a" target="b" ${attributes}/>`;

describe("reading GEXF", () => {
  test("the documentation's example", () => {
    const graph = readGexf(web);
    expect(graph.type).toBe("directed");
    expect(graph.nodeRecord("0")?.properties).toEqual({
      label: "Gephi",
      url: "https://gephi.org",
      indegree: 1,
      frog: true,
    });
    expect(graph.nodeRecord("1")?.properties).toEqual({ label: "RTGI", frog: false, tags: "[a, b]" });
    expect(graph.edges()).toEqual([
      { from: "0", to: "1", label: "edge" },
      { from: "1", to: "0", label: "links", weight: 2.5 },
    ]);
  });

  test("what Gephi writes", () => {
    const graph = readGexf(gephi);
    expect(graph.type).toBe("undirected");
    expect(graph.nodeRecord("a")?.properties).toEqual({ label: "A" });
    expect(graph.edges()).toEqual([{ from: "a", to: "b", label: "knows", properties: { since: 1999 } }]);
  });

  test("values by `id`, as before 1.2", () => {
    const text = web.replaceAll("attvalue for=", "attvalue id=");
    expect(readGexf(text).nodeRecord("0")?.properties["url"]).toBe("https://gephi.org");
  });

  test("a mutual edge is two", () => {
    const graph = readGexf(wrap(edge('type="mutual"')));
    expect([graph.type, graph.hasEdge("a", "b"), graph.hasEdge("b", "a")]).toEqual(["directed", true, true]);
  });

  test("mixed and parallel edges as the options say", () => {
    const mixed = wrap(edge('type="directed"') + edge('type="undirected" label="x"'));
    expect(() => readGexf(mixed)).toThrow(expect.objectContaining({ code: "UNSUPPORTED_GRAPH" }));
    expect(readGexf(mixed, { mixed: "directed" }).edgeCount).toBe(3);
    const parallel = wrap(edge("") + edge("") + edge('label="edge 2"') + edge(""));
    expect(() => readGexf(parallel)).toThrow(expect.objectContaining({ code: "UNSUPPORTED_GRAPH" }));
    expect(
      readGexf(parallel, { parallel: "number" })
        .edges()
        .map(({ label }) => label),
    ).toEqual(["edge", "edge 2", "edge 2 2", "edge 3"]);
  });

  test.each([
    ["a weight that is no number", wrap(edge('weight="heavy"'))],
    ["a weight that is not a number", wrap(edge('weight="NaN"'))],
    ["a type of edge that is none", wrap(edge('type="sideways"'))],
    ["attributes of nothing", '<gexf><graph><attributes class="graph"/></graph></gexf>'],
    [
      "a value that is not declared",
      '<gexf><graph><nodes><node id="a"><attvalues><attvalue for="x" value="1"/></attvalues></node></nodes></graph></gexf>',
    ],
  ])("%s is malformed", (_what, text) => {
    expect(() => readGexf(text)).toThrow(expect.objectContaining({ code: "GRAPH_FORMAT" }));
  });

  test.each([
    ["a graph that changes over time", wrap("", 'mode="dynamic"')],
    [
      "nodes inside a node",
      '<gexf><graph><nodes><node id="a"><nodes><node id="b"/></nodes></node></nodes></graph></gexf>',
    ],
    ["a parent", '<gexf><graph><nodes><node id="a" pid="b"/></nodes></graph></gexf>'],
    ["spells", '<gexf><graph><nodes><node id="a"><spells/></node></nodes></graph></gexf>'],
  ])("%s is unsupported", (_what, text) => {
    expect(() => readGexf(text)).toThrow(expect.objectContaining({ code: "UNSUPPORTED_GRAPH" }));
  });
});
