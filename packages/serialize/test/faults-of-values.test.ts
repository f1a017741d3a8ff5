import { Graph, GraphoidError, type Ref, type Value } from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { detachedRef } from "../src/detached-ref.ts";
import { createSerializer } from "../src/serializer.ts";
import { Money, registerMoney } from "./arbitraries.ts";
import { extension, fromHex, HEADER, join, str, table } from "./bytes.ts";
import { difference } from "./identical.ts";
import { checkWellFormed } from "./well-formed.ts";

const serializer = registerMoney(createSerializer());
const MILLION = 1_000_000;

/** The bodies as value bytes and as MessagePack. */
function eachReader(body: Uint8Array, check: (read: () => Value) => void): void {
  check(() => serializer.fromBytes(join(HEADER, body)));
  check(() => serializer.fromMsgpack(body));
}

/** A value in every form that keeps all of it, and back. */
const WAYS: readonly [string, (value: Value) => Value][] = [
  ["bytes", (value) => serializer.fromBytes(serializer.toBytes(value))],
  ["JSON", (value) => serializer.fromJson(serializer.toJson(value))],
  ["MessagePack", (value) => serializer.fromMsgpack(serializer.toMsgpack(value))],
  ["compact MessagePack", (value) => serializer.fromMsgpack(serializer.toMsgpack(value, { compact: true }))],
];

/** Everything that turns a value into something else. */
const WRITERS: readonly [string, (value: Value) => unknown][] = [
  ["toBytes", (value) => serializer.toBytes(value)],
  ["toJson", (value) => serializer.toJson(value)],
  ["plain toJson", (value) => serializer.toJson(value, { plain: true })],
  ["toMsgpack", (value) => serializer.toMsgpack(value)],
  ["stream", (value) => [...serializer.stream(value)]],
];

/** The code of an error where the stack may end: there the test runner's getter for an import gives `undefined`. */
function codeOf(error: unknown): unknown {
  const isRunners = error instanceof TypeError && error.message === "undefined is not a function";
  return isRunners ? "DEPTH_LIMIT" : (error as { code?: unknown }).code;
}

