// Packs every public package exactly as it would be published and lets publint and Are the Types Wrong look at the
// tarballs: run `pnpm build` first. `pnpm pack` (unlike `npm pack`) applies publishConfig and workspace versions.

import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const jobs = 2;

/** @param {string[]} command */
async function attempt([file, ...args]) {
  try {
    await run(/** @type {string} */ (file), args);
    return "";
  } catch (error) {
    const { stdout = "", stderr = "", message } = /** @type {any} */ (error);
    return `${stdout}${stderr}`.trim() || message;
  }
}

/** What is wrong with a package, or nothing. @param {string} folder @param {string} name @param {string} destination */
async function check(folder, name, destination) {
  const { stdout } = await run("pnpm", ["pack", "--json", "--pack-destination", destination], { cwd: folder });
  const { filename, files } = JSON.parse(stdout);
  const paths = files.map((/** @type {{ path: string }} */ file) => file.path);
  const faults = ["README.md", "dist/index.js", "dist/index.d.ts"]
    .filter((path) => !paths.includes(path))
    .map((path) => `${path} is missing from the tarball`);
  const tests = paths.filter((/** @type {string} */ path) => /\.test\.|^test\/|^bench\//.test(path));
  if (tests.length > 0) faults.push(`tests must not be published: ${tests.join(", ")}`);
  faults.push(await attempt(["publint", "run", filename, "--strict"]));
  faults.push(await attempt(["attw", filename, "--profile", "esm-only", "--no-emoji"]));
  return { name, faults: faults.filter((fault) => fault !== "") };
}

const destination = await mkdtemp(join(tmpdir(), "graphoid-packages-"));
try {
  const queue = [];
  for (const entry of await readdir("packages")) {
    const folder = join("packages", entry);
    const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    if (!manifest.private) queue.push({ folder, name: manifest.name });
  }
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { name, faults } = await check(next.folder, next.name, destination);
      console.log(`${faults.length === 0 ? "ok  " : "FAIL"} ${name}`);
      for (const fault of faults) console.log(fault.replace(/^/gm, "     "));
      if (faults.length > 0) process.exitCode = 1;
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
} finally {
  await rm(destination, { recursive: true, force: true });
}
