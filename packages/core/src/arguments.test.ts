import fc from "fast-check";
import { expect, describe as group, test } from "vitest";
import { anyText } from "../test/strings.ts";
import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkString,
  describe,
  invalidArgument,
  isGraphoidError,
} from "./index.ts";

group("describe", () => {
  test.each<[unknown, string]>([
    ["abc", '"abc"'],
    ["", '""'],
    ['say "hi"\n', '"say \\"hi\\"\\n"'],
    ["x".repeat(60), `"${"x".repeat(60)}"`],
    ["x".repeat(61), `"${"x".repeat(57)}..."`],
    [-0, "-0"],
    [Number.NaN, "NaN"],
    [1.5, "1.5"],
    [12n, "12n"],
    [Symbol("secret"), "a symbol"],
    [() => 1, "a function"],
    [class {}, "a function"],
    [null, "null"],
    [undefined, "undefined"],
    [true, "true"],
    [[1, 2, 3], "an array of 3"],
    [{ toString: () => "lies" }, "an object"],
    [new Proxy({}, {}), "an object"],
  ])("%o is %s", (value, text) => {
    expect(describe(value)).toBe(text);
  });

  test("is about 80 characters at most, whatever the value", () => {
    fc.assert(
      fc.property(fc.oneof(anyText(90), fc.bigInt()), (value) => {
        expect(describe(value).length).toBeLessThanOrEqual(80);
      }),
    );
    for (const text of ["\0".repeat(60), "\ud800".repeat(200), '"'.repeat(59), "x".repeat(1e6)]) {
      expect(describe(text).length).toBeLessThanOrEqual(80);
      expect(describe(text)).toMatch(/^".*"$/);
    }
    expect(describe(10n ** 500n).length).toBe(80);
  });

  test("runs no code of the value's own", () => {
    const trap = () => {
      throw new Error("ran");
    };
    const hostile = { toString: trap, toJSON: trap, [Symbol.toPrimitive]: trap, [Symbol.toStringTag]: "x" };
    expect(describe(hostile)).toBe("an object");
    expect(describe(Object.defineProperty({}, Symbol.toStringTag, { get: trap }))).toBe("an object");
    expect(describe(Object.assign(() => 1, hostile))).toBe("a function");
  });
});

test("invalidArgument has one form for all calls", () => {
  const error = invalidArgument("net.pool", "maxConnections", "an integer >= 1", -1);
  expect(error.message).toBe("net.pool: expected `maxConnections` to be an integer >= 1, got -1");
  expect(error.details).toEqual({ call: "net.pool", argument: "maxConnections" });
  expect(isGraphoidError(error, "INVALID_ARGUMENT")).toBe(true);
});

group("checks", () => {
  type Check = (value: unknown) => void;
  const cases: [string, Check, unknown[], unknown[], RegExp][] = [
    [
      "checkString",
      (value) => checkString("c", "a", value),
      ["", "x"],
      [1, null, undefined, new String("x"), ["x"]],
      /^c: expected `a` to be a string, got /,
    ],
    ["checkBoolean", (value) => checkBoolean("c", "a", value), [true, false], [0, "true", null], /to be a boolean/],
    [
      "checkFunction",
      (value) => checkFunction("c", "a", value),
      [() => 1, class {}, async () => 1],
      [{}, null, "f"],
      /to be a function/,
    ],
    [
      "checkInteger",
      (value) => checkInteger("c", "a", value, 1),
      [1, 2 ** 53 - 1],
      [0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "1", 1n, null],
      /to be an integer >= 1, got/,
    ],
    [
      "checkInteger with a maximum",
      (value) => checkInteger("c", "a", value, -1, 1),
      [-1, 0, -0, 1],
      [-2, 2, 0.5],
      /to be an integer from -1 to 1, got/,
    ],
    [
      "checkNumber",
      (value) => checkNumber("c", "a", value),
      [0, -1e300, 0.1],
      [Number.NaN, Number.NEGATIVE_INFINITY, "0", null],
      /to be a finite number, got/,
    ],
    [
      "checkNumber with a minimum",
      (value) => checkNumber("c", "a", value, 0),
      [0, 5],
      [-0.1],
      /to be a finite number >= 0, got -0.1/,
    ],
    [
      "checkNumber with both",
      (value) => checkNumber("c", "a", value, 0, 1),
      [0, 1],
      [1.1, -0.1],
      /to be a finite number >= 0 and <= 1, got/,
    ],
    [
      "checkNumber with a maximum",
      (value) => checkNumber("c", "a", value, undefined, 1),
      [-5, 1],
      [2],
      /to be a finite number <= 1, got 2/,
    ],
    [
      "checkOneOf",
      (value) => checkOneOf("c", "a", value, ["x", "y"]),
      ["x", "y"],
      ["X", "", 0, null, ["x"]],
      /to be "x" or "y", got/,
    ],
    [
      "checkOptions",
      (value) => checkOptions("c", value, ["one", "two"]),
      [{}, { one: 1 }, { two: undefined, one: 1 }, Object.create(null)],
      [null, undefined, 1, "x", [], () => 1],
      /to be an object, got/,
    ],
    [
      "checkOptions, unknown keys",
      (value) => checkOptions("c", value, ["one", "two"]),
      [Object.create({ inherited: 1 })],
      [{ tow: 1 }, { one: 1, "": 1 }, JSON.parse('{"__proto__":1}')],
      /^c: unknown option ".*"; known options are `one`, `two`$/,
    ],
  ];

  test.each(cases)("%s", (_name, check, good, bad, message) => {
    for (const value of good) expect(() => check(value)).not.toThrow();
    for (const value of bad) {
      expect(() => check(value)).toThrow(message);
      expect(() => check(value)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    }
  });
});