describe("S1: a million levels of nesting", () => {
  it.each([
    ["lists", "91", MILLION],
    ["lists of 16 bits", "dc0001", 50_000],
    ["lists of 32 bits", "dd00000001", 50_000],
    ["maps", "81a161", MILLION],
    ["maps of 32 bits", "df00000001a161", 50_000],
    ["keys of maps", "81", 50_000],
  ])("of %s is a DepthLimitError", (_, hex, times) => {
    const body = Buffer.alloc((times * hex.length) / 2, hex, "hex");
    eachReader(body, (read) => expect(read).toThrow(expect.objectContaining({ code: "DEPTH_LIMIT" })));
  });

  it.each([
    ["Maps", 5, [0x92, 0x01]],
    ["keys of Maps", 5, [0x92]],
    ["Sets", 6, [0x91]],
    ["objects", 11, [0x92, 0xa1, 0x61]],
    ["references", 8, [0x93, 0xa0]],
    ["errors", 9, [0x96, 0xa0, 0xa0, 0xc0, 0xc0, 0xc0]],
    ["instances of a class", 10, [...str("money")]],
    // Directed; no names; one node "" of no type, with one value of any kind.
    ["graphs", 7, [1, 1, 0, 2, ...table(""), 0, 0, 4, 1]],
  ])("of %s is a DepthLimitError", (_, type, head) => {
    const levels = 20_000;
    const parts: number[] = [];
    for (let left = levels; left > 0; left--) {
      const length = left * head.length + (left - 1) * 6 + 1;
      parts.push(0xc9, length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255, type, ...head);
    }
    eachReader(Uint8Array.from([...parts, 0xc0]), (read) =>
      expect(read).toThrow(expect.objectContaining({ code: "DEPTH_LIMIT" })),
    );
  });

  it.each([
    ["lists", "[", "]"],
    ["objects", '{"a":', "}"],
    ["Maps", '{"$type":"map","value":[[1,', "]]}"],
    ["Sets", '{"$type":"set","value":[', "]}"],
    ["errors", '{"$type":"error","name":"","message":"","cause":', "}"],
    ["graphs", '{"$type":"graph","directed":true,"edges":[],"nodes":[{"id":"a","value":', "}]}"],
  ])("of %s in JSON is a DepthLimitError", (_, open, close) => {
    const levels = open.length > 6 ? 50_000 : MILLION;
    expect(() => serializer.fromJson(open.repeat(levels) + 0 + close.repeat(levels))).toThrow(
      expect.objectContaining({ code: "DEPTH_LIMIT" }),
    );
  });

  const wraps: readonly [string, (inner: Value) => Value][] = [
    ["lists", (inner) => [inner]],
    ["objects", (inner) => ({ a: inner })],
    ["Maps", (inner) => new Map([["a", inner]])],
    ["keys of Maps", (inner) => new Map([[inner, 1]])],
    ["Sets", (inner) => new Set([inner])],
    ["causes", (inner) => new Error("", { cause: inner })],
    ["details", (inner) => new GraphoidError("A", "", { details: { inner } })],
    ["locations", (inner) => detachedRef({ id: "", location: inner, metadata: {} })],
    ["node values", (inner) => graphOf(inner, {})],
    ["node properties", (inner) => graphOf(null, { inner })],
  ];

  it.each(wraps)("of %s is refused when it is written", (kind, wrap) => {
    let value: Value = null;
    for (let i = 0; i < (kind === "lists" ? MILLION : 2000); i++) value = wrap(value);
    for (const [, write] of WRITERS) {
      expect(() => write(value)).toThrow(expect.objectContaining({ code: "DEPTH_LIMIT" }));
    }
  });

  it.each(wraps)("of %s: what is written is read, up to the limit", (_, wrap) => {
    const limited = registerMoney(createSerializer({ maxDepth: 24 }));
    let value: Value = new Date(0);
    let refused = 0;
    for (let levels = 1; levels <= 25; levels++) {
      value = wrap(value);
      for (const [write, read] of [
        [limited.toBytes, limited.fromBytes],
        [limited.toJson, limited.fromJson],
        [limited.toMsgpack, limited.fromMsgpack],
      ] as [(value: Value) => never, (written: never) => Value][]) {
        let written: never;
        try {
          written = write(value);
        } catch (error) {
          expect(error).toMatchObject({ code: "DEPTH_LIMIT" });
          refused++;
          continue;
        }
        expect(difference(value, read(written))).toBeUndefined();
      }
    }
    expect(refused).toBeGreaterThan(2);
  });

  it("of 2,000 levels, the most that can be allowed, is read and written, or a DepthLimitError", () => {
    const deepest = registerMoney(createSerializer({ maxDepth: 2000 }));
    for (const [, wrap] of wraps) {
      let value: Value = null;
      for (let i = 0; i < 650; i++) value = wrap(value);
      for (const write of [deepest.toBytes, deepest.toJson, deepest.toMsgpack]) {
        try {
          write(value);
        } catch (error) {
          expect(codeOf(error)).toBe("DEPTH_LIMIT");
        }
      }
    }
  });

  it("is a DepthLimitError too where the caller has used up the stack", () => {
    let deep: Value = [];
    for (let i = 0; i < 900; i++) deep = [deep];
    const bytes = serializer.toBytes(deep);
    const text = serializer.toJson(deep);
    const codes = new Set<unknown>();
    const attempt = (run: () => unknown): void => {
      try {
        run();
      } catch (error) {
        codes.add(codeOf(error));
      }
    };
    /** Calls itself until the stack is used up, and tries everything at some steps on the way back. */
    const descend = (): number => {
      let steps: number;
      try {
        steps = descend() + 1;
      } catch {
        return 0;
      }
      if (steps === 300 || steps === 1000 || steps === 2000) {
        attempt(() => serializer.toBytes(deep));
        attempt(() => serializer.fromBytes(bytes));
        attempt(() => serializer.toJson(deep));
        attempt(() => serializer.fromJson(text));
        attempt(() => [...serializer.stream(deep)]);
      }
      return steps;
    };
    expect(descend()).toBeGreaterThan(2000);
    expect(codes).toEqual(new Set(["DEPTH_LIMIT"]));
    expect(serializer.fromBytes(bytes)).toEqual(deep);
  });
});

describe("S5: names that JavaScript knows, as keys", () => {
  const keys = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "prototype", "__defineGetter__"];
  const record = JSON.parse(`{${keys.map((key) => `"${key}":{"polluted":true}`).join()}}`) as Record<string, Value>;

  it.each(WAYS)("come back as plain fields through %s", (_, there) => {
    const graph = new Graph();
    for (const key of keys) graph.addNode(key, record, { properties: record, type: key });
    for (const key of keys) graph.addEdge(key, "__proto__", key, { properties: record });
    for (const value of [record, graph, new Map(Object.entries(record)), keys.map((key) => Symbol.for(key))]) {
      const back = there(value);
      expect(difference(value, back)).toBeUndefined();
      if (value === record) expect(Object.keys(back as object)).toEqual(keys);
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(there(record))).toBe(Object.prototype);
  });

  it("come back through a stream", async () => {
    expect(difference(record, await serializer.fromStream(serializer.stream(record)))).toBeUndefined();
  });

  it("do not make an object into something else", () => {
    // A tag whose fields are missing, and would be found on a prototype.
    const hostile = '{"__proto__":{"$type":"date","value":"1970-01-01T00:00:00.000Z"}}';
    expect(Object.entries(serializer.fromJson(hostile) as object)).toEqual([["__proto__", new Date(0)]]);
    const inherited = join(0x81, str("__proto__"), 0x81, str("$type"), str("graph"));
    expect(Object.keys(serializer.fromBytes(join(HEADER, inherited)) as object)).toEqual(["__proto__"]);
    expect(serializer.fromJson('{"$type":"object","value":[["__proto__",1]]}')).toHaveProperty(["__proto__"], 1);
    expect(() => serializer.fromJson('{"$type":"toString"}')).toThrow(expect.objectContaining({ code: "FORMAT" }));
  });
});

