import { Graph, type Value } from "@graphoid/core";
import { describe, expect, it, vi } from "vitest";
import { difference } from "../test/identical.ts";
import { createSerializer } from "./serializer.ts";

const serializer = createSerializer();

function graphOf(nodes: number, value: (i: number) => Value): Graph {
  const graph = new Graph();
  for (let i = 0; i < nodes; i++)
    graph.addNode(`node ${i}`, value(i), {
      type: `T${i % 3}`,
      properties: { i, text: i % 40 === 0 ? `t${i}` : "same" },
    });
  for (let i = 0; i < nodes; i++)
    graph.addEdge(
      `node ${i}`,
      `node ${(i * 13) % nodes}`,
      `L${Math.floor(i / 100)}`,
      i % 50 === 0 ? { weight: i } : {},
    );
  return graph;
}

describe("stream", () => {
  it.each([1024, 1500, 65_536])("makes chunks of %i bytes, but for the last", (chunkBytes) => {
    for (const value of [graphOf(500, (i) => i), "x".repeat(10_000), null]) {
      const chunks = [...serializer.stream(value, { chunkBytes })];
      for (const chunk of chunks.slice(0, -1)) expect(chunk.length).toBe(chunkBytes);
      expect(chunks[chunks.length - 1]?.length).toBeLessThanOrEqual(chunkBytes);
    }
  });

  it("of nothing much is one chunk", async () => {
    for (const value of [null, new Graph(), new Graph({ type: "undirected" }), [], ""]) {
      const chunks = [...serializer.stream(value)];
      expect(chunks.length).toBe(1);
      expect(difference(value, await serializer.fromStream(chunks))).toBeUndefined();
    }
  });

  it("takes rows that are larger than chunks, and columns that change from part to part", async () => {
    const kinds: readonly ((i: number) => Value)[] = [
      (i) => "x".repeat(i % 7 === 0 ? 5000 : 1),
      (i) => (i < 300 ? i : `text ${i}`),
      (i) => (i < 300 ? `text ${i}` : i / 2),
      (i) => (i % 90 === 0 ? [i] : null),
      (i) => (i < 200 ? null : -0),
      (i) => new Map([[i, { i }]]),
    ];
    for (const kind of kinds) {
      const graph = graphOf(600, kind);
      const back = await serializer.fromStream(serializer.stream(graph, { chunkBytes: 1024 }));
      expect(difference(graph, back)).toBeUndefined();
      // As columns they are what they were, so that writing them again takes no more room.
      expect(serializer.toBytes(back).length).toBeLessThanOrEqual(serializer.toBytes(graph).length * 1.01);
    }
  });

  it("is lazy, and its work is done as chunks are asked for", () => {
    let encoded = 0;
    class Counted {}
    const own = createSerializer();
    own.register(Counted, {
      tag: "counted",
      encode: () => {
        encoded++;
        return "x".repeat(100);
      },
      decode: () => new Counted(),
    });
    const chunks = own.stream(
      graphOf(2000, () => new Counted()),
      { chunkBytes: 4096 },
    );
    expect(encoded).toBe(0);
    chunks.next();
    expect(encoded).toBeLessThan(300);
    expect(chunks.return().done).toBe(true);
  });

  it("says where something is that cannot be written, when it comes to it", () => {
    const graph = graphOf(500, (i) => (i === 400 ? { bad: () => 1 } : null) as Value);
    expect(() => [...serializer.stream(graph)]).toThrow('at nodes["node 400"].value.bad');
  });

  it("keeps the labels and types that come late", async () => {
    const graph = graphOf(1000, () => null);
    graph.addNode("late", null, { type: "Late" });
    const back = (await serializer.fromStream(serializer.stream(graph, { chunkBytes: 1024 }))) as Graph;
    expect(back.nodeRecord("late")?.type).toBe("Late");
  });

  it("stops reading when the source fails, and passes the failure on", async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield* [
        ...serializer.stream(
          graphOf(500, () => null),
          { chunkBytes: 1024 },
        ),
      ].slice(0, 2);
      throw new Error("source");
    };
    await expect(serializer.fromStream(failing())).rejects.toThrow("source");
  });

  it("lets go of its source when what came is wrong", async () => {
    let closed = false;
    const wrong = (function* () {
      try {
        while (true) yield new Uint8Array(100);
      } finally {
        closed = true;
      }
    })();
    await expect(serializer.fromStream(wrong)).rejects.toMatchObject({ code: "FORMAT" });
    expect(closed).toBe(true);
  });

  it("looks at the head of a chunk once, not for every piece of it that comes", async () => {
    const [chunk] = [...serializer.stream(new Uint8Array(200_000), { chunkBytes: 2 ** 20 })] as [Uint8Array];
    let reads = 0;
    const getUint32 = DataView.prototype.getUint32;
    const counting = vi.spyOn(DataView.prototype, "getUint32").mockImplementation(function (this: DataView, ...args) {
      reads++;
      return getUint32.apply(this, args);
    });
    try {
      await serializer.fromStream(Array.from({ length: 1000 }, (_, i) => chunk.subarray(i * 201, (i + 1) * 201)));
    } finally {
      counting.mockRestore();
    }
    expect(reads).toBeLessThan(20);
  });
});
