import { Graph, type Value } from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { createSerializer } from "../src/serializer.ts";
import { extension, fromHex, HEADER, join } from "./bytes.ts";
import { costOf } from "./cost.ts";

const serializer = createSerializer();

/** The bodies as value bytes and as MessagePack. */
function eachReader(body: Uint8Array, check: (read: () => Value) => void): void {
  const bytes = join(HEADER, body);
  check(() => serializer.fromBytes(bytes));
  check(() => serializer.fromMsgpack(body));
}

describe("S2: five bytes that announce 2³² − 1 of something", () => {
  it.each([
    ["a list", "ddffffffff"],
    ["a map", "dfffffffff"],
    ["a string", "dbffffffff"],
    ["bytes", "c6ffffffff"],
    ["an extension", "c9ffffffff"],
    ["a list of 16 bits", "dcffff"],
    ["a map of 16 bits", "deffff"],
  ])("%s: a TruncatedError, nothing allocated", (_, hex) => {
    eachReader(fromHex(hex), (read) => {
      const { bytes, outcome } = costOf(read, 1);
      expect(outcome).toMatchObject({ code: "TRUNCATED" });
      expect(bytes).toBeLessThan(1_000_000);
    });
  });
});

describe("S3", () => {
  it("S3: 10 KB of nested heads of lists of 50,000: an error in 10 ms and 2 MB", () => {
    const body = fromHex("dd0000c350".repeat(2000));
    eachReader(body, (read) => {
      const { bytes, milliseconds, outcome } = costOf(read, 5);
      expect(outcome).toMatchObject({ code: "TRUNCATED" });
      expect(bytes).toBeLessThan(2_000_000);
      expect(milliseconds).toBeLessThan(10);
    });
    // As many as there are bytes: nothing is wrong before the depth is.
    const believable = Uint8Array.from({ length: 10_000 }, () => 0x9f);
    eachReader(believable, (read) => expect(costOf(read, 5)).toMatchObject({ outcome: { code: "DEPTH_LIMIT" } }));
  });
});

describe("S4", () => {
  it.each([
    ["as many as are left", (left: number) => Math.min(left, 0xffff)],
    ["65,535", () => 0xffff],
    ["one", () => 1],
  ])("S4: 72 KB of nested heads of 16-bit lists of %s: the process lives", (_, count) => {
    const body = new Uint8Array(72_000);
    for (let at = 0; at < body.length; at += 3) {
      const items = count(body.length - at - 3);
      body.set([0xdc, items >> 8, items & 255], at);
    }
    eachReader(body, (read) => {
      const { bytes, outcome } = costOf(read, 1);
      expect(outcome).toMatchObject({ code: expect.stringMatching(/^(TRUNCATED|DEPTH_LIMIT)$/) });
      expect(bytes).toBeLessThan(64 * body.length);
    });
  });
});

/** Checks what the most of something that is read, of `count` at most, holds in memory. */
function mostThatIsRead<T extends { readonly length: number }>(
  count: number,
  make: (count: number) => T,
  read: (input: T) => Value,
): void {
  const isRead = (some: number): boolean => {
    try {
      read(make(some));
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: "LIMIT" });
      return false;
    }
  };
  let most = 0;
  for (let over = count + 1; over - most > 1; ) {
    const some = over === count + 1 ? count : (most + over) >> 1;
    if (isRead(some)) most = some;
    else over = some;
  }
  const input = make(most);
  const { bytes, outcome } = costOf(() => read(input), 1);
  expect(outcome).not.toBeInstanceOf(Error);
  expect(bytes).toBeLessThanOrEqual(64 * input.length + 2 ** 20);
}

