import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectCostBelow } from "../../../scripts/testing/cost.ts";
import { EdgeStore, REMOVED } from "./edge-store.ts";

describe("EdgeStore against a Map", () => {
  test.each([true, false])("directed %s: any adds, removals and lookups", (directed) => {
    const row = fc.nat({ max: 5 });
    const action = fc.record({ add: fc.boolean(), source: row, target: row, label: fc.nat({ max: 2 }) });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200, size: "max" }), (actions) => {
        const store = new EdgeStore(directed);
        const rows = new Map<string, number>();
        const key = (a: number, b: number, label: number) =>
          directed || a < b ? `${a} ${b} ${label}` : `${b} ${a} ${label}`;
        let added = 0;
        for (const { add, source, target, label } of actions) {
          const known = rows.get(key(source, target, label)) ?? -1;
          assert.equal(store.find(source, target, label), known);
          if (add && known < 0) {
            assert.equal(store.add(source, target, label), added);
            rows.set(key(source, target, label), added++);
          } else if (!add && known >= 0) {
            store.remove(known);
            rows.delete(key(source, target, label));
          }
        }
        assert.equal(store.rows - store.removed, rows.size);
        assert.deepEqual(
          [...store.liveRows()],
          [...rows.values()].sort((a, b) => a - b),
        );
        for (let a = 0; a <= 5; a++) {
          for (let b = 0; b <= 5; b++) {
            for (let label = 0; label <= 2; label++) {
              assert.equal(store.find(a, b, label), rows.get(key(a, b, label)) ?? -1);
            }
          }
        }
      }),
    );
  });

  test("finds every edge of a store made over columns", () => {
    const store = new EdgeStore(true, Uint32Array.of(0, 1, 1), Uint32Array.of(1, 0, 1));
    expect([store.find(0, 1, 0), store.find(1, 0, 0), store.find(1, 1, 0), store.find(0, 0, 0)]).toEqual([0, 1, 2, -1]);
    expect(store.find(0, 1, 1)).toBe(-1);
    expect(store.severalLabels).toBe(false);
  });

  test("knows when there are several labels", () => {
    const store = new EdgeStore(true);
    store.add(0, 1, 7);
    store.add(1, 0, 7);
    expect(store.severalLabels).toBe(false);
    store.add(0, 1, 0);
    expect(store.severalLabels).toBe(true);
  });
});

describe("EdgeStore weights", () => {
  test("are absent until the first, NaN where there is none, and go with the edge", () => {
    const store = new EdgeStore(true);
    for (let i = 0; i < 40; i++) store.add(i, i, 0);
    expect(store.weights).toBeUndefined();
    expect(store.weight(3)).toBeUndefined();
    store.setWeight(3, -0);
    store.setWeight(39, Number.POSITIVE_INFINITY);
    expect([store.weight(2), store.weight(3), store.weight(39)]).toEqual([undefined, -0, Number.POSITIVE_INFINITY]);
    store.remove(3);
    expect(store.sources[3]).toBe(REMOVED);
    expect(store.weight(3)).toBeUndefined();
    for (let i = 0; i < 200; i++) store.add(i, i + 1, 0);
    store.reserveWeights();
    expect(store.weights?.length).toBeGreaterThanOrEqual(store.rows);
    expect(store.weight(store.rows - 1)).toBeUndefined();
  });
});

test("removing an edge lets go of its properties", () => {
  const store = new EdgeStore(true);
  store.properties.set(store.add(0, 1, 0), { large: [1, 2, 3] });
  store.remove(0);
  expect(store.properties.get(0)).toEqual({});
});

describe("EdgeStore cost", () => {
  const count = 30_000;

  function build(ends: (i: number) => readonly [number, number]): void {
    const store = new EdgeStore(true);
    for (let i = 0; i < count; i++) {
      const [source, target] = ends(i);
      assert.equal(store.find(source, target, 0), -1);
      store.add(source, target, 0);
    }
    for (let i = 0; i < count; i++) assert.equal(store.find(...ends(i), 0), i);
  }

  const random = (i: number) => [Math.imul(i, 0x9e3779b1) >>> 12, Math.imul(i, 0x85ebca6b) >>> 12] as const;

  test.each<[string, (i: number) => readonly [number, number]]>([
    ["a star", (i) => [0, i]],
    ["a star the other way", (i) => [i, 0]],
    ["a path", (i) => [i, i + 1]],
    ["a grid", (i) => [i % 317, Math.floor(i / 317)]],
    ["strides of a power of two", (i) => [i * 4096, i * 4096]],
    ["strides of a Fibonacci number", (i) => [i * 28657, i * 28657]],
    ["sums that agree", (i) => [i, count - i]],
  ])("%s costs what random edges cost", (_name, ends) => {
    expectCostBelow(
      10,
      () => build(ends),
      () => build(random),
    );
  });

  test.each([true, false])("directed %s: one edge removed and added 20,000 times among others", (directed) => {
    const run = (toggled: (i: number) => readonly [number, number]) => () => {
      const store = new EdgeStore(directed);
      for (let i = 0; i < count; i++) {
        assert.equal(store.find(i, i + 1, 0), -1);
        store.add(i, i + 1, 0);
      }
      for (let i = 0; i < 20_000; i++) {
        const [source, target] = toggled(i);
        assert.equal(store.find(source, target, 0), -1);
        store.remove(store.add(source, target, 0));
      }
    };
    expectCostBelow(
      10,
      run(() => [7, 3]),
      run((i) => [i, i + 2]),
    );
  });
});
