import { Graph, isGraphoidError, type Value } from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { CHUNK_HEADER } from "../src/chunks.ts";
import { crc32 } from "../src/crc32.ts";
import { createSerializer } from "../src/serializer.ts";
import { Money, registerMoney } from "./arbitraries.ts";
import { flipped, fromHex, HEADER, join } from "./bytes.ts";
import { difference } from "./identical.ts";
import { checkWellFormed } from "./well-formed.ts";

const serializer = registerMoney(createSerializer());

/** A graph that fills several chunks of 1,024 bytes. */
function someGraph(nodes = 300): Graph {
  const graph = new Graph();
  for (let i = 0; i < nodes; i++) {
    graph.addNode(`node ${i}`, i % 3 === 0 ? { deep: [i, `é${i}`] } : i, {
      type: i % 2 === 0 ? "Even" : "Odd",
      properties: { i },
    });
  }
  for (let i = 0; i < nodes; i++)
    graph.addEdge(`node ${i}`, `node ${(i * 7 + 1) % nodes}`, `L${i % 5}`, { weight: i / 2 });
  return graph;
}

/** One of everything. */
function everything(): Value {
  const graph = someGraph(3);
  graph.addNode("self", graph);
  const list: Value[] = [
    null,
    true,
    1,
    -1.5,
    70_000,
    2n ** 70n,
    "text",
    "é".repeat(40),
    Symbol.for("s"),
    new Date(5),
    Uint8Array.of(1, 2),
    new Float32Array([1, 2]),
  ];
  list.push(
    new Map<Value, Value>([["k", list]]),
    new Set([1]),
    new Error("e", { cause: "c" }),
    new Money(5n, "EUR"),
    graph,
    { "": 0 },
  );
  return list;
}

/** A chunk of this body with right checksums, whatever else is wrong with it. */
function chunk(sequence: number, last: boolean, body: Uint8Array, version = 1): Uint8Array {
  const made = join(fromHex("c14743"), version, last ? 1 : 0, new Uint8Array(16), body);
  const view = new DataView(made.buffer);
  view.setUint32(5, sequence);
  view.setUint32(9, body.length);
  view.setUint32(13, crc32(body));
  view.setUint32(17, crc32(made.subarray(0, 17)));
  return made;
}

async function failure(chunks: Iterable<Uint8Array>): Promise<unknown> {
  try {
    await serializer.fromStream(chunks);
  } catch (error) {
    return error;
  }
  return "no error";
}

describe("S10: cut at every byte", () => {
  it.each<[string, (value: Value) => Uint8Array, (bytes: Uint8Array) => Value]>([
    ["value bytes", serializer.toBytes, serializer.fromBytes],
    ["MessagePack", (value) => serializer.toMsgpack(value), serializer.fromMsgpack],
    ["compact MessagePack", (value) => serializer.toMsgpack(value, { compact: true }), serializer.fromMsgpack],
  ])("%s: a TruncatedError", (_, write, read) => {
    for (const value of [everything(), someGraph(20), [...Array(40).keys()].map(String), { a: { b: [[]] } }]) {
      if (write === serializer.toBytes || value instanceof Graph === false) {
        let bytes: Uint8Array;
        try {
          bytes = write(value);
        } catch {
          continue; // The plain form has no way to say "the graph above".
        }
        expect(difference(value, read(bytes))).toBeUndefined();
        for (let end = 0; end < bytes.length; end++) {
          expect(() => read(bytes.subarray(0, end))).toThrow(expect.objectContaining({ code: "TRUNCATED" }));
        }
      }
    }
  });

  it("JSON: a FormatError", () => {
    const text = serializer.toJson(everything());
    for (let end = 0; end < text.length; end++) {
      expect(() => serializer.fromJson(text.slice(0, end))).toThrow(expect.objectContaining({ code: "FORMAT" }));
    }
  });

  it("a stream: a TruncatedError when nothing more comes, and the value when the rest comes", async () => {
    for (const value of [everything(), someGraph(50)]) {
      const bytes = join(...serializer.stream(value, { chunkBytes: 1024 }));
      for (let end = 0; end < bytes.length; end += end < 200 || end > bytes.length - 200 ? 1 : 13) {
        expect(await failure([bytes.subarray(0, end)])).toMatchObject({ code: "TRUNCATED" });
        expect(await failure([bytes.subarray(0, end), new Uint8Array(0)])).toMatchObject({ code: "TRUNCATED" });
        expect(
          difference(value, await serializer.fromStream([bytes.subarray(0, end), bytes.subarray(end)])),
        ).toBeUndefined();
      }
    }
  });

  it("a stream that comes byte by byte is the value", async () => {
    const value = someGraph();
    const bytes = join(...serializer.stream(value, { chunkBytes: 1024 }));
    const single = async function* (): AsyncGenerator<Uint8Array> {
      for (const byte of bytes) yield Uint8Array.of(byte);
    };
    expect(difference(value, await serializer.fromStream(single()))).toBeUndefined();
  });

  it("a stream that ends within a graph or a value though its chunks are complete", async () => {
    expect(await failure([chunk(0, true, fromHex("02"))])).toMatchObject({ code: "TRUNCATED" });
    expect(await failure([chunk(0, true, fromHex("0200000002"))])).toMatchObject({ code: "TRUNCATED" });
    expect(await failure([chunk(0, true, fromHex("0092c0"))])).toMatchObject({ code: "FORMAT" });
    expect(await failure([chunk(0, true, fromHex("00"))])).toMatchObject({ code: "FORMAT" });
    expect(await failure([chunk(0, true, fromHex(""))])).toMatchObject({ code: "FORMAT" });
  });
});

