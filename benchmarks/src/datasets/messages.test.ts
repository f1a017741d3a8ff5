import { pack } from "msgpackr";
import { describe, expect, it } from "vitest";
import { messages } from "./messages.ts";

describe("messages", () => {
  it.each([
    ["100 B", 100],
    ["1 kB", 1000],
  ] as const)("are about %s, differ, and are the same every time", (size, bytes) => {
    const parameters = { size, count: 400, seed: 1 };
    const made = messages(parameters);
    const mean = made.reduce((sum, message) => sum + pack(message).length, 0) / made.length;
    expect(mean).toBeGreaterThan(bytes * 0.85);
    expect(mean).toBeLessThan(bytes * 1.15);
    expect(new Set(made.map((message) => JSON.stringify(message))).size).toBe(400);
    expect(new Set(made.map(({ payload }) => Object.keys(payload).join())).size).toBe(4);
    expect(messages(parameters)).toEqual(made);
  });
});
