import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { hasNatsServer, startNatsCluster } from "../../../scripts/testing/nats-server.ts";
import { runProgram } from "../../../scripts/testing/program.ts";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

it.skipIf(!hasNatsServer)(
  "the main job over a cluster of NATS survives the loss of one of three servers, and agrees with one process",
  { timeout: 180_000 },
  async () => {
    const servers = await startNatsCluster({ jetstream: true });
    const folder = mkdtempSync(join(tmpdir(), "pagerank-nats-"));
    try {
      const graph = join(folder, "ring.txt");
      const lines = Array.from({ length: 3_000 }, (_, i) => `n${i} n${(i + 1) % 3_000}\nn${i} n${(i * 7) % 3_000}`);
      writeFileSync(graph, `${lines.join("\n")}\n`);
      const urls = servers.map(({ url }) => url.replace("nats://", "")).join(",");
      const nats = ["--router", "nats", "--servers", urls, "--delivery", "at-least-once", "--replicas", "3"];
      let killed: Promise<void> | undefined;
      const { code, out, err } = await runProgram(MAIN, ["--graph", graph, "--partitions", "3", ...nats], (text) => {
        if (text.includes("Computing PageRank")) killed ??= servers[0]?.kill();
      });
      expect(killed).toBeDefined();
      await killed;
      expect(err).toBe("");
      expect(code).toBe(0);
      expect(out).toMatch(/largest difference of a rank: \d/);
    } finally {
      rmSync(folder, { recursive: true });
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    }
  },
);
