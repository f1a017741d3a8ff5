import type { TestResult } from "./vitest.ts";

let waiting: TestResult[] = [];

/** Tells the script that started all this; `undefined` when all is done. */
export async function report(result: TestResult | undefined): Promise<void> {
  if (typeof document === "undefined") {
    if (result) console.log(`RESULT ${JSON.stringify(result)}`);
    return;
  }
  if (result) waiting.push(result);
  if (result && waiting.length < 200) return;
  const body = JSON.stringify({ results: waiting, done: result === undefined });
  waiting = [];
  await fetch("/results", { method: "POST", body });
}
