import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Codes } from "./codes.ts";
import { StringTable } from "./string-table.ts";
import { ValueColumn, type ValueColumnData } from "./value-column.ts";
import type { Value } from "./values.ts";

function filled(...values: (Value | undefined)[]): ValueColumn {
  const column = new ValueColumn();
  values.forEach((value, row) => {
    if (value !== undefined) column.set(row, value);
  });
  return column;
}

function kind(column: ValueColumn): ValueColumnData["kind"] | undefined {
  return column.data?.kind;
}

const number = fc.oneof(fc.constantFrom(0, -0, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 53), fc.double());
const string = fc.oneof(fc.constantFrom("", "a", "b", "日本", "😀", "\ud800", "__proto__"), fc.string());
const other = fc.constantFrom<Value>(null, false, 1n, Symbol.for("s"), [1], { a: 1 }, new Date(0));

describe("ValueColumn against an array", () => {
  // Columns of one kind of value, and of all: each takes another way through the storage.
  test.each<[string, fc.Arbitrary<Value>]>([
    ["numbers", number],
    ["strings", string],
    ["anything", fc.oneof(number, string, other)],
    [
      "mostly numbers",
      fc.oneof({ weight: 20, arbitrary: number as fc.Arbitrary<Value> }, { weight: 1, arbitrary: other }),
    ],
  ])("%s: any writes, removals, selections and reloads in turn", (_name, value) => {
    const action = fc.record({
      row: fc.oneof({ weight: 5, arbitrary: fc.nat({ max: 20 }) }, { weight: 1, arbitrary: fc.nat({ max: 2000 }) }),
      value: fc.oneof({ weight: 5, arbitrary: value }, { weight: 1, arbitrary: fc.constant(undefined) }),
      after: fc.oneof(
        { weight: 8, arbitrary: fc.constant("nothing") },
        { weight: 1, arbitrary: fc.constantFrom("select", "reload", "map") },
      ),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60, size: "max" }), (actions) => {
        let column = new ValueColumn();
        let plain: (Value | undefined)[] = new Array(2001).fill(undefined);
        for (const { row, value, after } of actions) {
          column.set(row, value);
          plain[row] = value;
          assert.ok(Object.is(column.get(row), value));
          if (after === "select") {
            const rows = Uint32Array.from({ length: 2001 }, (_, i) => (i * 7) % 2001);
            const before = column;
            column = column.select(rows);
            before.set(rows[0] as number, "changed in the original");
            plain = Array.from(rows, (from) => plain[from]);
          } else if (after === "reload") {
            const { data } = column;
            if (data) column = new ValueColumn(() => data);
          } else if (after === "map") {
            const seen: Value[] = [];
            column.mapAny((value, row) => {
              assert.ok(Object.is(value, plain[row]));
              seen.push(value);
              return typeof value === "boolean" ? !value : value;
            });
            assert.ok(seen.every((value) => typeof value !== "number" && typeof value !== "string"));
            plain = plain.map((value) => (typeof value === "boolean" ? !value : value));
          }
        }
        plain.forEach((value, row) => {
          assert.ok(Object.is(column.get(row), value), `row ${row}`);
        });
      }),
      { numRuns: 80 },
    );
  });
});

