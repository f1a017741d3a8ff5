import { describe, expect, it } from "vitest";
import { SymbolMaker } from "./symbols.ts";

const LIMIT = expect.objectContaining({ code: "LIMIT" });

describe("SymbolMaker", () => {
  it("makes registered symbols, and no more different ones than it may", () => {
    const symbols = new SymbolMaker(2, 100);
    expect(symbols.make("a")).toBe(Symbol.for("a"));
    expect(symbols.make("b")).toBe(Symbol.for("b"));
    expect(() => symbols.make("c")).toThrow(LIMIT);
    expect(symbols.make("a")).toBe(Symbol.for("a"));
  });

  it("counts the length of keys", () => {
    const symbols = new SymbolMaker(100, 10);
    symbols.make("x".repeat(10));
    symbols.make("x".repeat(10));
    expect(() => symbols.make("y")).toThrow(LIMIT);
  });
});
