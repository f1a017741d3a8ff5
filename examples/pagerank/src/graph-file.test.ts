import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Graph } from "@graphoid/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadGraphFile } from "./graph-file.ts";
import type { ReadProgress } from "./text-lines.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "graph-file-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function load(name: string, content: string | Uint8Array): Promise<Graph> {
  return loadGraphFile(await write(name, content));
}

/** Loads, and returns the fault, the line and the message without the path. */
async function fault(
  name: string,
  content: string | Uint8Array,
): Promise<readonly [string, number | undefined, string]> {
  const path = await write(name, content);
  return faultOf(path);
}

async function faultOf(path: string): Promise<readonly [string, number | undefined, string]> {
  const error = await loadGraphFile(path).then(
    () => expect.unreachable("it was loaded"),
    (error) => error,
  );
  expect(error).toMatchObject({ name: "GraphFileError", code: "GRAPH_FILE", details: { path } });
  const { fault, line } = error.details;
  const where = line === undefined ? `${path}: ` : `${path}:${line}: `;
  expect(error.message.startsWith(where)).toBe(true);
  return [fault, line, error.message.slice(where.length)];
}

describe("edge lists", () => {
  const text = "# comment\n% comment\n\na b\nb\tc\t2.5\n  c   a  FRIEND  \na b\n";

  test("two or three columns, comments, blanks, weights and labels", async () => {
    const graph = await load("list.txt", text);
    expect(graph.type).toBe("directed");
    expect(graph.nodes()).toEqual(["a", "b", "c"]);
    expect(graph.edges()).toEqual([
      { from: "a", to: "b", label: "edge" },
      { from: "b", to: "c", label: "edge", weight: 2.5 },
      { from: "c", to: "a", label: "FRIEND" },
    ]);
  });

  test("CRLF line ends, a byte order mark, no line end at the end", async () => {
    const graph = await load("crlf.txt", `\ufeff${text.trimEnd().replaceAll("\n", "\r\n")}`);
    expect(graph.edges()).toEqual((await load("lf.txt", text)).edges());
  });

  test("gzip is told from the content, not the name", async () => {
    const plain = await load("plain.txt.gz", text);
    const zipped = await load("zipped.txt", gzipSync(text));
    expect(zipped.edges()).toEqual(plain.edges());
    const two = await load("two.gz", Buffer.concat([gzipSync("a b\nb "), gzipSync("c\n")]));
    expect(two.edges().map((edge) => edge.to)).toEqual(["b", "c"]);
  });

  test.each([
    ["-1", -1],
    ["+2.", 2],
    [".5e1", 5],
    ["0", 0],
  ])("the third column %s is a weight", async (third, weight) => {
    expect((await load("weight.txt", `a b ${third}`)).getEdge("a", "b")?.weight).toBe(weight);
  });

  test.each(["x", "1x", "NaN", "Infinity", "1e999", "0x10", ".", "-", "1,5"])(
    "the third column %s is a label",
    async (label) => {
      expect((await load("label.txt", `a b ${label}`)).hasEdge("a", "b", label)).toBe(true);
    },
  );

  test("a repeated line adds no edge; the last weight stands; self loops are kept", async () => {
    const graph = await load("twice.txt", "a b 1\na b 2\na a\n");
    expect(graph.edges()).toEqual([
      { from: "a", to: "b", label: "edge", weight: 2 },
      { from: "a", to: "a", label: "edge" },
    ]);
  });

  test("ids that are names of an object's own", async () => {
    expect((await load("proto.txt", "__proto__ constructor")).nodes()).toEqual(["__proto__", "constructor"]);
  });

  test("lines with too few or too many columns", async () => {
    const message = "expected two or three columns (from, to, weight or label), got";
    expect(await fault("one.txt", "a b\r\n\r\nc\r\n")).toEqual(["syntax", 3, `${message} 1`]);
    expect(await fault("five.txt", "a b c d e")).toEqual(["syntax", 1, `${message} 5`]);
  });

  test("whatever the pieces are that the file comes in, the graph is the same", async () => {
    // Longer than one piece, with characters of all lengths at every offset.
    const lines = Array.from({ length: 30_000 }, (_, i) => `n${i % 97} é${"日".repeat(i % 3)}😀${i % 101}`);
    const graph = await load("long.txt", lines.join("\n"));
    const expected = new Graph();
    for (const line of lines) {
      const [from, to] = line.split(" ") as [string, string];
      for (const id of [from, to]) expected.addNode(id);
      expected.addEdge(from, to);
    }
    expect(graph.edges()).toEqual(expected.edges());
  });

  test("one line longer than a piece", async () => {
    const id = "x".repeat(300_000);
    expect((await load("wide.txt", `a b\na ${id}\n`)).nodes()).toEqual(["a", "b", id]);
  });
});