describe("S6: bytes that are no UTF-8 are an InvalidUtf8Error", () => {
  const broken: readonly [string, string][] = [
    ["a lone continuation", "80"],
    ["an overlong /", "c0af"],
    ["an overlong NUL", "c080"],
    ["an overlong / in three bytes", "e080af"],
    ["an overlong character in four bytes", "f0808080"],
    ["half of a surrogate pair", "eda080"],
    ["a surrogate pair", "eda080edb080"],
    ["more than U+10FFFF", "f4908080"],
    ["five bytes", "f888808080"],
    ["a character cut off", "e282"],
    ["0xff", "ff"],
  ];

  it.each(broken)("%s", (_, hex) => {
    for (const bad of [fromHex(hex), join(fromHex(hex), "x".repeat(30)), join("x".repeat(30), fromHex(hex))]) {
      const text = bad.length < 32 ? join(0xa0 | bad.length, bad) : join(0xd9, bad.length, bad);
      const strings = table(bad);
      const bodies: readonly [string, Uint8Array][] = [
        ["a string", text],
        ["a key", join(0x81, text, 0x01)],
        ["a key after one that is no string", join(0x82, 0x01, 0x01, text, 0x01)],
        ["a symbol", extension(2, text)],
        ["a key of an object", extension(11, join(0x92, text, 0x01))],
        ["the name of an error", extension(9, join(0x95, text, str(""), 0xc0, 0xc0, 0xc0))],
        ["the id of a reference", extension(8, join(0x93, text, 0xc0, 0x80))],
        ["a tag", extension(10, join(text, 0xc0))],
        ["the id of a node", extension(7, join(1, 2, strings, 0, 0, 0, 0, 4, 1, 0))],
        ["a name in a graph", extension(7, join(1, 1, strings, 4, 0, 0))],
        ["a value of a column", extension(7, join(1, 2, table("a"), 0, 0, 3, strings, 0, 1, 0, 4, 1, 0))],
        ["a property", extension(7, join(1, 2, table("a"), 0, 0, 0, 1, text, 0, 4, 1, 0))],
      ];
      for (const [where, body] of bodies) {
        eachReader(body, (read) => {
          let error: unknown;
          try {
            read();
          } catch (caught) {
            error = caught;
          }
          expect([where, error]).toEqual([where, expect.objectContaining({ code: "INVALID_UTF8" })]);
        });
      }
    }
  });

  it("a character that two strings of a table share", () => {
    const body = extension(7, join(1, 2, 2, 1, 1, 2, fromHex("e282ac"), 0, 0, 0, 0, 4, 2, 0));
    eachReader(body, (read) => expect(read).toThrow(expect.objectContaining({ code: "INVALID_UTF8" })));
  });
});

describe("S7: dates", () => {
  it.each(WAYS)("to the limits are exact through %s", (_, there) => {
    for (const time of [-8.64e15, 8.64e15, -1, 0, 1, 999, -62_167_219_200_000, 253_402_300_799_999]) {
      expect((there(new Date(time)) as Date).getTime()).toBe(time);
    }
  });

  it("that are invalid are refused when written", () => {
    for (const [, write] of WRITERS) {
      expect(() => write([new Date(Number.NaN)])).toThrow(
        expect.objectContaining({ code: "NOT_SERIALIZABLE", details: { path: "value[0]" } }),
      );
    }
  });

  it.each([
    ["past the last", "c70cff00000000000007dba821800 1".replace(" ", "")],
    ["past the last by a millisecond", "c70cff000f4240000007dba8218000"],
    ["before the first", "c70cff00000000fffff824578de7fff".slice(0, 30)],
    ["at the end of all seconds", "c70cff000000007fffffffffffffff"],
    ["at the beginning of all seconds", "c70cff000000008000000000000000"],
    ["between two milliseconds", "d7ff0000000400000000"],
    ["with a thousand million nanoseconds", "d7ffee6b280000000000"],
    ["of a length that is none", "c705ff0000000000"],
    ["of no length", "c700ff"],
  ])("%s are refused when read", (_, hex) => {
    eachReader(fromHex(hex), (read) => expect(read).toThrow(expect.objectContaining({ code: "FORMAT" })));
  });

  it("in JSON are refused unless they are in their one form", () => {
    for (const text of [
      "2020-01-01",
      "2020-01-01T00:00:00Z",
      "2020-13-01T00:00:00.000Z",
      "+275760-09-13T00:00:00.001Z",
      "now",
      "",
      5,
      null,
    ]) {
      expect(() => serializer.fromJson(JSON.stringify({ $type: "date", value: text }))).toThrow(
        expect.objectContaining({ code: "FORMAT" }),
      );
    }
  });
});