describe("ValueColumn storage", () => {
  test("starts as what the first value allows", () => {
    expect(kind(new ValueColumn())).toBeUndefined();
    expect(kind(filled(1))).toBe("numbers");
    expect(kind(filled("a"))).toBe("strings");
    expect(kind(filled(null))).toBe("values");
    expect(kind(filled(Number.NaN))).toBe("values");
    expect(kind(filled("\ud800"))).toBe("values");
  });

  test.each<[string, Value[]]>([
    ["a string among numbers", [1, 2, "a"]],
    ["a number among strings", ["a", "b", 1]],
    ["NaN among numbers", [1, Number.NaN]],
    ["a lone surrogate among strings", ["a", "\ud800"]],
    ["null among numbers", [1, null]],
    ["a bigint among numbers", [1, 1n]],
  ])("gives the typed column up for %s, and loses nothing", (_name, values) => {
    const column = filled(...values);
    expect(kind(column)).toBe("values");
    expect(values.map((_, row) => column.get(row))).toEqual(values);
    expect(column.get(values.length)).toBeUndefined();
  });

  test("a far row makes a sparse column rather than a long typed one", () => {
    for (const value of [1, "a"]) {
      const column = filled(value);
      column.set(50_000_000, value);
      expect(kind(column)).toBe("values");
      expect([column.get(0), column.get(1), column.get(50_000_000)]).toEqual([value, undefined, value]);
    }
  });

  test("rows in use in good number stay typed, though many are absent", () => {
    const column = new ValueColumn();
    for (let row = 0; row < 30_000; row += 10) column.set(row, row);
    expect(kind(column)).toBe("numbers");
    expect([column.get(10), column.get(11), column.get(29_990), column.get(29_991)]).toEqual([
      10,
      undefined,
      29_990,
      undefined,
    ]);
  });

  test("removing a row far beyond the end changes nothing", () => {
    for (const column of [filled(1), filled("a"), filled(null), new ValueColumn()]) {
      const before = column.get(0);
      column.set(1e9, undefined);
      expect(column.get(0)).toBe(before);
      expect(column.get(1e9)).toBeUndefined();
    }
  });

  test("a column that was loaded or selected with many rows stays typed when it grows", () => {
    const loaded = new ValueColumn({ kind: "numbers", numbers: new Float64Array(1000) });
    loaded.set(1000, 1);
    const selected = loaded.select(Uint32Array.from({ length: 1000 }, (_, i) => i));
    selected.set(1000, 1);
    expect([kind(loaded), kind(selected)]).toEqual(["numbers", "numbers"]);
  });

  test("removing rows keeps a column typed", () => {
    const [numbers, strings] = [filled(1, 2), filled("a", "b")];
    for (const column of [numbers, strings]) {
      column.set(0, undefined);
      expect(column.get(0)).toBeUndefined();
    }
    expect([kind(numbers), kind(strings)]).toEqual(["numbers", "strings"]);
  });

  test("a selection writes neither into its original nor, through a shared dictionary, into its strings", () => {
    const column = filled("a", "b");
    const selected = column.select(Uint32Array.of(1, 0, 1));
    selected.set(0, "new in the selection");
    column.set(0, "new in the original");
    expect([0, 1, 2].map((row) => selected.get(row))).toEqual(["new in the selection", "a", "b"]);
    expect([0, 1].map((row) => column.get(row))).toEqual(["new in the original", "b"]);
  });
});

describe("ValueColumn that is loaded on demand", () => {
  test("loads once, on first access", () => {
    let loads = 0;
    const column = new ValueColumn(() => {
      loads++;
      return { kind: "numbers", numbers: Float64Array.of(1, Number.NaN) };
    });
    expect(loads).toBe(0);
    expect([column.get(0), column.get(1), column.get(2)]).toEqual([1, undefined, undefined]);
    column.set(2, 3);
    expect(column.get(2)).toBe(3);
    expect(loads).toBe(1);
  });

  test("a load that fails fails each time, and never reads as an empty column", () => {
    const column = new ValueColumn(() => {
      throw new Error("broken");
    });
    for (let i = 0; i < 2; i++) {
      expect(() => column.get(0)).toThrow("broken");
      expect(() => column.set(0, 1)).toThrow("broken");
      expect(() => column.select(Uint32Array.of(0))).toThrow("broken");
    }
  });
});

describe("ValueColumn.check", () => {
  const dictionary = new StringTable();
  dictionary.intern("a");
  const good: ValueColumnData[] = [
    { kind: "numbers", numbers: Float64Array.of(1, 2, Number.NaN) },
    { kind: "strings", codes: new Codes(Uint8Array.of(1, 0, 0)), dictionary },
    { kind: "values", values: [null, 1, undefined] },
  ];
  const bad: ValueColumnData[] = [
    { kind: "numbers", numbers: Float64Array.of(1, 2, 3) },
    { kind: "strings", codes: new Codes(Uint8Array.of(1, 0, 1)), dictionary },
    { kind: "strings", codes: new Codes(Uint8Array.of(2, 0)), dictionary },
    { kind: "strings", codes: new Codes(Uint32Array.of(0, 2 ** 32 - 1)), dictionary },
    { kind: "values", values: [null, 1, null] },
  ];

  test("S17: lets pass what fits into the rows, and refuses the rest, at once or on loading", () => {
    new ValueColumn().check(0, "value");
    for (const data of good) {
      new ValueColumn(data).check(2, "value");
      const lazy = new ValueColumn(() => data);
      lazy.check(2, "value");
      expect(lazy.data).toBe(data);
    }
    const integrity = expect.objectContaining({ code: "INTEGRITY" });
    for (const data of bad) {
      expect(() => new ValueColumn(data).check(2, "value")).toThrow(integrity);
      const lazy = new ValueColumn(() => data);
      lazy.check(2, "value");
      expect(() => lazy.get(0)).toThrow(integrity);
      expect(() => lazy.get(0)).toThrow(integrity);
    }
  });
});
