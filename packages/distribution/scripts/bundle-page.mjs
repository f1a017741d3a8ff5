// Makes the page of the inspector one file that needs nothing else: `dist/inspector/page.html`, and beside it the licences
// of the libraries in it. Part of the build.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "dist/inspector");

const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: ["page/main.ts"],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  write: false,
  metafile: true,
  legalComments: "none",
});
const template = await readFile(join(root, "page/page.html"), "utf8");
const style = await readFile(join(root, "page/page.css"), "utf8");
// By functions, as `$` in a replacement text has a meaning.
const html = template.replace("/* page.css */", () => style).replace("/* page.js */", () => outputFiles[0].text.trim());
await mkdir(out, { recursive: true });
await writeFile(join(out, "page.html"), html);

const packages = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
  if (name !== undefined) packages.add(join(root, input.slice(0, input.lastIndexOf(`${name}/`) + name.length)));
}
const licences = [];
for (const folder of [...packages].sort()) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const files = ["LICENSE", "LICENSE.txt", "LICENSE.md", "license"];
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8").catch(() => "")));
  licences.push(`${name} ${version} (${license})\n\n${texts.find((text) => text !== "") ?? ""}`.trim());
}
await mkdir(dirname(join(out, "licences.txt")), { recursive: true });
await writeFile(join(out, "licences.txt"), `${licences.join("\n\n----\n\n")}\n`);