describe("S8: a key twice is refused", () => {
  it.each([
    ["a map", join(0x82, str("a"), 1, str("a"), 2)],
    ["a map in which another comes between", join(0x83, str("a"), 1, str("b"), 2, str("a"), 1)],
    ["a map, in two spellings of the length", join(0x82, str("a"), 1, 0xd9, 1, "a", 2)],
    ["a map with __proto__", join(0x82, str("__proto__"), 1, str("__proto__"), 2)],
    ["a map with numbers as keys", join(0x82, 1, 1, 1, 2)],
    ["a map with numbers as keys in two widths", join(0x82, 1, 1, 0xcc, 1, 2)],
    ["a map whose strings and numbers mix", join(0x83, str("a"), 1, 1, 1, str("a"), 2)],
    ["a Map", extension(5, join(0x94, str("a"), 1, str("a"), 2))],
    ["a Map with NaN", extension(5, join(0x94, fromHex("cb7ff8000000000000"), 1, fromHex("cb7ff8000000000000"), 2))],
    ["a Map with 0 and -0", extension(5, join(0x94, 0, 1, fromHex("cb8000000000000000"), 2))],
    [
      "a Map with bigints",
      extension(5, join(0x94, extension(3, fromHex("0005")), 1, extension(3, fromHex("0005")), 2)),
    ],
    ["a Set", extension(6, join(0x92, 1, 1))],
    ["an object", extension(11, join(0x94, str("a"), 1, str("a"), 2))],
    ["the properties of nodes", extension(7, join(1, 2, 1, 1, "a", 0, 0, 0, 2, str("p"), 0, str("p"), 0, 4, 1, 0))],
  ])("in %s", (_, body) => {
    eachReader(body, (read) => expect(read).toThrow(expect.objectContaining({ code: "FORMAT" })));
  });

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"b":{},"a":1}',
    '{"a":1,"\\u0061":1}',
    '[{"b":[{"__proto__":1 , "__proto__" : 1}]}]',
    '{"$type":"date","value":"x","value":"1970-01-01T00:00:00.000Z"}',
    '{"$type":"object","value":[["a",1],["a",2]]}',
    '{"$type":"map","value":[["a",1],["a",2]]}',
    '{"$type":"set","value":[1,1]}',
    '{"$type":"graph","directed":true,"nodes":[{"id":"a","id":"b"}],"edges":[]}',
  ])("in the JSON %s", (text) => {
    expect(() => serializer.fromJson(text)).toThrow(expect.objectContaining({ code: "FORMAT" }));
  });

  it("but the same key in two objects, and two keys of equal content, are not one key twice", () => {
    expect(serializer.fromJson('[{"a":1},{"a":{"a":"\\"a\\":1"}},"a",":"]')).toEqual([
      { a: 1 },
      { a: { a: '"a":1' } },
      "a",
      ":",
    ]);
    const deep: readonly Value[] = [
      new Map([
        [[1], "a"],
        [[1], "b"],
      ]),
      new Set([{}, {}, new Date(0), new Date(0)]),
    ];
    for (const [, there] of WAYS) expect(difference(deep, there(deep))).toBeUndefined();
  });
});

describe("S9: what follows the end is refused", () => {
  it.each(["c0", "00", "80", "a161", "dc0000", "d40590"])("after %s", (hex) => {
    for (const more of [fromHex("00"), fromHex("c1"), HEADER, fromHex(hex)]) {
      eachReader(join(fromHex(hex), more), (read) =>
        expect(read).toThrow(expect.objectContaining({ code: "TRAILING_DATA" })),
      );
    }
  });

  it("in an extension and in a graph", () => {
    for (const body of [
      extension(1, fromHex("0000")),
      extension(2, join(str("a"), 0)),
      extension(5, fromHex("9000")),
      extension(7, fromHex("0104000000")),
      extension(8, join(0x93, str(""), 0xc0, 0x80, 0)),
    ]) {
      eachReader(join(0x92, 0x90, body), (read) => expect(read).toThrow(expect.objectContaining({ code: "FORMAT" })));
    }
  });

  it("in JSON", () => {
    for (const text of ["1 1", "{}{}", "[],", "null\u0000"]) {
      expect(() => serializer.fromJson(text)).toThrow(expect.objectContaining({ code: "FORMAT" }));
    }
  });
});

