import { describe, expect, test, vi } from "vitest";
import * as core from "./index.ts";
import { equals, Graph, GraphoidError, isGraph, isGraphoidError, isRef, NotFoundError, refBrand } from "./index.ts";

const classes = {
  INVALID_ARGUMENT: core.InvalidArgumentError,
  NOT_FOUND: core.NotFoundError,
  NOT_SERIALIZABLE: core.NotSerializableError,
  DEPTH_LIMIT: core.DepthLimitError,
  INVALID_UTF8: core.InvalidUtf8Error,
  INTEGRITY: core.IntegrityError,
  CLOSED: core.ClosedError,
  CANCELLED: core.CancelledError,
  DEADLINE_EXCEEDED: core.DeadlineExceededError,
  OVERLOADED: core.OverloadedError,
  UNIMPLEMENTED: core.UnimplementedError,
} as const;

describe("errors", () => {
  test.each(Object.entries(classes))("%s", (code, Class) => {
    const error = new Class("message", { cause: "why", details: { a: 1 } });
    expect([error.code, error.name, error.message, error.cause, error.details]).toEqual([
      code,
      Class.name,
      "message",
      "why",
      { a: 1 },
    ]);
    expect(error).toBeInstanceOf(GraphoidError);
    expect(error).toBeInstanceOf(Error);
    expect(isGraphoidError(error, code)).toBe(true);
    expect(isGraphoidError(error, "OTHER")).toBe(false);
    expect(error.stack).toContain(`${Class.name}: message`.slice(-7));
  });

  test("every class that is exported is in the list above", () => {
    const exported = Object.values(core).filter(
      (value) => typeof value === "function" && value.prototype instanceof GraphoidError,
    );
    expect(new Set(exported)).toEqual(new Set(Object.values(classes)));
  });

  test("the name comes from the code, so that minifying cannot change it", () => {
    class X extends GraphoidError {
      constructor() {
        super("NO_ACTIVE_ROUTER", "m");
      }
    }
    expect(new X().name).toBe("NoActiveRouterError");
    expect(String(new X())).toBe("NoActiveRouterError: m");
  });

  test("without options there is no cause and details are empty", () => {
    const error = new NotFoundError("m");
    expect("cause" in error).toBe(false);
    expect(error.details).toEqual({});
    expect("cause" in new NotFoundError("m", { cause: undefined })).toBe(true);
  });

  test("name and brand are not listed as own content", () => {
    expect(Object.keys(new NotFoundError("m")).sort()).toEqual(["code", "details"]);
    expect(JSON.parse(JSON.stringify(new NotFoundError("m")))).toEqual({ code: "NOT_FOUND", details: {} });
  });
});

describe("isGraphoidError", () => {
  test.each([null, undefined, "NOT_FOUND", 1, {}, { code: "NOT_FOUND" }, new Error("m"), () => 1])(
    "%o is none",
    (value) => {
      expect(isGraphoidError(value)).toBe(false);
      expect(isGraphoidError(value, "NOT_FOUND")).toBe(false);
    },
  );

  test("two copies of the package know each other's errors, graphs and references", async () => {
    vi.resetModules();
    const other: typeof core = await import("./index.ts");
    expect(other.NotFoundError).not.toBe(NotFoundError);
    const error = new other.NotFoundError("m");
    expect(error).not.toBeInstanceOf(GraphoidError);
    expect(isGraphoidError(error, "NOT_FOUND")).toBe(true);
    expect(other.isGraphoidError(new NotFoundError("m"))).toBe(true);

    const [mine, theirs] = [new Graph(), new other.Graph()];
    for (const graph of [mine, theirs]) {
      graph.addNode("a", [1]);
      graph.addEdge("a", "a");
    }
    expect(isGraph(theirs) && other.isGraph(mine)).toBe(true);
    expect(equals(mine, theirs)).toBe(true);
    expect(core.hashValue(theirs)).toBe(core.hashValue(mine));
    expect(core.cloneValue(theirs)).toBeInstanceOf(other.Graph);
    expect(other.isRef({ [refBrand]: true })).toBe(true);
    expect(isRef({ [other.refBrand]: true })).toBe(true);
    expect(other.valueCodec).toBe(core.valueCodec);
  });
});
