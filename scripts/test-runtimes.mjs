// Installs every package as it would be published into an empty project, with npm and with pnpm, checks that nothing but
// what it needs arrives, and runs the example of its README in every supported Node, in Bun, in Deno and, where the
// package is for browsers too, in Chromium: run `pnpm build` first. `pnpm test:runtimes [node@20 … bun deno chromium]`.
// A runtime that is not there is skipped with a warning, and with CI=true that is a failure.

import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build, transform } from "esbuild";
import { packAll } from "./pack.mjs";
import { BROWSERS, runInBrowser } from "./platforms/browser.mjs";
import { BUN, DENO } from "./platforms/runtimes.mjs";

const exec = promisify(execFile);
const TIMEOUT_MS = 120_000;
const NODES = ["node@20", "node@22", "node@24", "node@26"];
/** What a page imports of each package that is for browsers. The example of net needs a server. */
const IN_BROWSERS = [
  "core",
  "serialize",
  "partition",
  "hooks",
  "universe",
  "routing",
  "remote",
  "context",
  "interop",
  "net/browser",
];

/** @typedef {{ name: string, folder: string, code: string, output: string }} Project */

/** Where examples look for a server of NATS. */
const NATS_ADDRESS = "127.0.0.1:4222";
/** Where Debian puts servers, which not everybody's path has. */
const PATH = `${process.env["PATH"]}:/usr/sbin:/usr/local/sbin`;

let failures = 0;
/** Where examples find a server of NATS here. */
let natsAddress = NATS_ADDRESS;

/** @param {string} what @param {string} [fault] */
function report(what, fault) {
  console.log(
    `${fault === undefined ? "ok  " : "FAIL"} ${what}${fault === undefined ? "" : `\n${fault.replace(/^/gm, "     ")}`}`,
  );
  if (fault !== undefined) failures++;
}

/** What commands run with: as users have it, npm warns of packages that ask for a later Node, and installs them. */
const env = { ...process.env, npm_config_engine_strict: "false" };

/** Runs a command and returns what it prints; fails with all that it printed. @param {string[]} command @param {string} cwd */
async function output([file = "", ...args], cwd) {
  try {
    return (await exec(file, args, { cwd, env, timeout: TIMEOUT_MS })).stdout;
  } catch (error) {
    const { stdout = "", stderr = "", message } = /** @type {any} */ (error);
    throw new Error(`${stdout}${stderr}`.trim() || message);
  }
}

/**
 * What a package's README tells a newcomer to install, and its example: the first block of TypeScript.
 *
 * @param {string} name
 */
async function readmeOf(name) {
  const text = await readFile(join("packages", name.replace("@graphoid/", ""), "README.md"), "utf8");
  const install = /^npm install (.+)$/m.exec(text)?.[1]?.split(" ") ?? [];
  const code = /^```ts\n(.*?)^```/ms.exec(text)?.[1] ?? "";
  const here = code.replaceAll(NATS_ADDRESS, natsAddress);
  return { install, code: (await transform(here, { loader: "ts", target: "es2022" })).code };
}

/**
 * Starts a server of NATS for the examples that need one. Undefined where there is none.
 *
 * @param {string} folder
 * @returns {Promise<import("node:child_process").ChildProcess | undefined>}
 */
function startNats(folder) {
  const args = ["-a", "127.0.0.1", "-p", "-1", "-js", "-sd", folder];
  const server = spawn("nats-server", args, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, PATH } });
  let log = "";
  return new Promise((resolve) => {
    server.once("error", () => resolve(undefined));
    server.once("exit", () => resolve(undefined));
    server.stderr.on("data", (text) => {
      log += text;
      const port = /client connections on [\d.]+:(\d+)/.exec(log)?.[1];
      if (port === undefined || !log.includes("Server is ready")) return;
      natsAddress = `127.0.0.1:${port}`;
      server.stderr.removeAllListeners("data").resume();
      resolve(server);
    });
  });
}

