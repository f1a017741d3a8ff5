// What the tests use of vitest, with nothing of Node in it: `@vitest/expect` and `@vitest/spy` are vitest's own and run
// anywhere, the rest is a short runner. `scripts/test-platforms.mjs` puts it in the place of vitest.

import {
  ASYMMETRIC_MATCHERS_OBJECT,
  customMatchers,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect";
import { fn, restoreAllMocks, spyOn } from "@vitest/spy";
import * as chai from "chai";
import { needsNode } from "./needs-node.ts";

/** How one test went. */
export interface TestResult {
  readonly name: string;
  /** Absent when it passed. */
  readonly error?: string;
  /** What of Node it needs, when that is why it did not run to its end. */
  readonly needs?: string;
}

type Body = (...args: unknown[]) => unknown;

interface Suite {
  readonly name: string;
  readonly hooks: Body[];
  readonly entries: (Suite | { readonly name: string; readonly run: Body })[];
}

const TIMEOUT_MS = 60_000;
let suite: Suite = newSuite("");

function newSuite(name: string): Suite {
  return { name, hooks: [], entries: [] };
}

function addSuite(name: string, body: Body): void {
  const outer = suite;
  suite = newSuite(name);
  outer.entries.push(suite);
  body();
  suite = outer;
}

function addTest(name: string, run: Body): void {
  suite.entries.push({ name, run });
}

/** `describe` or `test` with `each`. */
function withEach(add: (name: string, body: Body) => void): ((name: string, body: Body) => void) & { each: unknown } {
  const each =
    (rows: readonly unknown[]) =>
    (name: string, body: Body): void => {
      rows.forEach((row, i) => {
        const args = Array.isArray(row) ? row : [row];
        add(titled(name, args, i), () => body(...args));
      });
    };
  return Object.assign((name: string, body: Body) => add(name, body), { each });
}

function titled(name: string, args: readonly unknown[], index: number): string {
  let at = 0;
  return name.replace(/%[sdiojf#]/g, (mark) => {
    if (mark === "%#") return String(index);
    const arg = args[at++];
    return typeof arg === "string" ? arg : typeof arg === "object" ? "…" : String(arg);
  });
}

export const describe = withEach(addSuite);
export const it = withEach(addTest);
export const test = withEach(addTest);
export const afterEach = (hook: Body): void => void suite.hooks.push(hook);

export const vi = { fn, restoreAllMocks, spyOn, resetModules: (): never => needsNode("a module loaded twice") };

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);
export const expect = Object.assign((value: unknown, message?: string) => chai.expect(value, message), chai.expect);
Object.assign(expect, (globalThis as unknown as Record<symbol, object>)[ASYMMETRIC_MATCHERS_OBJECT], customMatchers);
Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: expect, writable: true, configurable: true });
setState({ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null }, expect as never);

/** Loads each file and runs its tests, one after the other. */
export async function runFiles(
  files: Readonly<Record<string, () => Promise<unknown>>>,
  onResult: (result: TestResult) => void,
): Promise<void> {
  for (const [name, load] of Object.entries(files)) {
    suite = newSuite(name);
    const whole = suite;
    const loaded = await resultOf(name, load);
    if (loaded.error !== undefined || loaded.needs !== undefined) onResult(loaded);
    else await runSuite(whole, "", [], onResult);
  }
}

async function runSuite(
  { name, hooks, entries }: Suite,
  path: string,
  outer: readonly Body[],
  onResult: (result: TestResult) => void,
): Promise<void> {
  const here = path === "" ? name : `${path} > ${name}`;
  const after = [...hooks, ...outer];
  for (const entry of entries) {
    if ("entries" in entry) await runSuite(entry, here, after, onResult);
    else {
      onResult(
        await resultOf(`${here} > ${entry.name}`, async () => {
          try {
            await entry.run();
          } finally {
            for (const hook of after) await hook();
          }
        }),
      );
    }
  }
}

async function resultOf(name: string, run: () => unknown): Promise<TestResult> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no end after ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
    });
    await Promise.race([run(), late]);
    return { name };
  } catch (error) {
    const needs = needOf(error);
    if (needs !== undefined) return { name, needs };
    return { name, error: described(error) };
  } finally {
    clearTimeout(timer);
  }
}

function described(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\nbecause of ${described(error.cause)}`;
  return `${error.message}\n${error.stack}${cause}`;
}

/** What of Node was missing, when that is the reason. Property tests wrap it. */
function needOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return (error as { needsNode?: string }).needsNode ?? needOf(error.cause);
}
