import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { isRunning, runProgram } from "../../../scripts/testing/program.ts";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

it("four replicas become equal to the byte over links that lose, repeat and swap, and that are cut for a while", {
  timeout: 120_000,
}, async () => {
  const { code, out, err } = await runProgram(MAIN);
  expect(err).toBe("");
  expect(code).toBe(0);
  const pids = [...out.matchAll(/process (\d+)$/gm)].map(([, pid]) => Number(pid));
  expect(pids).toHaveLength(4);
  expect(pids.filter(isRunning)).toEqual([]);
  expect(out).toContain("linked: all replicas have equal bytes");
  expect(out).toContain("cut: 2 states, one in each half");
  expect(out).toMatch(/^healed: all replicas have equal bytes, \d+ of them$/m);
  expect(out).toMatch(/^visits 800 of 800, stock -?\d+, title \d+ of (north|south|east|west)$/m);
  const [, ...counts] = /messages: \d+ sent, (\d+) lost, (\d+) repeated, (\d+) cut off/.exec(out) ?? [];
  expect(counts).toHaveLength(3);
  for (const count of counts) expect(Number(count)).toBeGreaterThan(0);
});