/** An empty project after what a README says. @param {string} folder @param {{ install: string[], code: string }} readme @param {Map<string, string>} tarballs */
async function writeProject(folder, { install, code }, tarballs) {
  await mkdir(folder, { recursive: true });
  /** @type {Record<string, string>} */
  const dependencies = {};
  /** @type {Record<string, string>} */
  const overrides = {};
  for (const each of install) dependencies[each] = "*";
  for (const [each, file] of tarballs) (install.includes(each) ? dependencies : overrides)[each] = `file:${file}`;
  // npm refuses to override what is depended upon, and pnpm resolves that from nowhere else.
  const all = { ...dependencies, ...overrides };
  const npmOverrides = Object.fromEntries(
    Object.keys(all).map((each) => [each, each in dependencies ? `$${each}` : all[each]]),
  );
  const manifest = { private: true, type: "module", dependencies, overrides: npmOverrides, pnpm: { overrides: all } };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await writeFile(join(folder, "example.mjs"), code);
}

/** The packages under a `node_modules`. @param {string} folder @returns {Promise<string[]>} */
async function installed(folder) {
  const names = [];
  for (const entry of await readdir(folder)) {
    if (entry.startsWith(".")) continue;
    if (entry.startsWith("@")) for (const inner of await readdir(join(folder, entry))) names.push(`${entry}/${inner}`);
    else names.push(entry);
  }
  return names.sort();
}

/** What packages in a flat `node_modules` need, themselves among it. @param {string[]} names @param {string} folder */
async function needsOf(names, folder) {
  const needs = new Set(names);
  for (const each of needs) {
    const { dependencies = {} } = JSON.parse(await readFile(join(folder, each, "package.json"), "utf8"));
    for (const next of Object.keys(dependencies)) needs.add(next);
  }
  return needs;
}

