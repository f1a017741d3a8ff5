import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createUniverse, type Universe } from "./universe.ts";

function example(): Universe {
  const universe = createUniverse({ identity: "node_a" });
  universe.reportPeer({ id: "node_b", state: "connected", address: "10.0.1.100:9000" });
  universe.reportPeer({ id: "node_c", state: "failed" });
  universe.reportRouters([{ name: "tcp", active: true }]);
  universe.reportPartitions({ strategy: "hash", partitions: [{ id: 0, nodes: 3 }] });
  return universe;
}

function named(id: string): Universe {
  const universe = createUniverse({ identity: "here" });
  universe.reportPeer({ id, state: "connected" });
  return universe;
}

describe("toDot", () => {
  it("draws every node and edge", () => {
    const lines = example().toDot().split("\n");
    expect(lines[0]).toBe("digraph universe {");
    expect(lines).toContain('  n2 [label="node_a\\nthis host"];');
    expect(lines).toContain('  n8 [label="node_b\\nconnected\\n10.0.1.100:9000", fillcolor="#b7e4c7"];');
    expect(lines).toContain('  n9 [label="node_c\\nfailed", fillcolor="#ff9d9d"];');
    expect(lines).toContain('  n6 [label="tcp\\nin use"];');
    expect(lines).toContain('  n7 [label="default 0\\nhash\\n3 nodes"];');
    expect(lines).toContain('  n3 -> n8 [label="peer"];');
    expect(lines.slice(-2)).toEqual(["}", ""]);
  });

  it("escapes what could end a label or mean something in it", () => {
    const dot = named('x"];\n n0 -> n1 [label="\\N <b> &lt; \u202egnp').toDot();
    expect(dot).toContain('label="x\\"];<U+000A> n0 -> n1 [label=\\"\\\\N <b> &amp;lt; <U+202E>gnp\\nconnected"');
  });

  it("keeps its shape, whatever a peer is called", () => {
    const shape = (dot: string) => dot.replace(/"(?:\\.|[^"\\\n])*"/g, '""');
    const expected = shape(named("plain").toDot());
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (id) => {
        expect(shape(named(id).toDot())).toBe(expected);
      }),
    );
  });
});

describe("toMermaid", () => {
  it("draws every node and edge", () => {
    const lines = example().toMermaid().split("\n");
    expect(lines[0]).toBe("flowchart LR");
    expect(lines).toContain('  n8["node_b<br/>connected<br/>10.0.1.100:9000"]:::connected');
    expect(lines).toContain('  n3 -->|"peer"| n8');
    expect(lines.filter((line) => line.includes("classDef"))).toEqual([
      "  classDef connected fill:#b7e4c7,color:#000000",
      "  classDef failed fill:#ff9d9d,color:#000000",
    ]);
  });

  it("escapes what could end a label or mean something in it", () => {
    const mermaid = named('"]<img src=x onerror=alert(1)>`#\n').toMermaid();
    expect(mermaid).toContain(
      '["#34;#93;#60;img src#61;x onerror#61;alert#40;1#41;#62;#96;#35;#60;U#43;000A#62;<br/>connected"]',
    );
  });

  it("keeps its shape, whatever a peer is called", () => {
    const shape = (text: string) => text.replace(/"[^"\n]*"/g, '""');
    const expected = shape(named("plain").toMermaid());
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (id) => {
        const mermaid = named(id).toMermaid();
        expect(shape(mermaid)).toBe(expected);
        expect(mermaid).not.toMatch(/<(?!br\/>)/);
      }),
    );
  });
});
