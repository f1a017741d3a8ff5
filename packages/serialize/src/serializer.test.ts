import { runInNewContext } from "node:vm";
import { Graph, interceptAll, type Ref, type RefData, type Value } from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { difference } from "../test/identical.ts";
import {
  createSerializer,
  fromBytes,
  fromJson,
  fromMsgpack,
  fromStream,
  register,
  type Serializer,
  type SerializerOptions,
  stream,
  toBytes,
  toJson,
  toMsgpack,
} from "./index.ts";

const serializer = createSerializer();

function someGraph(): Graph {
  const graph = new Graph({ type: "undirected" });
  graph.addNode("alice", { age: 30 }, { type: "User", properties: { tags: ["a"], pi: 3.14 } });
  graph.addNode("bob");
  graph.addEdge("alice", "bob", "FRIEND", { weight: 0.5, properties: { since: 2020 } });
  return graph;
}

describe("the functions of the module", () => {
  it("work on one serializer that is there already", async () => {
    const graph = someGraph();
    expect(difference(graph, fromBytes(toBytes(graph)))).toBeUndefined();
    expect(difference(graph, fromJson(toJson(graph)))).toBeUndefined();
    expect(difference(graph, fromMsgpack(toMsgpack(graph)))).toBeUndefined();
    expect(difference(graph, fromMsgpack(toMsgpack(graph, { compact: true })))).toBeUndefined();
    expect(difference(graph, await fromStream(stream(graph)))).toBeUndefined();
  });

  it("share the classes that are registered", () => {
    class Point {
      x = 1;
    }
    const registration = register(Point, {
      tag: "point",
      encode: ({ x }) => x,
      decode: (x) => Object.assign(new Point(), { x }),
    });
    expect(fromBytes(toBytes(new Point()))).toEqual(new Point());
    registration.dispose();
    registration.dispose();
    expect(() => toBytes(new Point())).toThrow(expect.objectContaining({ code: "NOT_SERIALIZABLE" }));
  });
});

