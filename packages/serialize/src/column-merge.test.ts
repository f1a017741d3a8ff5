import type { Value } from "@graphoid/core";
import { describe, expect, it } from "vitest";
import { fromHex, join } from "../test/bytes.ts";
import { costOf } from "../test/cost.ts";
import { LimitError } from "./errors.ts";
import { createSerializer } from "./serializer.ts";

const serializer = createSerializer();

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

/** A graph as compact MessagePack: nodes without properties, then `rows` nodes with `columns` of them. */
function inTwoParts(others: number, rows: number, columns: number, column: readonly number[]): Uint8Array {
  const part = (from: number, count: number, properties: readonly number[]): number[] => {
    const ids = Array.from({ length: count }, (_, i) => (from + i).toString(36).padStart(3, "0"));
    return [2, ...varint(count), 1, ...ids.map(() => 3), ...join(...ids), 0, 0, 0, ...properties];
  };
  const key = (i: number): number[] => [0xa3, ...join(i.toString(36).padStart(3, "0"))];
  const properties = [...varint(columns), ...Array.from({ length: columns }, (_, i) => [...key(i), ...column]).flat()];
  const body = [1, ...part(0, others, [0]), ...part(others, rows, properties), 4, ...varint(others + rows), 0];
  return join(fromHex(`c9${body.length.toString(16).padStart(8, "0")}07`), body);
}

describe("S19: many columns in one of two parts cost what they hold, not their number times the rows", () => {
  it.each<[string, number, number, number, readonly number[]]>([
    ["of no row", 4000, 4000, 8000, [4, 2, 0]],
    ["of a value for one row", 4000, 4000, 8000, [4, 2, 1, 0, 0xc0]],
    ["of a number for one row", 4000, 4000, 8000, [1, 2, 1, 0, 2, 1, 0]],
    [
      "of a value for the last row, at an index at which arrays are not sparse yet",
      500,
      500,
      8000,
      [4, 2, 1, 0xf3, 3, 0xc0],
    ],
    ["of a number for the only row", 4000, 1, 8000, [1, 1, 2, 1, 0]],
    ["of strings for two rows", 1, 2, 8000, [3, 1, 1, 1, 97, 0, 1]],
    ["of no string for two rows", 1, 2, 8000, [3, 0, 0, 0]],
    ["of a string for forty rows", 1, 40, 1000, [3, 1, 1, 1, 97, 0, 1]],
    ["of no string for forty rows", 1, 40, 8000, [3, 0, 0, 0]],
    ["of a string for the only row", 4000, 1, 3000, [3, 1, 1, 1, 97, 0, 1]],
  ])("%s", (_, others, rows, columns, column) => {
    const input = inTwoParts(others, rows, columns, column);
    const { bytes, milliseconds, outcome } = costOf(() => serializer.fromMsgpack(input));
    expect(outcome).not.toBeInstanceOf(Error);
    // 200 ns a byte is 20 ms at most; going through all rows took a second.
    expect(milliseconds).toBeLessThan(400);
    expect(bytes).toBeLessThanOrEqual(64 * input.length + 2 ** 20);
  });

  it.each<[string, number, readonly number[]]>([
    ["tables of strings", 8000, [3, 1, 1, 1, 97, 0, 1]],
    ["columns", 40_000, [0]],
  ])("refuses more %s than so few bytes may become", (_, columns, column) => {
    const input = inTwoParts(1, 40, columns, column);
    const { bytes, outcome } = costOf(() => serializer.fromMsgpack(input));
    expect(outcome).toBeInstanceOf(LimitError);
    expect(bytes).toBeLessThanOrEqual(64 * input.length + 2 ** 20);
  });
});

describe("columns of two parts that differ", () => {
  it("have the values of both, whether few or all rows have one, or strings of other dictionaries", async () => {
    const { Graph, equals } = await import("@graphoid/core");
    const graph = new Graph();
    for (let i = 0; i < 2000; i++) {
      const few: Record<string, Value> = i % 97 === 3 ? { few: i, word: `w${i % 5}`, mixed: [i] } : {};
      const late: Record<string, Value> = i > 1500 ? { late: i % 2 === 0 ? "even" : `odd ${i}`, number: i / 4 } : {};
      graph.addNode(`node ${i}`, null, { properties: { ...few, ...late, all: `a${i % 300}` } });
    }
    const back = await serializer.fromStream(serializer.stream(graph, { chunkBytes: 1024 }));
    expect(equals(back, graph)).toBe(true);
  });
});
