import { Graph, GraphoidError, type Value } from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { detachedRef } from "../src/detached-ref.ts";
import { createSerializer } from "../src/serializer.ts";
import { Money, registerMoney } from "./arbitraries.ts";
import { extension, fromHex, HEADER, join, str } from "./bytes.ts";
import { memoryOf } from "./cost.ts";
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

describe("S1: a million levels of nesting", () => {
  const repeated = (unit: string, times = MILLION): Uint8Array => fromHex(unit.repeat(times));

  it.each([
    ["lists", repeated("91")],
    ["lists of 16 bits", repeated("dc0001")],
    ["lists of 32 bits", repeated("dd00000001")],
    ["maps", repeated("81a161")],
    ["maps of 32 bits", repeated("df00000001a161")],
    ["keys of maps", repeated("81")],
  ])("of %s is a DepthLimitError", (_, body) => {
    eachReader(join(body, 0xc0), (read) => expect(read).toThrow(expect.objectContaining({ code: "DEPTH_LIMIT" })));
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
    ["graphs", 7, [1, 1, 0, 2, 1, 0, 0, 0, 4, 1]],
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
    for (let i = 0; i < (kind === "lists" ? MILLION : 20_000); i++) value = wrap(value);
    for (const [, write] of WRITERS) {
      expect(() => write(value)).toThrow(expect.objectContaining({ code: "DEPTH_LIMIT" }));
    }
  });

  it.each(wraps)("of %s is read as deep as it is written", (_, wrap) => {
    for (const [way, there] of WAYS) {
      let value: Value = new Date(0);
      // As many levels as this form takes; some containers are more than one in some forms.
      for (const levels of [200, 100, 20, 5, 1]) for (let i = 0; i < levels; i++) {
        const deeper = wrap(value);
        try {
          there(deeper);
        } catch (error) {
          expect([way, error]).toEqual([way, expect.objectContaining({ code: "DEPTH_LIMIT" })]);
          // The writer stopped, not the reader, which takes what is written.
          expect(() => (way === "bytes" ? serializer.toBytes : way === "JSON" ? serializer.toJson : serializer.toMsgpack)(deeper)).toThrow();
          break;
        }
        value = deeper;
      }
      expect(difference(value, there(value))).toBeUndefined();
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
        codes.add((error as { code?: unknown }).code);
      }
    };
    const descend = (): void => {
      try {
        descend();
      } finally {
        // On the way up, from where there is no room to where there is enough.
        attempt(() => serializer.toBytes(deep));
        attempt(() => serializer.fromBytes(bytes));
        attempt(() => serializer.toJson(deep));
        attempt(() => serializer.fromJson(text));
        if (codes.size > 3) codes.clear();
      }
    };
    expect(descend).toThrow(RangeError);
    expect(serializer.fromBytes(bytes)).toEqual(deep);
    expect(codes).toContain("DEPTH_LIMIT");
  });
});

function graphOf(value: Value, properties: { readonly [key: string]: Value }): Graph {
  const graph = new Graph();
  graph.addNode("", value, { properties });
  return graph;
}