describe("arguments", () => {
  const bad = { code: "INVALID_ARGUMENT" };

  it.each<[SerializerOptions & { [key: string]: unknown }]>([
    [{ maxDepth: 0 }],
    [{ maxDepth: 2001 }],
    [{ maxDepth: 1.5 }],
    [{ maxChunkBytes: 1023 }],
    [{ maxChunkBytes: 2 ** 30 + 1 }],
    [{ maxPartBytes: 0 }],
    [{ maxDecodedBytes: -1 }],
    [{ maxDecodedBytes: Number.NaN }],
    [{ createRef: "x" as never }],
    [{ other: 1 }],
    [{ unknown: "drop" as never }],
    [null as never],
  ])("createSerializer refuses %j", (options) => {
    expect(() => createSerializer(options)).toThrow(expect.objectContaining(bad));
  });

  it("createSerializer takes the ends of every range", () => {
    for (const options of [
      { maxDepth: 1, maxChunkBytes: 1024, maxPartBytes: 1024, maxDecodedBytes: 0 },
      { maxDepth: 2000, maxChunkBytes: 2 ** 30, maxPartBytes: 2 ** 31, maxDecodedBytes: Number.MAX_SAFE_INTEGER },
    ]) {
      const made = createSerializer(options);
      expect(made.fromBytes(made.toBytes([1]))).toEqual([1]);
    }
  });

  it.each<[string, (to: Serializer) => unknown]>([
    ["fromBytes of text", (to) => to.fromBytes("x" as never)],
    ["fromBytes of a buffer", (to) => to.fromBytes(new ArrayBuffer(4) as never)],
    ["fromMsgpack of a list", (to) => to.fromMsgpack([1] as never)],
    ["fromJson of bytes", (to) => to.fromJson(Uint8Array.of(0x30) as never)],
    ["toJson with an unknown option", (to) => to.toJson(1, { pretty: true } as never)],
    ["toJson with a wide indent", (to) => to.toJson(1, { indent: 11 })],
    ["toJson with a plain that is no boolean", (to) => to.toJson(1, { plain: 1 as never })],
    ["toMsgpack with a compact that is no boolean", (to) => to.toMsgpack(1, { compact: "yes" as never })],
    ["toMsgpack with an unknown option", (to) => to.toMsgpack(1, { columns: true } as never)],
    ["stream with short chunks", (to) => to.stream(1, { chunkBytes: 1023 })],
    ["stream with long chunks", (to) => to.stream(1, { chunkBytes: 16 * 2 ** 20 + 1 })],
    ["stream with an unknown option", (to) => to.stream(1, { size: 1 } as never)],
    ["register of no class", (to) => to.register({} as never, { tag: "x", encode: () => 1, decode: () => ({}) })],
    ["register without a tag", (to) => to.register(class {}, { encode: () => 1, decode: () => ({}) } as never)],
    ["register with an empty tag", (to) => to.register(class {}, { tag: "", encode: () => 1, decode: () => ({}) })],
    [
      "register with a tag that UTF-8 cannot carry",
      (to) => to.register(class {}, { tag: "\ud800", encode: () => 1, decode: () => ({}) }),
    ],
    ["register without decode", (to) => to.register(class {}, { tag: "x", encode: () => 1 } as never)],
    ["register of Object", (to) => to.register(Object as never, { tag: "x", encode: () => 1, decode: () => ({}) })],
    ["register of Array", (to) => to.register(Array as never, { tag: "x", encode: () => 1, decode: () => [] })],
  ])("%s is refused", (_, call) => {
    expect(() => call(createSerializer())).toThrow(expect.objectContaining(bad));
  });

  it("fromStream refuses what is no stream of bytes", async () => {
    for (const chunks of [null, undefined, 5, {}, ["text"], [null], [[1]]]) {
      await expect(serializer.fromStream(chunks as never)).rejects.toMatchObject(bad);
    }
  });

  it("register refuses a class or a tag a second time, until the first is disposed", () => {
    const own = createSerializer();
    class A {}
    class B {}
    const codec = (tag: string) => ({ tag, encode: () => null, decode: () => new A() });
    const first = own.register(A, codec("a"));
    expect(() => own.register(B, codec("a"))).toThrow(expect.objectContaining(bad));
    expect(() => own.register(A, codec("b"))).toThrow(expect.objectContaining(bad));
    first[Symbol.dispose]();
    own.register(B, codec("a"));
    first.dispose();
    expect(own.fromBytes(own.toBytes([new B()]))).toEqual([new A()]);
  });

  it("leaves options as they are", () => {
    const options = Object.freeze({ plain: true, indent: 1 });
    expect(serializer.toJson([1], options)).toBe("[\n 1\n]");
  });
});

describe("bytes that come in", () => {
  const value: Value = {
    bytes: Uint8Array.of(1, 2, 3),
    floats: new Float64Array([1.5, 2.5]),
    text: "é",
    graph: someGraph(),
  };

  it("may be a Buffer, or a window of a larger buffer", () => {
    const bytes = serializer.toBytes(value);
    const pooled = Buffer.from(bytes);
    expect(difference(value, serializer.fromBytes(pooled))).toBeUndefined();
    const large = new Uint8Array(bytes.length + 20).fill(0xff);
    large.set(bytes, 7);
    expect(difference(value, serializer.fromBytes(large.subarray(7, 7 + bytes.length)))).toBeUndefined();
    const text = serializer.fromMsgpack(Buffer.from(serializer.toMsgpack(value)));
    expect(difference(value, text)).toBeUndefined();
  });

  it("may be reused: nothing that was read looks into them", async () => {
    const bytes = Buffer.from(serializer.toBytes(value));
    const read = serializer.fromBytes(bytes);
    bytes.fill(0xff);
    expect(difference(value, read)).toBeUndefined();
    expect((read as { bytes: Uint8Array }).bytes.buffer.byteLength).toBe(3);
    const chunks = [...serializer.stream(someGraph())].map((chunk) => Buffer.from(chunk));
    const graph = await serializer.fromStream(
      (function* () {
        for (const chunk of chunks) {
          yield chunk;
          chunk.fill(0xff);
        }
      })(),
    );
    expect(difference(someGraph(), graph)).toBeUndefined();
  });
});