describe("METIS", () => {
  test("the example of the manual, without and with weights", async () => {
    const plain = await load("plain.graph", "% Figure 2\n7 11\n5 3 2\n1 3 4\n5 4 2 1\n2 3 6 7\n1 3 6\n5 4 7\n6 4\n");
    expect(plain.type).toBe("undirected");
    expect(plain.nodes()).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
    expect(plain.edgeCount).toBe(11);
    expect(plain.neighbors("1").sort()).toEqual(["2", "3", "5"]);
    expect(plain.getEdge("7", "6")).toEqual({ from: "6", to: "7", label: "edge" });

    const weighted = await load(
      "weighted.graph.gz",
      gzipSync("3 2 011 2\n1 2 2 7\n% a comment\n3 4 1 7 3 8\n5 6 2 8\n"),
    );
    expect(weighted.edges()).toEqual([
      { from: "1", to: "2", label: "edge", weight: 7 },
      { from: "2", to: "3", label: "edge", weight: 8 },
    ]);
    expect(weighted.nodeRecord("2")?.properties).toEqual({ weights: [3, 4] });
  });

  test("vertex sizes and single vertex weights", async () => {
    const graph = await load("sizes.metis", "2 1 110\n5 0 2\n6 9 1\n");
    expect(graph.nodeRecord("1")?.properties).toEqual({ size: 5, weight: 0 });
    expect(graph.getEdge("1", "2")).toEqual({ from: "1", to: "2", label: "edge" });
  });

  test("a blank line is a vertex without neighbours; blank lines after the last are nothing", async () => {
    const graph = await load("blank.graph", "4 1\n\n3\n2\n\n\n\n");
    expect(graph.nodeCount).toBe(4);
    expect(graph.edges()).toEqual([{ from: "2", to: "3", label: "edge" }]);
    expect((await load("edgeless.graph", "2 0\n\n\n")).nodeCount).toBe(2);
  });

  test.each([
    ["3 x\n", 1, 'expected the number of edges, an integer >= 0, got "x"'],
    ["3\n", 1, "expected a METIS header (vertices, edges, format, weights per vertex), got 1 numbers"],
    ["1 2 3 4 5\n", 1, "expected a METIS header (vertices, edges, format, weights per vertex), got 5 numbers"],
    ["0 0\n", 1, 'expected the number of vertices, an integer from 1 to 4294967294, got "0"'],
    ["9999999999 1\n", 1, "expected the number of vertices"],
    ["2 1 12\n", 1, "expected a format of up to three digits 0 or 1, got 12"],
    ["2 1 1 1\n", 1, "weights per vertex are given, but format 001 has none"],
    ["2 1 10 0\n", 1, 'expected the weights per vertex, an integer from 1 to 1000, got "0"'],
    ["% c\n3 1\n2\n1\n", 2, "the header announces 3 vertices, and the file lists 2"],
    ["4000000000 1\n2\n1\n", 1, "the header announces 4000000000 vertices, and the file lists 2"],
    ["2 1\n2\n1\n1\n", 4, "the header announces 2 vertices, and this is a line more"],
    ["2 2\n2\n1\n", 1, "the header announces 2 edges, and the vertices list 1"],
    ["2 1\n3\n1\n", 2, 'expected a neighbour, an integer from 1 to 2, got "3"'],
    ["2 1\n2\n0\n", 3, 'expected a neighbour, an integer from 1 to 2, got "0"'],
    ["2 1\n2\n1.5\n", 3, "expected a neighbour"],
    ["2 1\n1 2\n1\n", 2, "vertex 1 lists itself; METIS graphs have no self loops"],
    ["2 2\n2 2\n1 1\n", 2, "vertex 1 lists 2 twice"],
    ["3 2\n2 3\n1\n\n", 2, "vertex 1 lists 3, but 3 does not list 1"],
    ["3 2\n2\n1\n1\n", 4, "vertex 3 lists 1, but 1 does not list 3"],
    ["2 1 1\n2 5\n1 6\n", 3, "the edge between 2 and 1 has two weights"],
    ["2 1 1\n2\n1 6\n", 2, "expected the weight of the edge to 2, and the line ends"],
    ["2 1 1\n2 0\n1 0\n", 2, 'expected the weight of the edge to 2, an integer >= 1, got "0"'],
    ["2 1 10\n\n1 1\n", 2, "expected a weight of the vertex, and the line ends"],
    ["2 1 10\n-1 2\n1 1\n", 2, 'expected a weight of the vertex, an integer >= 0, got "-1"'],
    ["2 1 100\nx\n1 1\n", 2, "expected the size of the vertex"],
  ])("refuses %j", async (text, line, message) => {
    const found = await fault("bad.graph", text);
    expect(found).toEqual(["syntax", line, expect.stringContaining(message)]);
  });

  test("reads back any undirected simple graph", async () => {
    const size = fc.integer({ min: 1, max: 12 });
    const pairs = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 9 })));
    await fc.assert(
      fc.asyncProperty(size, pairs, async (vertices, entries) => {
        const edges = new Map<string, number>();
        for (const [a, b, weight] of entries) {
          const [low, high] = [a % vertices, b % vertices].sort((x, y) => x - y) as [number, number];
          if (low !== high) edges.set(`${low + 1} ${high + 1}`, weight);
        }
        const lines = Array.from({ length: vertices }, () => [] as string[]);
        for (const [ends, weight] of edges) {
          const [low, high] = ends.split(" ").map(Number) as [number, number];
          lines[low - 1]!.push(`${high} ${weight}`);
          lines[high - 1]!.unshift(`${low} ${weight}`);
        }
        const text = [`${vertices} ${edges.size} 1`, ...lines.map((line) => line.join(" "))].join("\n");
        const graph = await load("round.graph", `${text}\n`);
        expect(graph.nodeCount).toBe(vertices);
        expect(new Map(graph.edges().map(({ from, to, weight }) => [`${from} ${to}`, weight]))).toEqual(edges);
      }),
      { numRuns: 50 },
    );
  });
});