/** Installs with npm into a flat folder. @param {string} folder */
async function installWithNpm(folder) {
  await output(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"], folder);
  return installed(join(folder, "node_modules"));
}

/** Installs with pnpm, which hides from a package what it does not declare. @param {string} folder */
async function installWithPnpm(folder) {
  await output(["pnpm", "install", "--ignore-workspace", "--no-frozen-lockfile", "--prefer-offline"], folder);
  const names = new Set();
  for (const entry of await readdir(join(folder, "node_modules/.pnpm"))) {
    const inner = join(folder, "node_modules/.pnpm", entry, "node_modules");
    if (entry !== "node_modules") for (const name of await installed(inner).catch(() => [])) names.add(name);
  }
  return [...names].sort();
}

/** Installs a package and runs its example here. @param {string} root @param {string} name @param {Map<string, string>} tarballs @returns {Promise<Project>} */
async function installBoth(root, name, tarballs) {
  const readme = await readmeOf(name);
  /** @type {Project | undefined} */
  let project;
  /** @type {Set<string>} */
  let needs = new Set();
  for (const [tool, install] of /** @type {const} */ ([
    ["npm", installWithNpm],
    ["pnpm", installWithPnpm],
  ])) {
    const folder = join(root, tool, name.replace("/", "-"));
    await writeProject(folder, readme, tarballs);
    const arrived = await install(folder);
    if (tool === "npm") needs = await needsOf(readme.install, join(folder, "node_modules"));
    const extra = arrived.filter((each) => !needs.has(each));
    report(
      `${tool} install ${readme.install.join(" ")}`,
      extra.length === 0 ? undefined : `not needed: ${extra.join(", ")}`,
    );
    const printed = await output([process.execPath, "example.mjs"], folder);
    project ??= { name, folder, code: readme.code, output: printed };
  }
  return /** @type {Project} */ (project);
}

/** @param {string} runtime @param {string[]} command @param {readonly Project[]} projects */
async function runExamples(runtime, command, projects) {
  for (const { name, folder, output: expected } of projects) {
    try {
      const printed = await output([...command, "example.mjs"], folder);
      const same = plain(printed) === plain(expected);
      report(`${runtime} ${name}`, same ? undefined : `expected\n${expected}got\n${printed}`);
    } catch (error) {
      report(`${runtime} ${name}`, String(error));
    }
  }
}

/** What was printed without how a runtime spaces and quotes objects. @param {string} text */
function plain(text) {
  return text.replace(/[\s"'`,]/g, "");
}

/** Runs examples in a page, each bundled on its own. @param {string} browser @param {readonly Project[]} projects */
async function runPages(browser, projects) {
  for (const path of IN_BROWSERS) {
    const [short = "", entry] = path.split("/");
    const project = projects.find(({ name }) => name === `@graphoid/${short}`);
    if (!project) throw new Error(`there is no package ${short}`);
    const what = `chromium @graphoid/${path}`;
    const contents = entry
      ? `import * as all from "@graphoid/${path}"; console.log(Object.keys(all).length > 0);`
      : project.code;
    try {
      const bundled = await build({
        stdin: { contents, resolveDir: project.folder },
        bundle: true,
        write: false,
        format: "esm",
        platform: "browser",
        logLevel: "silent",
      });
      const code = bundled.outputFiles[0]?.text ?? "";
      const post = `(message) => fetch("/", { method: "POST", body: JSON.stringify(message) })`;
      const page = `const post = ${post}; const lines = []; console.log = (...all) => lines.push(all.join(" "));
        addEventListener("error", ({ message }) => post({ error: message }));
        addEventListener("unhandledrejection", ({ reason }) => post({ error: String(reason) }));
        const code = ${JSON.stringify(code).replaceAll("</", "<\\/")};
        import(URL.createObjectURL(new Blob([code], { type: "text/javascript" }))).then(
          () => post({ lines }), (error) => post({ error: String(error.stack ?? error) }));`;
      /** @type {{ lines?: string[], error?: string }} */
      let outcome = {};
      const end = await runInBrowser(browser, page, TIMEOUT_MS, (message) => {
        outcome = message;
        return true;
      });
      // Objects are printed otherwise by each console: that a page says as much is what tells.
      const expected = entry ? 1 : project.output.split("\n").length - 1;
      const fault = outcome.error ?? end;
      report(
        what,
        fault ?? (outcome.lines?.length === expected ? undefined : `${outcome.lines?.length} lines, not ${expected}`),
      );
    } catch (error) {
      report(what, String(error));
    }
  }
}

/** The first of these commands that is there. @param {string[][]} commands */
async function present(commands) {
  for (const command of commands) {
    if (
      await output([...command, "--version"], ".").then(
        () => true,
        () => false,
      )
    )
      return command;
  }
  return undefined;
}

/** The program that npx would run: it starts faster without npx. @param {string} name @param {string} cache */
async function nodeCommand(name, cache) {
  const printed = await output(["npx", "-y", name, "-p", "process.execPath"], cache);
  return [printed.trim()];
}

const root = await mkdtemp(join(tmpdir(), "graphoid-runtimes-"));
/** @type {Record<string, () => Promise<string[] | undefined>>} */
const runtimes = {
  ...Object.fromEntries(NODES.map((name) => [name, () => nodeCommand(name, root).catch(() => undefined)])),
  bun: () => present([["npx", "-y", BUN]]),
  deno: async () => {
    const command = await present([["npx", "-y", DENO]]);
    return command && [...command, "run", "--allow-all", "--quiet"];
  },
  chromium: () => present(BROWSERS.map((name) => [name])),
};

const nats = await startNats(join(root, "nats"));
if (nats === undefined) {
  console.log(
    "@graphoid/nats: SKIPPED, NOTHING WAS TESTED: nats-server is not installed (apt-get install nats-server)",
  );
  if (process.env["CI"] === "true") failures++;
}
try {
  const packed = await packAll(root);
  const tarballs = new Map(packed.map(({ name, filename }) => [name, filename]));
  /** @type {Project[]} */
  const projects = [];
  for (const { name } of packed) {
    if (nats === undefined && name === "@graphoid/nats") continue;
    projects.push(await installBoth(root, name, tarballs));
  }
  for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(runtimes)) {
    const command = await runtimes[name]?.();
    if (command === undefined) {
      console.log(`${name}: SKIPPED, NOTHING WAS TESTED: it does not run here`);
      if (process.env["CI"] === "true") failures++;
    } else if (name === "chromium") await runPages(command[0] ?? "", projects);
    else await runExamples(name, command, projects);
  }
} finally {
  nats?.kill("SIGKILL");
  await rm(root, { recursive: true, force: true });
}
if (failures > 0) {
  console.log(`${failures} failed`);
  process.exitCode = 1;
}