describe("bytes that go out", () => {
  it("are the caller's", () => {
    const first = serializer.toBytes("first");
    const copy = first.slice();
    serializer.toBytes("second");
    expect(first).toEqual(copy);
    first.fill(0);
    expect(serializer.fromBytes(serializer.toBytes("third"))).toBe("third");
  });

  it("share a buffer when they are small, which is copied when it is transferred, and have their own when they are large", () => {
    const small = serializer.toBytes("small");
    expect(small.buffer.byteLength).toBeLessThanOrEqual(16_384);
    try {
      structuredClone(small, { transfer: [small.buffer as ArrayBuffer] });
    } catch {
      // Deno refuses.
    }
    // Elsewhere it is gone, and what is written next is written all the same.
    if (small.length > 0) expect(serializer.fromBytes(small)).toBe("small");
    expect(serializer.fromBytes(serializer.toBytes("next"))).toBe("next");
    const large = serializer.toBytes("x".repeat(5000));
    expect(large.buffer.byteLength).toBe(large.length);
    structuredClone(large, { transfer: [large.buffer as ArrayBuffer] });
    expect(serializer.fromBytes(serializer.toBytes("x".repeat(5000)))).toBe("x".repeat(5000));
    const many = Array.from({ length: 5000 }, (_, i) => serializer.toBytes({ i }));
    many.forEach((bytes, i) => {
      expect(serializer.fromBytes(bytes)).toEqual({ i });
    });
  });

  it("do not keep what was written alive", async () => {
    const own = createSerializer();
    let held: object | undefined = { a: [1] };
    const gone = new WeakRef(held);
    own.toBytes(held);
    held = undefined;
    await new Promise((resolve) => setImmediate(resolve));
    const { setFlagsFromString } = await import("node:v8");
    setFlagsFromString("--expose-gc");
    (runInNewContext("gc") as () => void)();
    expect(gone.deref()).toBeUndefined();
    expect(own.fromBytes(own.toBytes(1))).toBe(1);
  });
});

