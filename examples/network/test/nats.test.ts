import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasNatsServer, type NatsServer, startNats } from "../../../scripts/testing/nats-server.ts";
import { type Outcome, runProgram } from "../../../scripts/testing/program.ts";

const folder = mkdtempSync(join(tmpdir(), "examples-nats-"));
const edges = join(folder, "edges.txt");
const lines = Array.from({ length: 200 }, (_, i) => `n${i} n${(i * 7 + 1) % 200}\nn${i} n${(i * 3 + 2) % 200}`);
writeFileSync(edges, `${lines.join("\n")}\n`);
afterAll(() => rmSync(folder, { recursive: true }));

const main = (example: string): string => fileURLToPath(new URL(`../../${example}/dist/main.js`, import.meta.url));

const ACTORS =
  /done, \d+ refused; 6 actors moved\n.*1200 of 1200.*\njournal: every transfer whole, as the accounts say, never/;
const PAGERANK = /listening at NATS\n(.*\n)+.*difference of a rank: \d.*\n(.*\n)+.*NATS +connected(.*\n)+Picture: /;

describe.skipIf(!hasNatsServer)("over NATS", { timeout: 120_000 }, () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNats({ jetstream: true });
  }, 120_000);
  afterAll(() => server[Symbol.asyncDispose]());

  it.each([
    ["echo-router", [], /(.*\n)+node_\w heard Set\(2\) { 'a', 'b' }\n/],
    ["simple-hash-router", [], /(user_\d+ at node_\d greets node_\d\n){36}$/],
    ["hash-partitioning", [], /^in all: 34 of 34 nodes, 78 of 78 edges$/m],
    ["crdt", [], /^cut: 2 states, one in each half\nhealed: all replicas have equal bytes.*\nvisits 800 of 800/m],
    ["map-reduce", [], /^11127 different words, counted as in one process$/m],
    ["parameter-server", [], /(\n.*\nstaleness \d: loss 0\.35032.* after 900 pushes, .*){2}$/m],
    ["federated-query", ["electronics"], /(.*: \d+ rows, as on the whole graph\n(part_1 .*\n)?){4}/],
    ["pregel", [edges], /(.*: [1-9].* equal to the last bit\n){3}/],
    ["pagerank", ["--graph", edges, "--partitions", "2"], PAGERANK],
    ["actors", [], ACTORS],
    ["actors", ["--delivery", "at-least-once"], ACTORS],
  ])("%s %j", async (example, args, result) => {
    const network = ["--router", "nats", "--servers", new URL(server.url).host];
    const { code, out, err } = await runProgram(main(example), [...args, ...network], undefined, folder);
    expect(err).toBe("");
    expect(out).toMatch(result);
    expect(code).toBe(0);
  });
});

it("says in one line that no server can be reached", async () => {
  const args = ["--router", "nats", "--servers", "127.0.0.1:1", "--graph", edges];
  const { code, err } = await runProgram(main("pagerank"), args, undefined, folder);
  expect(err).toMatch(/^\nerror: .*no connection to NATS at 127\.0\.0\.1:1.*\n$/);
  expect(code).toBe(1);
});

it("over TCP, nothing of NATS is loaded", async () => {
  // Hooks of the module loader, which processes that are started take over as an option of Node.
  const hooks = `export const resolve = (name, context, next) => {
    if (/^@nats-io|^@graphoid.nats/.test(name)) throw new Error("loads " + name);
    return next(name, context);
  };`;
  const module = (text: string): string => `data:text/javascript,${encodeURIComponent(text)}`;
  const register = module(`import { register } from "node:module"; register(${JSON.stringify(module(hooks))});`);
  const run = (args: string[]): Promise<Outcome> =>
    runProgram(main("pagerank"), ["--graph", edges, "--partitions", "1", ...args], undefined, folder, {
      NODE_OPTIONS: `--import=${register}`,
    });
  const [tcp, nats] = await Promise.all([run([]), run(["--router", "nats"])]);
  expect(tcp).toMatchObject({ code: 0, err: "" });
  expect(nats.err).toContain("loads @graphoid/nats");
});