describe("S16: chunks lost, repeated or swapped", () => {
  const chunks = [...serializer.stream(someGraph(), { chunkBytes: 1024 })];
  const sequence = expect.objectContaining({ code: "SEQUENCE" });

  it("are a SequenceError", async () => {
    expect(chunks.length).toBeGreaterThan(4);
    const last = chunks.length - 1;
    for (let i = 0; i <= last; i++) {
      const without = chunks.filter((_, at) => at !== i);
      expect(await failure(without)).toEqual(i === last ? expect.objectContaining({ code: "TRUNCATED" }) : sequence);
      expect(await failure(chunks.flatMap((one, at) => (at === i ? [one, one] : [one])))).toEqual(sequence);
      for (let j = 0; j < i; j++) {
        const swapped = [...chunks];
        [swapped[i], swapped[j]] = [chunks[j] as Uint8Array, chunks[i] as Uint8Array];
        expect(await failure(swapped)).toEqual(sequence);
      }
    }
    expect(await failure([...chunks, ...chunks])).toEqual(sequence);
  });

  it("are found before the body of the chunk has come", async () => {
    const head = (chunks[2] as Uint8Array).subarray(0, CHUNK_HEADER);
    expect(await failure([chunks[0] as Uint8Array, head])).toMatchObject({
      code: "SEQUENCE",
      details: { expected: 1, found: 2 },
    });
  });
});

describe("S20: a newer version", () => {
  it("of value bytes: a VersionError that names both", () => {
    for (const version of [0, 2, 3, 0x7f]) {
      for (const flag of [0, 0x80]) {
        expect(() => serializer.fromBytes(join(HEADER.subarray(0, 3), version | flag, 0xc0))).toThrow(
          expect.objectContaining({
            code: "VERSION",
            details: { found: version, supported: 1 },
            message: expect.stringMatching(new RegExp(`expected version 1 .* got ${version}$`)),
          }),
        );
      }
    }
    expect(() => serializer.fromBytes(join(fromHex("c14745"), 1, 0xc0))).toThrow(
      expect.objectContaining({ code: "FORMAT" }),
    );
    expect(() => serializer.fromBytes(fromHex("c0"))).toThrow(expect.objectContaining({ code: "FORMAT" }));
    expect(() => serializer.fromBytes(fromHex(""))).toThrow(expect.objectContaining({ code: "TRUNCATED" }));
  });

  it("of chunks: a VersionError that names both", async () => {
    expect(await failure([chunk(0, true, fromHex("00c0"), 2)])).toMatchObject({
      code: "VERSION",
      details: { found: 2, supported: 1 },
      message: expect.stringMatching(/version 1, got 2$/),
    });
    // A version whose head is another.
    expect(await failure([join(fromHex("c1474302"), new Uint8Array(40))])).toMatchObject({ code: "VERSION" });
    expect(await serializer.fromStream([chunk(0, true, fromHex("00c0"))])).toBe(null);
  });
});