describe("files that hold no graph", () => {
  test("missing, a folder, empty, only comments", async () => {
    expect(await faultOf(join(folder, "nowhere.txt"))).toEqual(["missing", undefined, "there is no such file"]);
    expect(await faultOf(folder)).toEqual(["unreadable", undefined, "this is not a regular file"]);
    expect(await fault("empty.txt", "")).toEqual(["empty", undefined, "the file is empty"]);
    expect(await fault("comments.txt", "# nothing\n")).toEqual(["empty", undefined, "the file holds no graph"]);
    expect(await fault("comments.graph", "% nothing\n")).toEqual(["empty", undefined, "the file holds no graph"]);
    expect(await fault("empty.gz", gzipSync(""))).toEqual(["empty", undefined, "the file holds no graph"]);
  });

  test("truncated gzip", async () => {
    const whole = gzipSync(Array.from({ length: 50_000 }, (_, i) => `a${i} b${i % 1000}\n`).join(""));
    for (const length of [2, 10, 100, whole.length >> 1, whole.length - 8, whole.length - 1]) {
      const [kind, line, message] = await fault("cut.gz", whole.subarray(0, length));
      expect([kind, line]).toEqual(["truncated", undefined]);
      expect(message).toMatch(/^the gzip data end too early, after line \d+$/);
    }
  });

  test("damaged gzip", async () => {
    const whole = gzipSync(Array.from({ length: 5000 }, (_, i) => `a${i} b${i % 1000}\n`).join(""));
    for (const at of [2, whole.length >> 1, whole.length - 5]) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 0xff;
      // What the damage decompresses to may also be refused before the checksum is reached.
      expect((await fault("damaged.gz", damaged))[0]).toMatch(/^(corrupt|binary|syntax)$/);
    }
  });

  test("binary", async () => {
    expect(await fault("nul.txt", "a b\nb c\0d\n")).toEqual(["binary", 2, "the file is binary, not text"]);
    expect(await fault("nul.gz", gzipSync("a b\n\0"))).toEqual(["binary", 2, "the file is binary, not text"]);
    const latin1 = Buffer.from("a b\nfran\u00e7ois b\nc d\n", "latin1");
    expect(await fault("latin1.txt", latin1)).toEqual(["binary", 2, "the text is not UTF-8"]);
    expect(await fault("half.txt", Buffer.from("a b\nc 😀").subarray(0, -1))).toEqual([
      "binary",
      2,
      "the text is not UTF-8",
    ]);
  });

  test("any bytes at all load or give a GraphFileError", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.boolean(), async (bytes, zipped) => {
        const path = await write("any.graph", zipped ? gzipSync(bytes) : bytes);
        const outcome = await loadGraphFile(path).catch((error) => error.code);
        expect(outcome instanceof Graph ? "GRAPH_FILE" : outcome).toBe("GRAPH_FILE");
      }),
      { numRuns: 100 },
    );
  });
});

test("progress grows up to the size of the file", async () => {
  const content = gzipSync(Array.from({ length: 60_000 }, (_, i) => `${Math.imul(i, 0x9e3779b1)} b${i}\n`).join(""));
  const path = await write("progress.gz", content);
  const steps: ReadProgress[] = [];
  await loadGraphFile(path, { onProgress: (progress) => void steps.push(progress) });
  expect(steps.length).toBeGreaterThan(1);
  expect(steps.every((step, i) => step.totalBytes === content.length && step.bytes > (steps[i - 1]?.bytes ?? 0))).toBe(
    true,
  );
  expect(steps.at(-1)?.bytes).toBe(content.length);
});

test("what the progress callback throws ends the loading", async () => {
  const path = await write("stop.gz", gzipSync("a b\n"));
  const stop = new Error("stop");
  const loading = loadGraphFile(path, {
    onProgress: () => {
      throw stop;
    },
  });
  await expect(loading).rejects.toBe(stop);
});
