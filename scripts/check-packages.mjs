// Packs every public package and lets publint and Are the Types Wrong look at the tarballs: run `pnpm build` first.

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { packAll } from "./pack.mjs";

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

/** What is wrong with a package, or nothing. @param {import("./pack.mjs").Packed} packed */
async function check({ filename, paths }) {
  const faults = ["README.md", "dist/index.js", "dist/index.d.ts"]
    .filter((path) => !paths.includes(path))
    .map((path) => `${path} is missing from the tarball`);
  const tests = paths.filter((path) => /\.test\.|^test\/|^bench\//.test(path));
  if (tests.length > 0) faults.push(`tests must not be published: ${tests.join(", ")}`);
  faults.push(await attempt(["publint", "run", filename, "--strict"]));
  faults.push(await attempt(["attw", filename, "--profile", "esm-only", "--no-emoji"]));
  return faults.filter((fault) => fault !== "");
}

const destination = await mkdtemp(join(tmpdir(), "graphoid-packages-"));
try {
  const queue = await packAll(destination);
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const faults = await check(next);
      console.log(`${faults.length === 0 ? "ok  " : "FAIL"} ${next.name}`);
      for (const fault of faults) console.log(fault.replace(/^/gm, "     "));
      if (faults.length > 0) process.exitCode = 1;
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
} finally {
  await rm(destination, { recursive: true, force: true });
}