describe("S21: one bit flipped anywhere in a stream", () => {
  it.each<[string, Value]>([
    ["a graph", someGraph(12)],
    ["everything", everything()],
    ["a small value", { a: 1 }],
  ])("of %s: a ChecksumError or an IntegrityError", async (_, value) => {
    const bytes = join(...serializer.stream(value, { chunkBytes: 1024 }));
    for (let bit = 0; bit < bytes.length * 8; bit += bit < CHUNK_HEADER * 8 ? 1 : 3) {
      const error = await failure([flipped(bytes, bit)]);
      expect([bit, (error as { code?: string }).code]).toEqual([bit, expect.stringMatching(/^(CHECKSUM|INTEGRITY)$/)]);
    }
  });

  it("in a length: nobody waits for the bytes that it announces", async () => {
    const bytes = join(...serializer.stream(someGraph(12), { chunkBytes: 1024 }));
    const waiting = serializer.fromStream(
      (async function* () {
        yield flipped(bytes, 9 * 8 + 1);
        await new Promise(() => {});
      })(),
    );
    await expect(waiting).rejects.toMatchObject({ code: "CHECKSUM" });
  });
});

describe("other streams that are wrong", () => {
  it.each<[string, string, readonly Uint8Array[]]>([
    ["bytes that are no chunk", "FORMAT", [new Uint8Array(100)]],
    ["a few bytes that are no chunk", "FORMAT", [fromHex("010203")]],
    ["value bytes", "FORMAT", [serializer.toBytes(everything())]],
    ["a kind that is none", "FORMAT", [chunk(0, false, fromHex("03c0"))]],
    ["no chunk at all", "TRUNCATED", []],
    ["bytes after the value", "TRAILING_DATA", [chunk(0, true, fromHex("00c0c0"))]],
    [
      "bytes after the graph",
      "TRAILING_DATA",
      [chunk(0, false, fromHex("0200000003040000")), chunk(1, false, fromHex("00"))],
    ],
    ["bytes after the last chunk", "FORMAT", [chunk(0, true, fromHex("00c0")), fromHex("00")]],
    ["a chunk after the last", "SEQUENCE", [chunk(0, true, fromHex("00c0")), chunk(1, true, fromHex(""))]],
    ["a part with more than itself", "FORMAT", [chunk(0, false, fromHex("020000000301000000"))]],
    ["a part with nothing", "FORMAT", [chunk(0, false, fromHex("0200000000"))]],
    ["a part that ends early", "FORMAT", [chunk(0, false, fromHex("0200000002010500"))]],
    ["counts that are wrong", "INTEGRITY", [chunk(0, true, fromHex("0200000003040100"))]],
  ])("%s: %s", async (_, code, chunks) => {
    expect(await failure(chunks)).toMatchObject({ code });
  });

  it("a chunk with unknown flags is refused", async () => {
    const made = chunk(0, true, fromHex("00c0"));
    made[4] = 3;
    new DataView(made.buffer).setUint32(17, crc32(made.subarray(0, 17)));
    expect(await failure([made])).toMatchObject({ code: "FORMAT" });
  });

  it("a chunk or a part over its limit is refused on its head", async () => {
    const small = createSerializer({ maxChunkBytes: 2048, maxPartBytes: 4096 });
    const head = chunk(0, true, new Uint8Array(2048)).subarray(0, CHUNK_HEADER);
    await expect(small.fromStream([head])).rejects.toMatchObject({
      code: "LIMIT",
      details: { limit: "maxChunkBytes", value: 2048 },
    });
    await expect(small.fromStream([chunk(0, false, fromHex("0200001001"))])).rejects.toMatchObject({
      code: "LIMIT",
      details: { limit: "maxPartBytes", value: 4096 },
    });
    const long = serializer.stream("x".repeat(5000), { chunkBytes: 1024 });
    await expect(small.fromStream(long)).rejects.toMatchObject({ code: "LIMIT", details: { limit: "maxPartBytes" } });
    expect(await small.fromStream(small.stream("x".repeat(4000), { chunkBytes: 1024 }))).toHaveLength(4000);
  });

  it("whatever bytes a chunk holds: a typed error or a value without contradictions", async () => {
    const parts = join(...[...serializer.stream(someGraph(6))].map((one) => one.subarray(CHUNK_HEADER)));
    for (let bit = 0; bit < parts.length * 8; bit++) {
      const outcome = await serializer
        .fromStream([chunk(0, true, flipped(parts, bit))])
        .catch((error: unknown) => error);
      if (!isGraphoidError(outcome)) checkWellFormed(outcome);
    }
  });
});
