// Runs the tests of core and serialize where there is no Node: in Chromium, in Bun and in Deno. `pnpm test:platforms
// [chromium|bun|deno …]`. The tests are bundled from the sources; in the browser the few modules of Node that tests use
// are replaced by what is in `scripts/platforms`, and a test that needs more of Node is left out and counted. A platform
// that is not there is skipped with a warning, and with CI=true that is a failure.

import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { BROWSERS, runInBrowser } from "./platforms/browser.mjs";
import { BUN, DENO } from "./platforms/runtimes.mjs";

const TIMEOUT_MS = 600_000;
/** A platform on which fewer tests run than this share of all has a runner that is broken. */
const LEAST_SHARE = 0.95;
/** Only Node tells what is held in memory. */
const NODE_ONLY = ["compressed", "forbidden-compiling", "memory"].map(
  (name) => `packages/serialize/test/${name}.test.ts`,
);
const FOLDERS = ["packages/core/src", "packages/core/test", "packages/serialize/src", "packages/serialize/test"];
const shims = resolve("scripts/platforms");

/** @typedef {{ name: string, error?: string, needs?: string }} TestResult */

/** Files under a folder. @param {string} folder @param {RegExp} pattern @returns {Promise<string[]>} */
async function filesUnder(folder, pattern) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The files that tests read, as a browser has no files. @returns {Promise<Record<string, string>>} */
async function testFiles() {
  const folders = ["packages/core/test-vectors", "packages/serialize/test-vectors", "packages/serialize/test/data"];
  const paths = (await Promise.all(folders.map((folder) => filesUnder(folder, /\.json$/)))).flat();
  const entries = paths.map(async (path) => [
    decodeURIComponent(addressOf(path)),
    (await readFile(path)).toString("base64"),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

/** @param {string} path */
function addressOf(path) {
  return pathToFileURL(path).href;
}

/** Bundles all tests. @param {string} outfile @param {boolean} browser */
async function bundle(outfile, browser) {
  const tests = (await Promise.all(FOLDERS.map((folder) => filesUnder(folder, /\.test\.ts$/)))).flat();
  const files = tests.filter((path) => !NODE_ONLY.includes(path));
  const loads = files.map((path) => `${JSON.stringify(path)}: () => import("./${path}")`);
  const globals = browser
    ? `import { Buffer, process, setImmediate } from ${JSON.stringify(join(shims, "node-modules.ts"))};`
    : 'import { Buffer } from "node:buffer"; import process from "node:process"; import { setImmediate } from "node:timers";';
  await build({
    stdin: {
      contents: `import { runFiles } from "./scripts/platforms/vitest.ts";
        import { report } from "./scripts/platforms/report.ts";
        await runFiles({ ${loads.join(", ")} }, report);
        await report(undefined);`,
      resolveDir: resolve("."),
    },
    outfile,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: browser ? "browser" : "node",
    conditions: ["@graphoid/source"],
    sourcemap: "inline",
    logLevel: "error",
    define: browser ? { TEST_FILES: JSON.stringify(await testFiles()) } : {},
    keepNames: true,
    // Deno does not read `"\\uD83D\\u{1F600}"`, as escapes would be written.
    charset: "utf8",
    plugins: [
      {
        name: "tests",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^vitest$/ }, () => ({ path: join(shims, "vitest.ts") }));
          onResolve({ filter: /^fast-check$/ }, ({ importer }) =>
            importer.startsWith(shims) ? undefined : { path: join(shims, "fast-check.ts") },
          );
          onResolve({ filter: /\/cost\.ts$/ }, ({ path, importer }) =>
            importer.includes("serialize") && !path.includes("scripts/testing")
              ? { path: join(shims, "cost.ts") }
              : undefined,
          );
          onResolve({ filter: /^node:v8$/ }, () => ({ path: join(shims, "node-modules.ts") }));
          onResolve({ filter: /^node:/ }, ({ path }) => {
            if (!browser) return { path, external: true };
            return { path: join(shims, path === "node:assert/strict" ? "assert.ts" : "node-modules.ts") };
          });
          // Only what tests is given the globals of Node and the address that it had: the sources must do without.
          onLoad(
            {
              filter:
                /[\\/](packages[\\/](core|serialize)[\\/](src[\\/].*\.test|test[\\/].*)|scripts[\\/]testing[\\/].*)\.ts$/,
            },
            async ({ path }) => {
              const text = (await readFile(path, "utf8")).replaceAll(
                "import.meta.url",
                JSON.stringify(addressOf(path)),
              );
              return { contents: `${globals}${text}`, loader: "ts" };
            },
          );
        },
      },
    ],
  });
}

