import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { isRunning, runProgram } from "../../../scripts/testing/program.ts";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

it("the packages of Debian over three processes: one is asked, and every row is that of the whole graph", async () => {
  const { code, out, err } = await runProgram(MAIN);
  expect(err).toBe("");
  expect(code).toBe(0);
  const pids = [...out.matchAll(/^part_\d \(process (\d+)\) holds/gm)].map(([, pid]) => Number(pid));
  expect(new Set(pids).size).toBe(3);
  for (const pid of pids) expect(isRunning(pid)).toBe(false);
  const rows = [...out.matchAll(/: (\d+) rows, as on the whole graph$/gm)].map(([, count]) => Number(count));
  expect(rows).toHaveLength(4);
  expect(Math.min(...rows)).toBeGreaterThan(0);
  // Only what can match travels: a small part of 63,436 nodes.
  for (const [, nodes] of out.matchAll(/fetched (\d+) nodes/g)) expect(Number(nodes)).toBeLessThan(10_000);
}, 120_000);
