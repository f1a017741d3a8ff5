import { describe, expect, test } from "vitest";
import { Properties, setOwn } from "./properties.ts";

const hostile = JSON.parse(
  '{"__proto__": {"polluted": true}, "constructor": 1, "toString": "x", "hasOwnProperty": null}',
);

describe("Properties", () => {
  test("S5: keys that name parts of every object are plain own data", () => {
    const properties = new Properties();
    properties.set(3, hostile);
    const read = properties.get(3);
    expect(Object.entries(read)).toEqual(Object.entries(hostile));
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(properties.get(2)).toEqual({});
  });

  test("set replaces all properties of the row and of no other", () => {
    const properties = new Properties();
    properties.set(0, { a: 1, b: "x" });
    properties.set(1, { a: 2 });
    properties.set(0, { b: "y", c: null });
    expect(properties.get(0)).toEqual({ b: "y", c: null });
    expect(properties.get(1)).toEqual({ a: 2 });
    properties.clear(0);
    expect(properties.get(0)).toEqual({});
  });

  test("a key that holds undefined is absent, and makes no column", () => {
    const properties = new Properties();
    properties.set(0, { a: undefined as never, b: 1 });
    expect(Object.keys(properties.get(0))).toEqual(["b"]);
    expect([...properties.columns.keys()]).toEqual(["b"]);
  });

  test("ignores what is inherited", () => {
    const properties = new Properties();
    properties.set(0, Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } }));
    expect(properties.get(0)).toEqual({ own: 2 });
  });

  test("a selection is of its own", () => {
    const properties = new Properties();
    properties.set(0, { a: 1 });
    properties.set(1, { a: "x", b: [1] });
    const selected = properties.select(Uint32Array.of(1, 0));
    selected.set(0, { a: 5 });
    expect([properties.get(0), properties.get(1)]).toEqual([{ a: 1 }, { a: "x", b: [1] }]);
    expect([selected.get(0), selected.get(1)]).toEqual([{ a: 5 }, { a: 1 }]);
  });
});

describe("setOwn", () => {
  test("S5: never calls a setter of the prototype", () => {
    const target: Record<string, unknown> = {};
    setOwn(target, "__proto__", { polluted: true });
    setOwn(target, "__proto__", 2);
    expect(Object.getOwnPropertyDescriptor(target, "__proto__")).toEqual({
      value: 2,
      writable: true,
      enumerable: true,
      configurable: true,
    });
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
  });
});