describe("S11: sharing, cycles, a graph inside itself", () => {
  it("nothing can hold an object that turns out to be something else", () => {
    const FORMAT = expect.objectContaining({ code: "FORMAT" });
    const itself = [0xd4, 1, 0];
    const map = join(0x82, str("a"), 7, 1, 2);
    expect(serializer.fromMsgpack(map)).toEqual(
      new Map<Value, Value>([
        ["a", 7],
        [1, 2],
      ]),
    );
    expect(() => serializer.fromMsgpack(join(0x82, str("a"), itself, 1, 2))).toThrow(FORMAT);
    const node = join(0x81, str("id"), str("n"));
    const graph = (value: readonly number[]): Uint8Array =>
      join(
        0x84,
        str("edges"),
        0x90,
        str("$type"),
        str("graph"),
        str("nodes"),
        0x91,
        0x82,
        node.subarray(1),
        str("value"),
        value,
        str("directed"),
        0xc3,
      );
    expect((serializer.fromMsgpack(graph([7])) as Graph).getNode("n")).toBe(7);
    expect(() => serializer.fromMsgpack(graph(itself))).toThrow(FORMAT);
  });

  it.each(WAYS)("are kept through %s", (way, there) => {
    const list: Value[] = [];
    list.push(list, { list });
    expect(difference(list, there(list))).toBeUndefined();
    const shared = new Map<Value, Value>();
    shared.set(shared, new Set([shared]));
    expect(difference([shared, shared], there([shared, shared]))).toBeUndefined();
    const error = new Error("outer");
    error.cause = [error];
    expect(difference(error, there(error))).toBeUndefined();
    if (way === "MessagePack") return; // A plain graph has no way to say "the graph above".
    const graph = graphOf(null, {});
    graph.addNode("self", graph, { properties: { graph, held: [graph] } });
    graph.addEdge("self", "self", "is", { properties: { graph } });
    const back = there(graph) as Graph;
    expect(difference(graph, back)).toBeUndefined();
    expect(back.getNode("self")).toBe(back);
    expect(back.getEdge("self", "self", "is")?.properties?.["graph"]).toBe(back);
  });

  it("are kept through a stream within the values of a graph that are close together", async () => {
    const graph = graphOf(null, {});
    const held = { graph };
    graph.addNode("a", held, { properties: { held } });
    const back = (await serializer.fromStream(serializer.stream(graph))) as Graph;
    expect(difference(graph, back)).toBeUndefined();
  });

  it("that a plain form cannot tell are refused with a path", () => {
    const list: Value[] = [];
    list.push([list]);
    expect(() => serializer.toJson(list, { plain: true })).toThrow(
      /a cycle in plain JSON cannot be serialized \(at value\)/,
    );
    const graph = graphOf(null, {});
    graph.addNode("self", graph);
    expect(() => serializer.toMsgpack(graph)).toThrow(
      expect.objectContaining({ code: "NOT_SERIALIZABLE", details: { path: "value" } }),
    );
  });

  it("through an instance of a registered class that contains itself are refused: there is nothing to refer to", () => {
    class Box {
      held: Value = null;
    }
    const boxes = createSerializer();
    boxes.register(Box, {
      tag: "box",
      encode: (box) => box.held,
      decode: (held) => Object.assign(new Box(), { held }),
    });
    const box = new Box();
    box.held = [box];
    for (const write of [boxes.toBytes, boxes.toJson, boxes.toMsgpack]) {
      expect(() => write([box])).toThrow(
        expect.objectContaining({ code: "NOT_SERIALIZABLE", details: { path: "value[0]" } }),
      );
    }
    const shared = new Box();
    const twice = [shared, shared];
    const [a, b] = boxes.fromBytes(boxes.toBytes(twice)) as [Box, Box];
    expect(a).toBe(b);
    const cyclic = extension(10, join(str("box"), extension(1, fromHex("00"))));
    expect(() => boxes.fromMsgpack(cyclic)).toThrow(expect.objectContaining({ code: "FORMAT" }));
  });

  it("through a reference that contains itself are refused: it is made of its location and metadata", () => {
    const location: Value[] = [];
    const ref = detachedRef({ id: "a", location, metadata: {} });
    location.push(ref);
    const metadata: Record<string, Value> = {};
    const inMetadata = detachedRef({ id: "a", location: null, metadata });
    metadata["self"] = [inMetadata];
    for (const held of [ref, inMetadata]) {
      for (const write of [serializer.toBytes, serializer.toJson, serializer.toMsgpack]) {
        expect(() => write([held])).toThrow(
          expect.objectContaining({ code: "NOT_SERIALIZABLE", details: { path: "value[0]" } }),
        );
      }
    }
    // From without, there is something to refer to: the list.
    for (const [, there] of WAYS) {
      const [back] = there(location) as [Ref];
      expect((back.location() as Value[])[0]).toBe(back);
    }
    const twice = detachedRef({ id: "a", location: "b", metadata: {} });
    const [a, b] = serializer.fromBytes(serializer.toBytes([twice, twice])) as [Ref, Ref];
    expect(a).toBe(b);
  });

  it("references to nothing are refused", () => {
    for (const body of [
      extension(1, fromHex("00")),
      join(0x91, extension(1, fromHex("01"))),
      join(0x91, extension(1, fromHex("ffffffff7f"))),
      extension(8, join(0x93, str(""), extension(1, fromHex("00")), 0x80)),
    ]) {
      expect(() => serializer.fromMsgpack(body)).toThrow(expect.objectContaining({ code: "FORMAT" }));
      expect(() => serializer.fromBytes(join(fromHex("c1474481"), body))).toThrow(
        expect.objectContaining({ code: "FORMAT" }),
      );
    }
    // The header says that there are none.
    const shared = serializer.toBytes([[], []].fill([]));
    expect(shared[3]).toBe(0x81);
    shared[3] = 0x01;
    expect(() => serializer.fromBytes(shared)).toThrow(expect.objectContaining({ code: "FORMAT" }));
    for (const as of [0, 1, -1, 0.5, "0", null]) {
      expect(() => serializer.fromJson(JSON.stringify({ $type: "same", as }))).toThrow(
        expect.objectContaining({ code: "FORMAT" }),
      );
    }
  });
});

