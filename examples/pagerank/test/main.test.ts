import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { isRunning, type Outcome, runProgram } from "../../../scripts/testing/program.ts";

/** The main job as a person runs it: the built program in a process of its own. */

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "pagerank-"));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (args: readonly string[], onOutput?: (out: string) => void): Promise<Outcome> =>
  runProgram(MAIN, args, onOutput);

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The process ids of the workers, as the program printed them. */
function workers(out: string): number[] {
  return [...out.matchAll(/process (\d+), listening/g)].map((match) => Number(match[1]));
}

/** A ring with chords: every partition has neighbours in every other one. */
function ring(nodes: number): string {
  const lines = ["# a ring with chords"];
  for (let i = 0; i < nodes; i++) lines.push(`n${i} n${(i + 1) % nodes}`, `n${i} n${(i * 7) % nodes}`);
  return `${lines.join("\n")}\n`;
}

describe("the main job", () => {
  it("computes an edge list in a compressed file over three workers, and agrees with one process", async () => {
    const { code, out, err } = await run(["--graph", file("ring.txt.gz", gzipSync(ring(500))), "--partitions", "3"]);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(workers(out)).toHaveLength(3);
    for (const pid of workers(out)) expect(isRunning(pid)).toBe(false);
    expect(out).toMatch(/largest difference of a rank: \d/);
    expect(out).toMatch(/Between the workers: [\d,]+ messages/);
    const picture = /^Picture: (.+)$/m.exec(out)?.[1] as string;
    expect(readFileSync(picture, "utf8")).toContain("<svg");
  });

  it("takes METIS files, ranges, and more partitions than nodes", async () => {
    const path = file("path.graph", "3 2\n2\n1 3\n2\n");
    const { code, out, err } = await run(["--graph", path, "--strategy", "range", "--partitions", "5"]);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out).toContain("3 nodes, 2 edges, undirected");
  });

  it.each([
    ["a file that is not there", ["--graph", join(folder, "missing.txt")], /missing\.txt/],
    [
      "a file that is no graph",
      ["--graph", file("bad.txt", "a b\nlonely\n")],
      /bad\.txt:2: expected two or three columns/,
    ],
    [
      "an unknown strategy",
      ["--strategy", "magic"],
      /--strategy: expected dbh or .* or range or rendezvous, got "magic"/,
    ],
    ["an unknown option", ["--graf", "x"], /--graf/],
  ])("ends with one clear error for %s", async (_, args, message) => {
    const { code, err } = await run(args);
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it("says what it takes", async () => {
    const { code, out } = await run(["--help"]);
    expect(code).toBe(0);
    expect(out).toContain("--partitions N");
  });

  it("ends with one clear error, and no orphans, when a worker is killed", async () => {
    let killed = 0;
    const { code, out, err } = await run(["--graph", file("large.txt", ring(20_000)), "--partitions", "3"], (out) => {
      const pids = workers(out);
      if (killed === 0 && pids.length === 3) {
        killed = pids[1] as number;
        process.kill(killed, "SIGKILL");
      }
    });
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(`error: worker_\\d \\(process ${killed}\\) was killed by SIGKILL`));
    for (const pid of workers(out)) expect(isRunning(pid)).toBe(false);
  });

  it("leaves no worker behind when it is killed itself", async () => {
    const pids = await new Promise<number[]>((resolve) => {
      const child = spawn(process.execPath, [MAIN, "--graph", file("large2.txt", ring(20_000)), "--partitions", "3"]);
      let out = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        out += text;
        if (workers(out).length === 3) child.kill("SIGKILL");
      });
      child.once("close", () => resolve(workers(out)));
    });
    expect(pids.length).toBe(3);
    await expect.poll(() => pids.filter(isRunning), { timeout: 10_000 }).toEqual([]);
  });
});
