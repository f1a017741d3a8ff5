import { describe, expect, test } from "vitest";
import { NodeStore } from "./node-store.ts";

function stored(...ids: string[]): NodeStore {
  const store = new NodeStore();
  for (const id of ids) store.intern(id);
  return store;
}

describe("NodeStore", () => {
  test("a removed node is not found, and gets a new row when it comes back", () => {
    const store = stored("a", "b");
    store.remove(0);
    expect(store.find("a")).toBe(-1);
    expect([...store.liveRows()]).toEqual([1]);
    expect(store.intern("a")).toBe(2);
    expect(store.intern("a")).toBe(2);
    expect(store.find("a")).toBe(2);
    store.remove(2);
    expect(store.intern("a")).toBe(3);
    expect([store.rows, store.removed]).toEqual([4, 2]);
    expect([...store.liveRows()]).toEqual([1, 3]);
  });

  test("removing takes type, value and properties along", () => {
    const store = stored("a", "b");
    store.types.set(0, 3);
    store.values.set(0, { x: 1 });
    store.properties.set(0, { p: "x" });
    store.remove(0);
    expect([store.types.get(0), store.values.get(0), store.properties.get(0)]).toEqual([0, undefined, {}]);
  });

  test("a bad id changes nothing", () => {
    const store = stored("a");
    expect(store.intern("\ud800")).toBe(-1);
    expect(store.find("\ud800")).toBe(-1);
    expect(store.rows).toBe(1);
    store.remove(0);
    expect(store.intern("\ud800")).toBe(-1);
    expect(store.rows).toBe(1);
  });

  test("remembers removals while it grows", () => {
    const store = stored("n0");
    for (let i = 1; i < 500; i++) {
      store.intern(`n${i}`);
      if (i % 3 === 0) store.remove(i);
    }
    for (let i = 0; i < 500; i++) expect(store.isRemoved(i)).toBe(i > 0 && i % 3 === 0);
    expect(store.liveRows()).toHaveLength(500 - store.removed);
  });
});
