import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { isRunning } from "../../../scripts/testing/program.ts";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "inspection-"));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The process ids of the workers, as the program printed them. */
function workers(out: string): number[] {
  return [...out.matchAll(/process (\d+), listening/g)].map((match) => Number(match[1]));
}

describe("the main job, looked at", () => {
  it("serves a page of the run with --inspect, which stays until the run is interrupted", async () => {
    const path = join(folder, "ring.txt");
    const lines = Array.from({ length: 200 }, (_, i) => `n${i} n${(i + 1) % 200}\nn${i} n${(i * 7) % 200}`);
    writeFileSync(path, `${lines.join("\n")}\n`);
    const args = ["--graph", path, "--partitions", "2", "--inspect"];
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    let out = "";
    const done = new Promise<void>((resolve) => {
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        out += text;
        if (out.includes("until Ctrl-C")) resolve();
      });
    });
    const ended = once(child, "exit");
    await done;
    expect(out).toContain("Picture: ");
    const url = new URL(/^Inspector: (.+)$/m.exec(out)?.[1] as string);
    const response = await fetch(`${url.origin}/events${url.search}`);
    let text = "";
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += new TextDecoder().decode(chunk);
      if (text.includes("\n\n")) break;
    }
    const state = JSON.parse(text.slice("data: ".length, text.indexOf("\n\n")));
    expect(state).toMatchObject({
      local: { id: "coordinator" },
      peers: [{ state: "connected" }, { state: "connected" }],
      partitions: [
        { id: 0, host: "worker_0" },
        { id: 1, host: "worker_1" },
      ],
    });
    const names = state.traces[0].steps.map(({ name }: { name: string }) => name);
    expect(names.sort()).toEqual(["gather", "gather", "scatter", "scatter"]);
    child.kill("SIGINT");
    expect(await ended).toEqual([130, null]);
    await expect.poll(() => workers(out).filter(isRunning), { timeout: 10_000 }).toEqual([]);
  }, 120_000);
});