/** Runs a command; gives every line that it prints to `onLine`. @param {string[]} command @param {(line: string) => void} onLine */
function run([file = "", ...args], onLine) {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
  let rest = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
    });
  }
  const timer = setTimeout(() => child.kill("SIGKILL"), TIMEOUT_MS);
  /** @type {Promise<number | null>} */
  const ended = new Promise((done) => {
    child.once("error", () => done(null));
    child.once("close", done);
  });
  return { child, ended: ended.finally(() => clearTimeout(timer)) };
}

/** Runs the bundle in Bun or Deno, through npx. @param {string[]} command @param {string} file */
async function runScript(command, file) {
  /** @type {TestResult[]} */
  const results = [];
  /** @type {string[]} */
  const other = [];
  const { ended } = run([...command, file], (line) => {
    if (line.startsWith("RESULT ")) results.push(JSON.parse(line.slice(7)));
    else other.push(line);
  });
  const code = await ended;
  if (code !== 0) results.push({ name: "the whole run", error: `ended with ${code}\n${other.slice(-20).join("\n")}` });
  return results;
}

/** Runs the bundle in a browser, which sends the results back. @param {string} browser @param {string} file */
async function runPage(browser, file) {
  /** @type {TestResult[]} */
  const results = [];
  const end = await runInBrowser(browser, await readFile(file, "utf8"), TIMEOUT_MS, (received) => {
    results.push(...received.results);
    return received.done;
  });
  if (end !== undefined) results.push({ name: "the whole run", error: end });
  return results;
}

/** The first of these commands that is there. @param {string[][]} commands */
async function present(commands) {
  for (const command of commands) {
    if ((await run([...command, "--version"], () => {}).ended) === 0) return command;
  }
  return undefined;
}

const folder = await mkdtemp(join(tmpdir(), "graphoid-platforms-"));
const page = join(folder, "page.js");
const script = join(folder, "script.mjs");
/** @type {Record<string, { commands: string[][], missing: string, run: (command: string[]) => Promise<TestResult[]> }>} */
const platforms = {
  chromium: {
    commands: BROWSERS.map((name) => [name]),
    missing: "install chromium (Debian: apt-get install chromium)",
    run: ([browser = ""]) => runPage(browser, page),
  },
  bun: {
    commands: [["npx", "-y", BUN]],
    missing: `npx -y ${BUN} does not run here`,
    run: (command) => runScript([...command, "run"], script),
  },
  deno: {
    commands: [["npx", "-y", DENO]],
    missing: `npx -y ${DENO} does not run here`,
    run: (command) => runScript([...command, "run", "--allow-all", "--quiet"], script),
  },
};

/** Runs one platform and says how it went. @param {string} name @returns {Promise<boolean>} whether all is well */
async function test(name) {
  const platform = platforms[name];
  if (!platform) throw new TypeError(`no platform is called ${name}`);
  const start = Date.now();
  const command = await present(platform.commands);
  if (!command) {
    console.log(`${name}: SKIPPED, NOTHING WAS TESTED: ${platform.missing}`);
    return process.env["CI"] !== "true";
  }
  const results = await platform.run(command);
  const failed = results.filter(({ error }) => error !== undefined);
  const needy = results.filter(({ needs }) => needs !== undefined);
  const passed = results.length - failed.length - needy.length;
  for (const { name: title, error } of failed) console.log(`${name} FAILED ${title}\n${error?.replace(/^/gm, "    ")}`);
  for (const { name: title, needs } of needy) console.log(`${name} left out: ${title} (needs ${needs})`);
  const seconds = Math.round((Date.now() - start) / 1000);
  console.log(`${name}: ${passed} passed, ${failed.length} failed, ${needy.length} left out, ${seconds} s`);
  if (passed >= LEAST_SHARE * results.length) return failed.length === 0;
  console.log(`${name}: too few of ${results.length} tests ran`);
  return false;
}

try {
  await Promise.all([bundle(page, true), bundle(script, false)]);
  const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(platforms);
  const waiting = [...chosen];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (!(await test(next))) process.exitCode = 1;
    }
  };
  await Promise.all([worker(), worker()]);
} finally {
  await rm(folder, { recursive: true, force: true });
}
