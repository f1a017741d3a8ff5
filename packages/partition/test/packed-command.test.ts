// The command as users get it: from the tarballs, installed, run by Node. Needs a build.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const packages = join(import.meta.dirname, "..", "..");
let folder = "";
let command = "";

/** Packs a package and unpacks it where a program would find it. */
async function install(name: string): Promise<string> {
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: join(packages, name),
  });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const place = join(folder, "node_modules", "@graphoid", name);
  await mkdir(place, { recursive: true });
  await run("tar", ["-xzf", join(folder, filename), "--strip-components=1", "-C", place]);
  return place;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "graphoid-partition-"));
  const [place] = await Promise.all([install("partition"), install("core")]);
  const { bin } = JSON.parse(await readFile(join(place, "package.json"), "utf8")) as { bin: Record<string, string> };
  command = join(place, bin["graphoid-partition"] as string);
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test("cuts a compressed METIS file", async () => {
  const file = join(folder, "ring.graph.gz");
  const size = 100;
  const lines = Array.from({ length: size }, (_, i) => `${((i + size - 1) % size) + 1} ${((i + 1) % size) + 1}`);
  await writeFile(file, gzipSync(`${size} ${size}\n${lines.join("\n")}\n`));
  const { stdout } = await run(process.execPath, [command, file, "--strategy", "multilevel", "-k", "4", "--report"]);
  expect(stdout).toContain("cut 4 (4.0 %)");
  const parts = (await readFile(`${file}.part.4`, "utf8")).trimEnd().split("\n").map(Number);
  expect(parts).toHaveLength(size);
  for (const part of [0, 1, 2, 3]) expect(parts.filter((p) => p === part).length).toBeLessThanOrEqual(25 * 1.03);
});

test("says what is wrong, and what is missing", async () => {
  await expect(run(process.execPath, [command])).rejects.toMatchObject({ code: 2 });
  const file = join(folder, "graph.bin");
  await writeFile(file, new Uint8Array([0xc1, 0x47, 0x44]));
  await expect(run(process.execPath, [command, file, "-k", "2"])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("npm install @graphoid/serialize"),
  });
});

test("reads bytes of Graphoid once @graphoid/serialize is there", async () => {
  await install("serialize");
  const file = join(folder, "graph.bin");
  const script = `
    import { Graph } from "@graphoid/core";
    import { toBytes } from "@graphoid/serialize";
    import { writeFileSync } from "node:fs";
    const graph = new Graph();
    for (const id of ["ada", "bob", "cleo"]) graph.addNode(id);
    graph.addEdge("ada", "bob");
    writeFileSync(${JSON.stringify(file)}, toBytes(graph));`;
  await run(process.execPath, ["--input-type=module", "-e", script], { cwd: folder });
  const { stdout } = await run(process.execPath, [command, file, "-k", "3", "--ids", "--out", "-"]);
  expect(stdout).toMatch(/^ada\t\d\nbob\t\d\ncleo\t\d\n$/);
});
