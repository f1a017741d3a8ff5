import {
  cloneValue,
  GraphoidError,
  isGraphoidError,
  NotFoundError,
  type PlainRecord,
  type Value,
} from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeError, encodeError } from "./error-record.ts";
import { isRemoteError, RemoteError } from "./errors.ts";

const travel = (thrown: unknown, stacks = false): RemoteError =>
  decodeError(cloneValue(encodeError(thrown, stacks)) as Value, "node_b");

describe("what survives", () => {
  it("keeps name, code, message, details and the chain of causes", () => {
    const root = new TypeError("no such column");
    const error = travel(
      new NotFoundError("no node", { cause: root, details: { id: "alice", tried: ["a", "b"], depth: 2, all: false } }),
    );
    expect(error).toBeInstanceOf(RemoteError);
    expect([error.name, error.code, error.message, error.peer]).toEqual([
      "NotFoundError",
      "NOT_FOUND",
      "no node",
      "node_b",
    ]);
    expect(error.details).toEqual({ id: "alice", tried: ["a", "b"], depth: 2, all: false });
    expect(isGraphoidError(error, "NOT_FOUND") && isRemoteError(error, "NOT_FOUND")).toBe(true);
    const cause = error.cause as RemoteError;
    expect([cause.name, cause.code, cause.message]).toEqual(["TypeError", "REMOTE", "no such column"]);
    expect(cause.cause).toBeUndefined();
  });

  it("tells a remote error from a local one", () => {
    expect(isRemoteError(new NotFoundError("x"))).toBe(false);
    expect(isRemoteError(new RemoteError("NOT_FOUND", "x"), "OTHER")).toBe(false);
    expect(isRemoteError(null)).toBe(false);
  });

  it("sends the stack only when asked to", () => {
    const thrown = new Error("x");
    expect(travel(thrown, false).remoteStack).toBeUndefined();
    expect(travel(thrown, true).remoteStack).toBe(thrown.stack);
  });

  it("takes anything that can be thrown", () => {
    expect(travel("text").message).toBe("text");
    expect(travel(undefined).message).toBe("undefined");
    expect(travel(null).message).toBe("null");
    expect(travel(42).message).toBe("42");
    expect(travel(Symbol("s")).message).toBe("a symbol");
    expect(travel(() => {}).message).toBe("a function");
    expect(travel({ code: "ENOENT" })).toMatchObject({ code: "ENOENT", message: "an object" });
    expect(travel(Object.assign(new Error("x"), { code: 5 })).code).toBe("REMOTE");
    expect(travel(Object.assign(new Error("x"), { code: "lower" })).code).toBe("REMOTE");
  });
});

describe("R8: a hostile error object", () => {
  const sizeOf = (value: unknown): number => JSON.stringify(value).length;

  it("is cut to size", () => {
    let deep: Error = new Error("root");
    for (let i = 0; i < 1_000; i++) deep = new Error(`level ${i}`, { cause: deep });
    const hostile = new GraphoidError("X", "m".repeat(10_000_000), {
      cause: deep,
      details: {
        long: "d".repeat(1_000_000),
        wide: Array.from({ length: 100_000 }, (_, i) => i),
        many: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key ${i}`, "v".repeat(5_000)])),
      },
    });
    hostile.stack = "s".repeat(10_000_000);
    const record = encodeError(hostile, true);
    expect(sizeOf(record)).toBeLessThan(600_000);
    let depth = 0;
    for (let error: unknown = travel(hostile); error instanceof Error; error = error.cause) depth++;
    expect(depth).toBeLessThan(12);
    // A receiver does not rely on the sender having done so.
    const error = decodeError(
      { name: "n".repeat(1e6), code: "C".repeat(1e6), message: "m".repeat(1e7), stack: "s".repeat(1e7) },
      undefined,
    );
    expect([error.name, error.code]).toEqual(["Error", "REMOTE"]);
    expect(error.message.length + (error.remoteStack?.length ?? 0)).toBeLessThan(30_000);
  });

  it("survives a cause that is its own cause", () => {
    const loop = new Error("loop");
    loop.cause = loop;
    expect(travel(loop).message).toBe("loop");
    const details: Record<string, unknown> = {};
    details["self"] = details;
    expect(travel(new GraphoidError("X", "x", { details })).code).toBe("X");
  });

  it("runs no accessor of a payload, and survives those of a thrown object", () => {
    const trap = {
      get message(): string {
        throw new Error("gotcha");
      },
      get code(): string {
        return "FROM_GETTER";
      },
    };
    expect(travel(trap)).toMatchObject({ code: "FROM_GETTER", message: "an object" });
    expect(decodeError(trap, "b")).toMatchObject({ code: "REMOTE", message: "an object" });
    const explosive = new Proxy(
      {},
      Object.fromEntries(
        ["get", "has", "ownKeys", "getPrototypeOf", "getOwnPropertyDescriptor"].map((name) => [
          name,
          () => {
            throw new Error("gotcha");
          },
        ]),
      ),
    );
    for (const error of [
      travel(explosive),
      decodeError(explosive, "b"),
      travel({ message: "m", details: explosive }),
    ]) {
      expect(isRemoteError(error, "REMOTE")).toBe(true);
    }
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(isRemoteError(travel(proxy)) && isRemoteError(decodeError(proxy, "b"))).toBe(true);
  });

  it("pollutes no prototype", () => {
    const payload = JSON.parse(
      '{"__proto__":{"polluted":1},"message":"m","details":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":1}}',
    ) as Value;
    const error = decodeError(payload, "b");
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(error.details)).toBe(Object.prototype);
    expect(Object.keys(error.details)).toEqual(["constructor", "a"]);
    expect((error.details as { polluted?: number }).polluted).toBeUndefined();
  });

  it("leaves only text that can travel", () => {
    for (const text of ["\ud800", "a\udc00b", `${"x".repeat(8_188)}😀tail`]) {
      const record = encodeError(new GraphoidError("X", text, { details: { [text.slice(-3)]: text } }), true);
      expect(JSON.stringify(record)).not.toMatch(/\\ud[89a-f]/i);
    }
    expect(travel(new Error("😀 fine")).message).toBe("😀 fine");
  });
});

it("R9: whatever arrives in place of an error becomes a RemoteError", () => {
  fc.assert(
    fc.property(
      fc.anything({ withNullPrototype: true, withMap: true, withSet: true, withTypedArray: true }),
      (payload) => {
        const error = decodeError(payload as Value, "b");
        expect(isRemoteError(error) && typeof error.message === "string" && error.peer === "b").toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

it("encodes whatever is thrown as a plain value of bounded size", () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withMap: true, withDate: true, maxDepth: 6 }), (thrown) => {
      const record: PlainRecord = encodeError(Object.assign(new Error("x"), { details: thrown, cause: thrown }), true);
      cloneValue(record);
      expect(typeof record["message"]).toBe("string");
    }),
    { numRuns: 500 },
  );
});