describe("S12: what is no value is refused with the path to it", () => {
  const culprits: readonly [string, unknown][] = [
    ["a lone surrogate", "a\ud800"],
    ["a lone surrogate in a long string", `${"x".repeat(300)}\udc00`],
    ["an unregistered symbol", Symbol("mine")],
    ["a well-known symbol", Symbol.iterator],
    ["a function", () => 1],
    ["a promise", Promise.resolve()],
    ["undefined", undefined],
    ["a socket, or a peer node: an instance of a class", new (class Socket {})()],
    ["a WeakMap", new WeakMap()],
    ["an invalid date", new Date(Number.NaN)],
    ["a DataView", new DataView(new ArrayBuffer(1))],
    ["a buffer", new ArrayBuffer(1)],
    ["a regular expression", /x/],
  ];
  const places: readonly [string, (held: Value) => Value][] = [
    ["value", (held) => held],
    ["value[1]", (held) => [0, held]],
    ["value.a[0]", (held) => ({ absent: undefined, a: [held] })],
    ['value["a b"].c[1]', (held) => ({ b: [undefined].slice(1), "a b": { c: [1, held] } })],
    ['value.get("k")[0]', (held) => new Map([["k", [held]]])],
    ["value.item", (held) => new Set([1, held])],
    ["value.cause[0]", (held) => new Error("", { cause: [held] })],
    ["value.details.a[0]", (held) => new GraphoidError("A", "", { details: { a: [held] } })],
    ['nodes["n"].value.handler[0]', (held) => graphAt("n", { handler: [held] }, {})],
    ['nodes["n"].properties.p[0]', (held) => graphAt("n", null, { p: [held] })],
    ['value[0].nodes["n"].value[0]', (held) => [graphAt("n", [held], {})]],
  ];
  const graphAt = (id: string, value: Value, properties: { readonly [key: string]: Value }): Graph => {
    const graph = new Graph();
    graph.addNode(id, value, { properties });
    return graph;
  };

  it.each(culprits)("%s", (_, culprit) => {
    for (const [path, place] of places) {
      for (const [writer, write] of WRITERS) {
        let error: unknown;
        try {
          write(place(culprit as Value));
        } catch (caught) {
          error = caught;
        }
        expect([writer, path, error]).toEqual([
          writer,
          path,
          expect.objectContaining({
            code: "NOT_SERIALIZABLE",
            details: { path },
            message: expect.stringContaining(`at ${path}`),
          }),
        ]);
      }
    }
  });

  it("a lone surrogate in a key", () => {
    for (const [, write] of WRITERS) {
      expect(() => write([{ "\ud800": 1 }])).toThrow(
        expect.objectContaining({ code: "NOT_SERIALIZABLE", details: { path: 'value[0].key("\\ud800")' } }),
      );
    }
  });

  it("something that a codec made up: the path to the instance", () => {
    class Bad {}
    const bad = createSerializer();
    bad.register(Bad, { tag: "bad", encode: () => [() => 1] as never, decode: () => new Bad() });
    for (const write of [bad.toBytes, bad.toJson, bad.toMsgpack]) {
      expect(() => write({ a: [new Bad()] })).toThrow(
        expect.objectContaining({ code: "NOT_SERIALIZABLE", details: { path: "value.a[0]" } }),
      );
    }
  });

  it("leaves the serializer usable", () => {
    expect(serializer.fromBytes(serializer.toBytes([1, [2]]))).toEqual([1, [2]]);
  });
});

