import { fileURLToPath } from "node:url";
import { hash } from "@graphoid/distribution";
import { expect, it } from "vitest";
import { isRunning, runProgram } from "../../../scripts/testing/program.ts";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

it("every message reaches the process that the hash of its target says, and its answer the one that asked", async () => {
  const { code, out, err } = await runProgram(MAIN);
  expect(err).toBe("");
  expect(code).toBe(0);
  const lines = out.trim().split("\n");
  const pids = lines.splice(0, 3).map((line) => Number(/^node_\d: process (\d+)$/.exec(line)?.[1]));
  for (const pid of pids) expect(isRunning(pid)).toBe(false);
  const expected = ["node_0", "node_1", "node_2"].flatMap((asker) =>
    Array.from({ length: 12 }, (_, i) => `user_${i} at node_${hash(`user_${i}`) % 3} greets ${asker}`),
  );
  expect(lines).toEqual(expected);
});