describe("kinds at their edges", () => {
  const ways: readonly ((value: Value) => Value)[] = [
    (value) => serializer.fromBytes(serializer.toBytes(value)),
    (value) => serializer.fromJson(serializer.toJson(value)),
    (value) => serializer.fromMsgpack(serializer.toMsgpack(value)),
  ];

  it("a field that is undefined is absent, in any container an undefined is refused", () => {
    for (const there of ways) {
      expect(there({ a: undefined, b: 1 })).toEqual({ b: 1 });
      expect(Object.keys(there({ a: undefined }) as object)).toEqual([]);
      for (const value of [undefined, [undefined], new Array(1), new Map([["a", undefined]]), new Set([undefined])]) {
        expect(() => there(value as never)).toThrow(expect.objectContaining({ code: "NOT_SERIALIZABLE" }));
      }
    }
  });

  it("objects without a prototype, and objects and arrays of another realm, are objects and arrays", () => {
    const bare = Object.assign(Object.create(null) as object, { a: 1 });
    const foreign = runInNewContext(
      "({ list: [1], floats: new Float32Array([1.5]), bytes: new Uint8Array([7]) })",
    ) as Value;
    const expected = { list: [1], floats: new Float32Array([1.5]), bytes: Uint8Array.of(7) };
    for (const there of ways) {
      expect(there(bare)).toEqual({ a: 1 });
      expect(difference(expected, there(foreign))).toBeUndefined();
    }
  });

  it("a Buffer is bytes; an array of elements that have no number is refused", () => {
    class Float16Array extends Uint16Array {
      override get [Symbol.toStringTag](): "Uint16Array" {
        return "Float16Array" as never;
      }
    }
    for (const there of ways) {
      expect(difference(Uint8Array.of(1, 2), there(Buffer.from([1, 2])))).toBeUndefined();
      expect(() => there(new Float16Array(1))).toThrow("a Float16Array cannot be serialized");
    }
  });

  it("classes that extend what is a value may be registered", () => {
    class Stack extends Array<Value> {}
    class Moment extends Date {}
    class Hash extends Uint8Array {}
    class Table extends Map<Value, Value> {}
    class Failure extends Error {}
    const own = createSerializer();
    own.register(Stack, {
      tag: "stack",
      encode: (stack) => [...stack],
      decode: (items) => Stack.from(items as Value[]),
    });
    own.register(Moment, {
      tag: "moment",
      encode: (moment) => moment.getTime(),
      decode: (time) => new Moment(time as number),
    });
    own.register(Hash, {
      tag: "hash",
      encode: (hash) => hash.join(),
      decode: (text) => Hash.from((text as string).split(","), Number),
    });
    own.register(Table, {
      tag: "table",
      encode: (table) => [...table],
      decode: (entries) => new Table(entries as [Value, Value][]),
    });
    own.register(Failure, {
      tag: "failure",
      encode: ({ message }) => message,
      decode: (message) => new Failure(message as string),
    });
    const value = [Stack.of(1, 2), new Moment(5), Hash.of(7), new Table([[1, 2]]), new Failure("f")];
    for (const back of [
      own.fromBytes(own.toBytes(value)),
      own.fromJson(own.toJson(value)),
      own.fromMsgpack(own.toMsgpack(value)),
    ]) {
      const items = back as object[];
      expect(items.map((item) => item.constructor.name)).toEqual(["Stack", "Moment", "Hash", "Table", "Failure"]);
      expect(items).toEqual(value);
    }
  });

  it("an object that looks like a tag or like a plain graph stays what it is", () => {
    const alike: Value[] = [
      { $type: "graph" },
      { $type: "graph", directed: true, nodes: [], edges: [] },
      { before: undefined, $type: "graph" },
      { directed: true, $type: "graph" },
      { $type: "date", value: "1970-01-01T00:00:00.000Z" },
      { $type: { $type: 1 } },
      { $type: null, __proto__x: 1 },
      { "1": 1, $type: "object", value: [] },
      new Map([["$type", "graph"]]),
    ];
    const all: readonly ((value: Value) => Value)[] = [
      ...ways,
      (value) => serializer.fromMsgpack(serializer.toMsgpack(value, { compact: true })),
    ];
    for (const there of all) for (const value of alike) expect(difference([value], there([value]))).toBeUndefined();
    // Only what would be taken for a graph is written in a form of ours.
    expect(serializer.toMsgpack({ $type: "user" })[0]).toBe(0x81);
  });
});

describe("references", () => {
  const data: RefData = { id: "user", location: ["host", 1], metadata: { type: "User" }, incarnation: "i1" };

  it("that come from elsewhere can be inspected and sent on, not called", async () => {
    const ref = serializer.fromJson(JSON.stringify({ $type: "ref", ...data })) as Ref;
    expect([ref.id, ref.location(), ref.metadata, ref.incarnation, ref.isLocal(), ref.isRemote()]).toEqual([
      "user",
      ["host", 1],
      { type: "User" },
      "i1",
      false,
      true,
    ]);
    expect((serializer.fromBytes(serializer.toBytes(ref)) as Ref).toData()).toEqual(data);
    const unimplemented = { code: "UNIMPLEMENTED" };
    await expect(ref.resolve()).rejects.toMatchObject(unimplemented);
    await expect(ref.send("m")).rejects.toMatchObject(unimplemented);
    await expect(ref.request("m")).rejects.toMatchObject(unimplemented);
    await expect(
      (async () => {
        for await (const _ of ref.stream("m")) break;
      })(),
    ).rejects.toMatchObject(unimplemented);
  });

  it("are made by `createRef` where it is given", () => {
    const made: RefData[] = [];
    const own = createSerializer({
      createRef: (from) => {
        made.push(from);
        return { ...from, made: true } as never;
      },
    });
    const ref = serializer.fromJson(JSON.stringify({ $type: "ref", ...data })) as Ref;
    for (const back of [own.fromBytes(own.toBytes(ref)), own.fromJson(own.toJson(ref))])
      expect(back).toMatchObject({ made: true });
    expect(made).toEqual([data, data]);
  });

  it.each([{ id: 5 }, { location: undefined }, { metadata: [] }, { metadata: null }, { incarnation: 5 }, { id: null }])(
    "with %j are refused",
    (wrong) => {
      expect(() => serializer.fromJson(JSON.stringify({ $type: "ref", ...data, ...wrong }))).toThrow(
        expect.objectContaining({ code: "FORMAT" }),
      );
    },
  );
});

