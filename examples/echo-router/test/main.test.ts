import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { isRunning, runProgram } from "../../../scripts/testing/program.ts";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

it("three processes hear from a fourth what they said", async () => {
  const { code, out, err } = await runProgram(MAIN);
  expect(err).toBe("");
  expect(code).toBe(0);
  const processes = [...out.matchAll(/^(\S+): process (\d+)$/gm)];
  expect(processes.map(([, name]) => name)).toEqual(["server", "node_a", "node_b", "node_c"]);
  for (const [, , pid] of processes) expect(isRunning(Number(pid))).toBe(false);
  for (const name of ["node_a", "node_b", "node_c"]) {
    const heard = out.split("\n").filter((line) => line.startsWith(`${name} heard`));
    expect(heard).toEqual([
      `${name} heard hello from ${name}`,
      `${name} heard { list: [ 1, 2n, null ], when: 1970-01-01T00:00:00.000Z }`,
      `${name} heard Set(2) { 'a', 'b' }`,
    ]);
  }
});
