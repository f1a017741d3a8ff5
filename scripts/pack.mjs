import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * @typedef {object} Packed
 * @property {string} name
 * @property {string} filename The tarball.
 * @property {readonly string[]} paths The files in it.
 */

/**
 * Packs every public package exactly as it would be published: run `pnpm build` first. `pnpm pack` (unlike `npm pack`)
 * applies publishConfig and workspace versions.
 *
 * @param {string} destination @returns {Promise<Packed[]>}
 */
export async function packAll(destination) {
  /** @type {Packed[]} */
  const packed = [];
  for (const entry of await readdir("packages")) {
    const cwd = join("packages", entry);
    const { name, private: isPrivate } = JSON.parse(await readFile(join(cwd, "package.json"), "utf8"));
    if (isPrivate) continue;
    const { stdout } = await run("pnpm", ["pack", "--json", "--pack-destination", destination], { cwd });
    const { filename, files } = JSON.parse(stdout);
    const paths = files.map((/** @type {{ path: string }} */ file) => file.path);
    packed.push({ name, filename, paths });
  }
  return packed;
}
