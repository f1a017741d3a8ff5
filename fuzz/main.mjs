// `pnpm fuzz <package> [--seconds N] [--seed S] [--runs N] [--replay FILE] [--no-coverage] [--grow]`: see README.md.
// The target of a package is what its `fuzz/target.ts` exports as `target`; it is bundled from the sources, so that any
// Node that the project supports can run it.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const [name, ...rest] = process.argv.slice(2);
const entry = `packages/${name}/fuzz/target.ts`;
if (!name || !existsSync(entry)) {
  console.error(
    "usage: pnpm fuzz <package> [--seconds N] [--seed S] [--runs N] [--replay FILE] [--no-coverage] [--grow]",
  );
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), "graphoid-fuzz-"));
try {
  const bundle = join(folder, "fuzz.mjs");
  await build({
    stdin: {
      contents: `import { main } from "./fuzz/command.ts"; import { target } from "./${entry}"; await main("${name}", target);`,
      resolveDir: resolve("."),
    },
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["@graphoid/source"],
    sourcemap: "inline",
    logLevel: "error",
  });
  const child = spawn(process.execPath, ["--enable-source-maps", bundle, ...rest], { stdio: "inherit" });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((done) => child.once("exit", (code) => done(code ?? 1)));
} finally {
  await rm(folder, { recursive: true, force: true });
}