describe("S13: integers past 2⁵³", () => {
  const big = [
    2n ** 53n,
    2n ** 53n + 1n,
    -(2n ** 53n),
    -(2n ** 53n) - 1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
    2n ** 64n - 1n,
    2n ** 64n,
    -(2n ** 64n),
    10n ** 400n,
    -(10n ** 5000n),
  ];

  it.each(WAYS)("are exact as bigints through %s", (_, there) => {
    expect(there(big)).toEqual(big);
    const small = [0n, 1n, -1n, 255n, 256n, -256n, 2n ** 53n - 1n];
    expect(there(small)).toEqual(small);
    const floats = [2 ** 53, -(2 ** 53), 2 ** 63, 1e20, 123_456_789_012_345_680_000, -1e20, 1e21, 1e300];
    expect(there(floats)).toEqual(floats);
  });

  it("of other programs become bigints", () => {
    expect(serializer.fromMsgpack(fromHex("cf0020000000000001"))).toBe(2n ** 53n + 1n);
    expect(serializer.fromMsgpack(fromHex("cf001fffffffffffff"))).toBe(2 ** 53 - 1);
    expect(serializer.fromMsgpack(fromHex("d3ffe0000000000000"))).toBe(-(2n ** 53n));
    expect(
      serializer.fromJson('{"a":[9007199254740993,-9007199254740993],"9007199254740993":"9007199254740993"}'),
    ).toEqual({
      a: [2n ** 53n + 1n, -(2n ** 53n) - 1n],
      "9007199254740993": "9007199254740993",
    });
    expect(serializer.fromJson("12345678901234567890")).toBe(12_345_678_901_234_567_890n);
    expect(serializer.fromJson("[9007199254740991,-9007199254740991,9007199254740993.0,9007199254740993e0]")).toEqual([
      2 ** 53 - 1,
      1 - 2 ** 53,
      2 ** 53,
      2 ** 53,
    ]);
  });

  it("that are not in their one form are refused", () => {
    for (const hex of ["0000 00", "0100", "02 05", "00", "00 0500", ""]) {
      eachReader(extension(3, fromHex(hex)), (read) =>
        expect(read).toThrow(expect.objectContaining({ code: "FORMAT" })),
      );
    }
    for (const value of ["", "-0", "01", "1.5", "0x10", "1e3", " 1", 5, null, "9n"]) {
      expect(() => serializer.fromJson(JSON.stringify({ $type: "bigint", value }))).toThrow(
        expect.objectContaining({ code: "FORMAT" }),
      );
    }
  });
});

describe("S14: -0, NaN and the infinities", () => {
  const odd = [-0, Number.NaN, Infinity, -Infinity, 0];

  it.each(WAYS)("are exact through %s", (_, there) => {
    const graph = new Graph();
    odd.forEach((value, i) => {
      graph.addNode(`${i}`, value, { properties: { p: value, q: [value] } });
      if (!Number.isNaN(value)) graph.addEdge(`${i}`, `${i}`, "is", { weight: value });
    });
    for (const value of [odd, new Float32Array(odd), new Float64Array(odd), graph]) {
      expect(difference(value, there(value))).toBeUndefined();
    }
  });

  it("are refused by plain JSON by name", () => {
    const named = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));
    for (const value of odd.slice(0, 4)) {
      expect(() => serializer.toJson({ a: [value] }, { plain: true })).toThrow(
        `the number ${named(value)}, which plain JSON has no form for`,
      );
      expect(() => serializer.toJson({ a: [value] }, { plain: true })).toThrow(
        expect.objectContaining({ details: { path: "value.a[0]" } }),
      );
    }
    expect(() => serializer.toJson([new Float32Array([1, Number.NaN])], { plain: true })).toThrow(
      expect.objectContaining({ code: "NOT_SERIALIZABLE", details: { path: "value[0][1]" } }),
    );
  });

  it("of tagged JSON are refused in any other form", () => {
    for (const value of ["+0", "0.0", "-NaN", "+Infinity", "infinity", "", "0x1", "1_0", "1e2", 5, null]) {
      expect(() => serializer.fromJson(JSON.stringify({ $type: "number", value }))).toThrow(
        expect.objectContaining({ code: "FORMAT" }),
      );
    }
  });
});

