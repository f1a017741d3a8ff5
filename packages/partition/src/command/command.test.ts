import { Graph } from "@graphoid/core";
import { expect, test } from "vitest";
import { type CommandSystem, runCommand } from "./command.ts";

const METIS = "% two triangles and a bridge\n6 7\n2 3\n1 3\n1 2 4\n3 5 6\n4 6\n4 5\n";

/** Runs the command on files in memory. */
async function run(args: string, files: Record<string, string | Uint8Array> = {}, decoded?: unknown) {
  const written = new Map<string, string>();
  let output = "";
  let errors = "";
  const steps: number[] = [];
  const system: CommandSystem = {
    async read(file) {
      const content = files[file];
      if (content === undefined) throw new Error(`no file ${file}`);
      return typeof content === "string" ? new TextEncoder().encode(content) : content;
    },
    write: async (file, text) => void written.set(file, text),
    decode: async () => decoded,
    print: (text) => {
      output += text;
    },
    printError: (text) => {
      errors += text;
    },
    progress: (done) => steps.push(done),
  };
  const code = await runCommand(args.split(" "), system);
  return { code, written, output, errors, steps };
}

test("cuts a METIS file and writes a part file beside it", async () => {
  const { code, written, output, steps } = await run("g.graph -k 2 --epsilon 0", { "g.graph": METIS });
  expect(code).toBe(0);
  const parts = written.get("g.graph.part.2")?.split("\n");
  expect(parts).toHaveLength(7);
  expect(new Set(parts?.slice(0, 3)).size).toBe(1);
  expect(new Set(parts?.slice(3, 6)).size).toBe(1);
  expect(parts?.[0]).not.toBe(parts?.[3]);
  expect(output).toBe("");
  expect(steps.at(-1)).toBe(1);
});

test("reads weights of nodes and edges from METIS files", async () => {
  const weighted = "4 3 011\n3 2 1\n1 1 1 3 9\n1 2 9 4 1\n1 3 1\n";
  const { written } = await run("g.metis -k 2 --out parts --ids", { "g.metis": weighted });
  const parts = Object.fromEntries(
    (written.get("parts") ?? "")
      .trim()
      .split("\n")
      .map((line) => line.split("\t")),
  );
  // Node 1 weighs as much as all the others.
  expect([parts["2"], parts["3"], parts["4"]]).toEqual(Array(3).fill(parts["1"] === "0" ? "1" : "0"));
});

test("reads lists of edges and prints ids, a report and pictures", async () => {
  const list = "# a comment\na b\nb,c 2.5\nc\ta\nd e\n\ne f\nf d\nc d 0.5\r\n";
  const args = "list.txt -k 2 --ids --out - --report --svg p.svg --html p.html --epsilon=0 --preset strong";
  const { code, written, output } = await run(args, { "list.txt": list });
  expect(code).toBe(0);
  expect(written.get("-")).toMatch(/^a\t(\d)\nb\t\1\nc\t\1\nd\t(\d)\ne\t\2\nf\t\2\n$/);
  expect(output).toContain("multilevel: partitions 2, nodes 6, edges 7");
  expect(output).toContain("cut 1 (14.3 %)");
  expect(written.get("p.svg")).toContain("<svg");
  expect(written.get("p.html")).toContain("<!doctype html>");
});

test("reads bytes of Graphoid", async () => {
  const graph = new Graph();
  graph.addNode("alice");
  const bytes = new Uint8Array([0xc1, 0x47, 0x44, 1]);
  const { written } = await run("g.bin -k 1 --ids", { "g.bin": bytes }, graph);
  expect(written.get("g.bin.part.1")).toBe("alice\t0\n");
  expect(await run("g.bin -k 1", { "g.bin": bytes }, "text")).toMatchObject({
    code: 1,
    errors: "graphoid-partition: g.bin holds a value that is no graph\n",
  });
});

test.each(["multilevel", "fennel", "ldg", "hash", "maglev", "rendezvous"])("runs %s", async (strategy) => {
  const { written } = await run(`- -k 3 --strategy ${strategy} --format metis`, { "-": METIS });
  expect(written.get("-")).toMatch(/^([012]\n){6}$/);
});

test.each(["hdrf", "dbh"])("%s places edges", async (strategy) => {
  const { written } = await run(`g.graph -k 3 --strategy ${strategy}`, { "g.graph": METIS });
  expect(written.get("g.graph.part.3")).toMatch(/^([012]\n){7}$/);
  const { written: withIds } = await run(`g.graph -k 3 --strategy ${strategy} --ids`, { "g.graph": METIS });
  expect(withIds.get("g.graph.part.3")).toMatch(/^1\t2\t[012]\n/);
});

test("an empty graph gives an empty file", async () => {
  expect((await run("g.graph -k 2", { "g.graph": "0 0\n" })).written.get("g.graph.part.2")).toBe("");
  expect((await run("list -k 2", { list: "" })).written.get("list.part.2")).toBe("");
});

test("prints help", async () => {
  expect(await run("--help")).toMatchObject({ code: 0, errors: "" });
  expect((await run("--help")).output).toContain("Usage: graphoid-partition FILE");
});

test.each([
  ["-k 2", "expected one file, got 0"],
  ["a b -k 2", "expected one file, got 2"],
  ["a", "how many partitions?"],
  ["a -k", "-k needs a value"],
  ["a -k two", "-k needs a number, not two"],
  ["a -k 2 --speed 9", "unknown option --speed"],
  ["a -k 2 -reset", "unknown option -reset"],
  ["a -k 2 --report=x", "unknown option --report"],
  ["a -k 2 --format gml", "--format must be metis, edges or graphoid, not gml"],
])("%s: %s", async (args, message) => {
  const { code, errors } = await run(args);
  expect(code).toBe(2);
  expect(errors).toContain(`graphoid-partition: ${message}`);
  expect(errors).toContain("Usage:");
});

test.each([
  ["g -k 0", "", "expected `partitions` to be an integer from 1 to 65536, got 0"],
  ["g -k 2 --strategy best", "", 'no strategy "best"'],
  ["g -k 2 --strategy hash --preset fast", "", 'unknown option "preset"'],
  ["nowhere -k 2", "", "no file nowhere"],
  ["g -k 2 --format metis", "x", "line 1 must hold the number of nodes"],
  ["g -k 2 --format metis", "3 1\n2\n1\n", "3 nodes are announced, and there are 2 lines"],
  ["g -k 2 --format metis", "2 1\n3\n1\n", "node 1 has a neighbour 3; there are nodes 1 to 2"],
  ["g -k 2 --format metis", "2 2\n2\n1\n", "2 edges are announced, and there are 1"],
  ["g -k 2", "a b\nc\n", "line 2 must name two nodes"],
  ["g -k 2", "a b -1\n", "line 1 has a weight that is no number >= 0: -1"],
])("%s of %j: %s", async (args, content, message) => {
  const { code, errors, written } = await run(args, { g: content });
  expect(code).toBe(1);
  expect(errors).toContain(message);
  expect(written.size).toBe(0);
});
