import { type EdgeRecord, Graph, type NodeRecord, type Value } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GraphBatch } from "../src/api.ts";
import { createSerializer } from "../src/serializer.ts";
import { registerMoney, tabularGraph } from "./arbitraries.ts";
import { difference } from "./identical.ts";

const serializer = registerMoney(createSerializer());
const code = (wanted: string): unknown => expect.objectContaining({ code: wanted });

async function read(chunks: Iterable<Uint8Array>): Promise<GraphBatch[]> {
  const batches: GraphBatch[] = [];
  for await (const batch of serializer.batches(chunks)) batches.push(batch);
  return batches;
}

function ring(count: number): Graph {
  const graph = new Graph();
  for (let i = 0; i < count; i++) {
    graph.addNode(`node ${i}`, { i }, { type: `T${i % 3}`, properties: { even: i % 2 === 0 } });
  }
  for (let i = 0; i < count; i++) {
    graph.addEdge(`node ${i}`, `node ${(i + 1) % count}`, `L${i % 2}`, i % 5 === 0 ? {} : { weight: i });
  }
  return graph;
}

describe("batches", () => {
  it("are all the nodes and edges of any graph, in order", async () => {
    await fc.assert(
      fc.asyncProperty(tabularGraph(), fc.constantFrom(1024, 65_536), async (graph, chunkBytes) => {
        const batches = await read(serializer.stream(graph, { chunkBytes }));
        const nodes = batches.flatMap((batch): NodeRecord[] => (batch.kind === "nodes" ? [...batch.nodes] : []));
        const edges = batches.flatMap((batch): EdgeRecord[] => (batch.kind === "edges" ? [...batch.edges] : []));
        const sharing = { sharing: false };
        const expected = graph.nodes().map((id) => graph.nodeRecord(id));
        expect(difference(expected, nodes, sharing)).toBeUndefined();
        expect(difference(graph.edges(), edges, sharing)).toBeUndefined();
        for (const { directed } of batches) expect(directed).toBe(graph.type === "directed");
      }),
      { numRuns: 60 },
    );
  });

  it("come while the stream does, each of about a chunk", async () => {
    const graph = ring(5000);
    const chunks = [...serializer.stream(graph, { chunkBytes: 4096 })];
    let sent = 0;
    const source = (function* () {
      for (const chunk of chunks) {
        sent++;
        yield chunk;
      }
    })();
    let largest = 0;
    let count = 0;
    for await (const batch of serializer.batches(source)) {
      if (count++ === 0) expect(sent).toBeLessThan(4);
      largest = Math.max(largest, batch.kind === "nodes" ? batch.nodes.length : batch.edges.length);
    }
    expect(count).toBeGreaterThan(10);
    expect(largest).toBeLessThan(1500);
  });

  it("can be left early, which closes the source", async () => {
    let closed = false;
    const source = (function* () {
      try {
        yield* serializer.stream(ring(5000), { chunkBytes: 1024 });
      } finally {
        closed = true;
      }
    })();
    for await (const batch of serializer.batches(source)) {
      expect(batch.kind).toBe("nodes");
      break;
    }
    expect(closed).toBe(true);
  });

  it("end with an error where the stream does, after what came whole", async () => {
    const chunks = [...serializer.stream(ring(3000), { chunkBytes: 1024 })];
    const seen: GraphBatch[] = [];
    const run = async (source: Iterable<Uint8Array>): Promise<void> => {
      for await (const batch of serializer.batches(source)) seen.push(batch);
    };
    await expect(run(chunks.slice(0, -1))).rejects.toEqual(code("TRUNCATED"));
    expect(seen.length).toBeGreaterThan(3);
    await expect(run([...chunks.slice(0, 5), ...chunks.slice(6)])).rejects.toEqual(code("SEQUENCE"));
    await expect(run([Uint8Array.of(1, 2, 3)])).rejects.toEqual(code("FORMAT"));
    await expect(run(serializer.stream([1, 2] as Value))).rejects.toEqual(code("FORMAT"));
    expect(() => serializer.batches(5 as never)).toThrow(code("INVALID_ARGUMENT"));
    await expect(run(["text" as never])).rejects.toEqual(code("INVALID_ARGUMENT"));
  });

  it("S19: do not make few bytes of constant columns into many records", async () => {
    const graph = new Graph();
    const properties = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`p${i}`, "same"]));
    for (let i = 0; i < 20_000; i++) graph.addNode(`${i}`, null, { properties });
    const chunks = [...serializer.stream(graph, { chunkBytes: 65_536 })];
    await expect(read(chunks)).rejects.toEqual(code("LIMIT"));
    const generous = createSerializer({ maxDecodedBytes: 2 ** 30 });
    let count = 0;
    for await (const batch of generous.batches(chunks)) count += batch.kind === "nodes" ? batch.nodes.length : 0;
    expect(count).toBe(20_000);
  });

  it("are read of sparse columns, however many there are", async () => {
    const graph = new Graph();
    for (let i = 0; i < 3000; i++) graph.addNode(`${i}`, null, { properties: { [`only ${i}`]: i, all: "same" } });
    const batches = await read(serializer.stream(graph));
    expect(batches.flatMap((batch) => (batch.kind === "nodes" ? batch.nodes : [])).length).toBe(3000);
  });

  it("refuse a value that holds the graph itself", async () => {
    const graph = new Graph();
    graph.addNode("a", graph);
    await expect(read(serializer.stream(graph))).rejects.toEqual(code("FORMAT"));
  });
});