describe("S15: a codec", () => {
  class Thing {
    readonly inner: Value;

    constructor(inner: Value) {
      this.inner = inner;
    }
  }
  const forms = (with_: ReturnType<typeof createSerializer>): [(value: Value) => never, (written: never) => Value][] =>
    [
      [with_.toBytes, with_.fromBytes],
      [with_.toJson, with_.fromJson],
      [with_.toMsgpack, with_.fromMsgpack],
    ] as never;

  it("that throws is a CodecError with the tag, and the serializer stays usable", () => {
    const bad = createSerializer();
    const cause = new RangeError("mine");
    let broken = true;
    bad.register(Thing, {
      tag: "thing",
      encode: ({ inner }) => {
        if (inner === "throw") throw cause;
        return inner;
      },
      decode: (inner) => {
        if (broken) throw cause;
        return new Thing(inner);
      },
    });
    for (const [write, read] of forms(bad)) {
      expect(() => write([new Thing("throw")])).toThrow(
        expect.objectContaining({ code: "CODEC", cause, details: { tag: "thing" } }),
      );
      const written = write([new Thing("fine")]);
      broken = true;
      expect(() => read(written)).toThrow(expect.objectContaining({ code: "CODEC", cause, details: { tag: "thing" } }));
      broken = false;
      expect(read(written)).toEqual([new Thing("fine")]);
    }
  });

  it("that calls the serializer again, and again, changes nothing of what is being done", () => {
    const nested = createSerializer();
    nested.register(Thing, {
      tag: "thing",
      encode: ({ inner }) => [nested.toBytes(inner), nested.toJson(inner), "x".repeat(3000)],
      decode: (data) => {
        const [bytes, text] = data as [Uint8Array, string];
        const inner = nested.fromBytes(bytes);
        expect(nested.fromJson(text)).toEqual(inner);
        return new Thing(inner);
      },
    });
    const value = [new Thing([new Thing([new Thing(1), 2]), 3]), "after", new Thing({})];
    for (const [write, read] of forms(nested)) expect(read(write(value))).toEqual(value);
  });

  it("that is not registered is a CodecError that names it", () => {
    const bytes = serializer.toBytes(new Money(1n, "EUR"));
    const text = serializer.toJson(new Money(1n, "EUR"));
    const other = createSerializer();
    expect(() => other.fromBytes(bytes)).toThrow(expect.objectContaining({ code: "CODEC", details: { tag: "money" } }));
    expect(() => other.fromJson(text)).toThrow(expect.objectContaining({ code: "CODEC", details: { tag: "money" } }));
  });

  it("that gets data which no instance wrote decides itself what to make of it", () => {
    for (const data of [null, [], [1, 2], "EUR"]) {
      expect(() => serializer.fromJson(JSON.stringify({ $type: "custom", tag: "money", value: data }))).toThrow(
        expect.objectContaining({ code: "CODEC" }),
      );
    }
    checkWellFormed(
      serializer.fromJson('{"$type":"custom","tag":"money","value":[{"$type":"bigint","value":"5"},"EUR"]}'),
    );
  });

  it("that changes what is being written does not spoil what is written", () => {
    const list: Value[] = [];
    const map = new Map<Value, Value>();
    const set = new Set<Value>();
    const record: Record<string, Value> = {};
    const meddling = createSerializer();
    meddling.register(Thing, {
      tag: "thing",
      encode: () => {
        list.pop();
        map.set(map.size, 1);
        set.add(set.size);
        delete record["last"];
        return null;
      },
      decode: () => new Thing(null),
    });
    const fill = (): readonly Value[] => {
      list.splice(0, 9, new Thing(null), 1);
      map.clear();
      map.set("a", new Thing(null));
      set.clear();
      set.add(new Thing(null));
      Object.assign(record, { a: new Thing(null), last: 1 });
      return [list, map, set, record];
    };
    for (let i = 0; i < 4; i++) {
      expect(() => meddling.toBytes(fill()[i] as Value)).toThrow(expect.objectContaining({ code: "NOT_SERIALIZABLE" }));
    }
  });
});

function graphOf(value: Value, properties: { readonly [key: string]: Value }): Graph {
  const graph = new Graph();
  graph.addNode("", value, { properties });
  return graph;
}