describe("errors", () => {
  it("keep where they come from, and tell nothing of where they were read", () => {
    const error = Object.assign(new TypeError("broken"), { code: "E_X" });
    for (const there of [
      serializer.fromBytes(serializer.toBytes(error)),
      serializer.fromJson(serializer.toJson(error)),
    ]) {
      const back = there as Error & { code?: string };
      expect([back.name, back.message, back.code, back.stack]).toEqual(["TypeError", "broken", "E_X", error.stack]);
      expect(back instanceof Error).toBe(true);
      expect(Object.keys(back)).toEqual(["code"]);
    }
    const bare = serializer.fromJson('{"$type":"error","name":"N","message":"m"}') as Error;
    expect(bare.stack).toBe("N: m");
    const limit = Error.stackTraceLimit;
    expect(limit).toBeGreaterThan(0);
  });

  it("with details that are no object are refused", () => {
    for (const details of [[], 5, "x", null]) {
      const json = { $type: "error", name: "", message: "", code: "A", details };
      expect(() => serializer.fromJson(JSON.stringify(json))).toThrow(expect.objectContaining({ code: "FORMAT" }));
    }
  });
});

describe("decoding a graph", () => {
  it("tells nobody who watches graphs, in any form", () => {
    const seen: string[] = [];
    const graph = someGraph();
    const forms = [serializer.toBytes(graph), serializer.toMsgpack(graph)] as const;
    const text = serializer.toJson(graph);
    const watching = interceptAll({
      addNode: (_, id) => {
        seen.push(id);
        return "continue";
      },
      addEdge: () => {
        throw new Error("must not be asked");
      },
    });
    try {
      for (const back of [
        serializer.fromBytes(forms[0]),
        serializer.fromMsgpack(forms[1]),
        serializer.fromJson(text),
      ]) {
        expect(difference(graph, back)).toBeUndefined();
      }
    } finally {
      watching.dispose();
    }
    expect(seen).toEqual([]);
  });

  it("gives a graph that can be changed", () => {
    for (const graph of [
      serializer.fromBytes(serializer.toBytes(someGraph())),
      serializer.fromJson(serializer.toJson(someGraph())),
    ] as Graph[]) {
      graph.addNode("cleo", 1, { type: "New", properties: { tags: 1, more: "x" } });
      graph.addEdge("cleo", "alice", "NEW", { weight: 2 });
      graph.removeNode("bob");
      expect(graph.neighbors("alice")).toEqual(["cleo"]);
      expect(difference(graph, serializer.fromBytes(serializer.toBytes(graph)))).toBeUndefined();
    }
  });

  it("keeps gaps that removals left out of the bytes", () => {
    const graph = new Graph();
    for (let i = 0; i < 100; i++) graph.addNode(`${i}`, i, { properties: { i } });
    for (let i = 0; i < 99; i++) graph.addEdge(`${i}`, `${i + 1}`);
    for (let i = 0; i < 100; i += 3) graph.removeNode(`${i}`);
    const back = serializer.fromBytes(serializer.toBytes(graph));
    expect(difference(graph, back)).toBeUndefined();
  });
});
