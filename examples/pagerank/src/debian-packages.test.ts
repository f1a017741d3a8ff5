import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadDebianPackages } from "./debian-packages.ts";

describe("the packages shipped", () => {
  test("are 63,436 nodes with properties and 276,513 labelled edges", async () => {
    const graph = await loadDebianPackages();
    expect([graph.type, graph.nodeCount, graph.edgeCount]).toEqual(["directed", 63_436, 276_513]);
    expect(graph.nodeRecord("0ad")).toEqual({
      id: "0ad",
      value: null,
      type: "Package",
      properties: { section: "games", priority: "optional", version: "0.0.26-3", installedKiB: 28_591 },
    });
    expect(graph.hasEdge("0ad", "dpkg", "Pre-Depends")).toBe(true);
    expect(graph.degree("libc6", { direction: "in" })).toBeGreaterThan(20_000);
    const labels = new Map<string, number>();
    graph.forEachEdge((_from, _to, label) => void labels.set(label, (labels.get(label) ?? 0) + 1));
    expect(Object.fromEntries(labels)).toEqual({ "Pre-Depends": 965, Depends: 246_748, Recommends: 28_800 });
  });

  test("126 of them have no installed size", async () => {
    const graph = await loadDebianPackages();
    let without = 0;
    for (const id of graph.nodes()) if (graph.nodeRecord(id)?.properties["installedKiB"] === undefined) without++;
    expect(without).toBe(126);
  });
});

describe("damaged files", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "debian-packages-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const nodes = "id\tsection\tpriority\tversion\tinstalledKiB\na\tx\ty\t1\t5\nb\tx\ty\t1\t\n";
  const edges = "from\tto\tlabel\na\tb\tDepends\n";

  async function load(nodesText: string, edgesText: string) {
    await writeFile(join(directory, "debian-packages.nodes.tsv.gz"), gzipSync(nodesText));
    await writeFile(join(directory, "debian-packages.edges.tsv.gz"), gzipSync(edgesText));
    return loadDebianPackages({ directory });
  }

  test("whole ones load", async () => {
    const graph = await load(nodes, edges);
    expect(graph.nodeRecord("b")?.properties).toEqual({ section: "x", priority: "y", version: "1" });
    expect(graph.edges()).toEqual([{ from: "a", to: "b", label: "Depends" }]);
  });

  test.each([
    ["id\tname\n", edges, "nodes.tsv.gz:1: expected the columns id, section, priority, version, installedKiB"],
    [`${nodes}c\tx\n`, edges, "nodes.tsv.gz:4: expected 5 columns, got 2"],
    [nodes.replace("\t5\n", "\tmuch\n"), edges, "nodes.tsv.gz:2: expected an installed size, got much"],
    [nodes, `${edges}a\tz\tDepends\n`, 'edges.tsv.gz:3: there is no package "z"'],
    [nodes, `${edges}z\ta\tDepends\n`, 'edges.tsv.gz:3: there is no package "z"'],
    [nodes, `${edges}a\tb\n`, "edges.tsv.gz:3: expected 3 columns, got 2"],
  ])("%#", async (nodesText, edgesText, message) => {
    await expect(load(nodesText, edgesText)).rejects.toThrow(message);
  });
});