describe("S19: small input that would become much takes 64 times its length and 1 MB at most, or is refused", () => {
  const LENGTH = 60_000;
  const list32 = (count: number): Uint8Array => fromHex(`dd${count.toString(16).padStart(8, "0")}`);
  const bin32 = (length: number): Uint8Array =>
    join(fromHex(`c6${length.toString(16).padStart(8, "0")}`), new Uint8Array(length));
  const varint = (value: number): number[] =>
    value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];

  it.each([
    ["lists", "90"],
    ["maps", "80"],
    ["maps of one", "81a000"],
    ["maps with a large index as a key", "81a43130323300"],
    ["maps with the largest index as a key", "81aa3432393439363732393400"],
    ["lists of one list", "9190"],
    ["lists of two lists", "929090"],
    ["lists of three lists", "93909090"],
    ["Maps", "d40590"],
    ["Maps of one", "c70305920000"],
    ["Maps of other programs", "810000"],
    ["Sets", "d40690"],
    ["bytes", "c400"],
    ["a byte", "c40100"],
    ["arrays of floats", "d40408"],
    ["objects", "d40b90"],
    ["errors", "c7060995a0a0c0c0c0"],
    ["errors of ours", "c7060995a0a0a0c080"],
    ["errors with a code of many words", "c70b0995a0a0a55f5f5f5f5fc080"],
    ["references", "d60893a0c080"],
    ["dates", "d6ff00000000"],
    ["bigints", "d5030001"],
    ["graphs", "d60701040000"],
    ["graphs in the plain form", "84a52474797065a56772617068a86469726563746564c2a56e6f64657390a5656467657390"],
  ])("%s", (_, hex) => {
    const unit = fromHex(hex);
    const count = Math.floor(LENGTH / unit.length);
    // What a part of the input costs less, another may cost more.
    const make = (some: number): Uint8Array =>
      join([0x92], list32(some), Buffer.alloc(some * unit.length, hex, "hex"), bin32((count - some) * unit.length));
    mostThatIsRead(count, make, serializer.fromMsgpack);
  });

  const nodes = 12_000;
  const ids = Buffer.from(Array.from({ length: nodes }, (_, i) => i.toString(36).padStart(3, "0")).join(""));
  const table = join(varint(nodes), 1, new Uint8Array(nodes).fill(3), ids);
  const key = (i: number): number[] => [0xa2, 33 + (i % 90), 33 + Math.floor(i / 90)];
  const presence = (rows: number): number[] => [0, ...new Uint8Array(rows / 8)];

  it.each<[string, number, readonly number[]]>([
    ["a property that is one for all nodes, in many columns", 2000, [3, 1, 1, 1, 97, 0, 1]],
    ["numbers that no node has, in many columns", 20, [1, ...presence(nodes), 0, 1]],
    ["values that no node has, in many columns", 20, [4, ...presence(nodes)]],
  ])("%s", (_, count, column) => {
    const length = count * (column.length + 3);
    const make = (some: number): Uint8Array => {
      const properties = Uint8Array.from(Array.from({ length: some }, (_, i) => [...key(i), ...column]).flat());
      const graph = join([1, 2], table, [0, 0, 0], varint(some), properties, [4], varint(nodes), [0]);
      return join([0x92], extension(7, graph), bin32(length - properties.length));
    };
    mostThatIsRead(count, make, serializer.fromMsgpack);
  });

  it("names in many parts", () => {
    const make = (some: number): Uint8Array => {
      const parts = Array.from({ length: some }, (_, i) => [
        1,
        1,
        1,
        3,
        ...Buffer.from(i.toString(36).padStart(3, "0")),
      ]);
      return join([0x92], extension(7, Uint8Array.from([1, ...parts.flat(), 4, 0, 0])), bin32((10_000 - some) * 7));
    };
    mostThatIsRead(10_000, make, serializer.fromMsgpack);
  });

  it.each([
    ["lists", "[]"],
    ["objects", "{}"],
    ["objects with a large index as a key", '{"1023":0}'],
    ["Maps", '{"$type":"map","value":[]}'],
    ["arrays of floats", '{"$type":"Float64Array","value":""}'],
    ["errors", '{"$type":"error","name":"","message":""}'],
    ["references", '{"$type":"ref","id":"","location":null,"metadata":{}}'],
    ["graphs", '{"$type":"graph","directed":true,"nodes":[],"edges":[]}'],
    ["integers past 2⁵³", "9007199254740993"],
  ])("%s in JSON", (_, unit) => {
    const count = Math.floor(LENGTH / unit.length);
    const make = (some: number): string =>
      `[0,${`${unit},`.repeat(some)}"${"x".repeat((count - some) * unit.length)}"]`;
    mostThatIsRead(count, make, serializer.fromJson);
  });

  it("a limit of its own is kept, and named", () => {
    const strict = createSerializer({ maxDecodedBytes: 0 });
    const small = new Graph();
    small.addNode("a");
    expect(() => strict.fromBytes(strict.toBytes(small))).toThrow(
      expect.objectContaining({ code: "LIMIT", details: { limit: "maxDecodedBytes", value: 0 } }),
    );
    expect(strict.fromBytes(strict.toBytes({ plain: ["data"] }))).toEqual({ plain: ["data"] });
    const many = Array.from({ length: 2000 }, () => small);
    const bytes = serializer.toBytes(many.map((graph) => graph.copy()));
    expect(() => serializer.fromBytes(bytes)).toThrow(expect.objectContaining({ code: "LIMIT" }));
    const generous = createSerializer({ maxDecodedBytes: 2 ** 30 });
    expect(generous.fromBytes(bytes)).toHaveLength(2000);
  });

  it.each<[string, Value, Value]>([
    ["strings", "some", "same"],
    ["numbers", 7, 7],
    ["decimals", 0.5, 0.25],
  ])("what a graph is written as is never refused for its columns of %s", (_, some, same) => {
    const wide = new Graph();
    for (let i = 0; i < 20_000; i++) {
      const properties = Object.fromEntries(
        Array.from({ length: 40 }, (__, key) => [`key ${key}`, i === key * 100 ? some : same]),
      );
      wide.addNode(`${i}`, "value", { type: "T", properties });
    }
    expect((serializer.fromBytes(serializer.toBytes(wide)) as Graph).nodeCount).toBe(20_000);
  });
});
