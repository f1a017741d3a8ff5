import { expect, test } from "vitest";
import { registration } from "./registration.ts";

test("undoes once, by either name", () => {
  let undone = 0;
  const one = registration(() => undone++);
  one.dispose();
  one.dispose();
  one[Symbol.dispose]();
  expect(undone).toBe(1);
  {
    using _two = registration(() => undone++);
    expect(undone).toBe(1);
  }
  expect(undone).toBe(2);
});

test("works without its object, and does not run again when undoing throws or disposes", () => {
  let runs = 0;
  const { dispose } = registration(() => {
    runs++;
    dispose();
    throw new Error("undo");
  });
  expect(dispose).toThrow("undo");
  expect(dispose).not.toThrow();
  expect(runs).toBe(1);
});
