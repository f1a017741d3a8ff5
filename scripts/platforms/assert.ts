// What the tests use of `node:assert/strict`, for browsers.

import { arrayBufferEquality, equals, iterableEquality, sparseArrayEquality } from "@vitest/expect";

function fail(message: string | undefined, what: string): never {
  throw new Error(message ?? what);
}

function ok(value: unknown, message?: string): void {
  if (!value) fail(message, `expected something true, got ${String(value)}`);
}

function equal(actual: unknown, expected: unknown, message?: string): void {
  if (!Object.is(actual, expected)) fail(message, `expected ${String(expected)}, got ${String(actual)}`);
}

function notEqual(actual: unknown, expected: unknown, message?: string): void {
  if (Object.is(actual, expected)) fail(message, `expected something other than ${String(expected)}`);
}

/** By prototype, as an object may have a field that is called `constructor`. */
function sameType(a: unknown, b: unknown): boolean | undefined {
  const areObjects = typeof a === "object" && typeof b === "object" && a !== null && b !== null;
  return areObjects && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b) ? false : undefined;
}

function deepEqual(actual: unknown, expected: unknown, message?: string): void {
  const testers = [iterableEquality, sameType, sparseArrayEquality, arrayBufferEquality];
  if (!equals(actual, expected, testers, true)) fail(message, `expected ${shown(expected)}, got ${shown(actual)}`);
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${part}n` : part))?.slice(0, 300);
}

function throws(run: () => unknown, expected?: RegExp | (new (...args: never[]) => Error)): void {
  try {
    run();
  } catch (error) {
    if (expected instanceof RegExp) ok(expected.test(String(error)), `expected ${expected}, got ${String(error)}`);
    else if (expected) ok(error instanceof expected, `expected ${expected.name}, got ${String(error)}`);
    return;
  }
  fail(undefined, "expected an error");
}

// biome-ignore lint/style/noDefaultExport: as Node's module has it.
export default Object.assign(ok, { ok, equal, notEqual, deepEqual, throws });
