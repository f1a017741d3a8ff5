// Every TypeScript block that a reader may copy compiles, and prints what it says that it prints.
//   - packages/*/README.md, README.md, docs/**/*.md, examples/*/README.md: type-checked; run if a console.log has a
//     comment behind it, `console.log(2 + 2); // 4`. Then every console.log of the block needs one, and together they
//     are the whole output, a line each. A block opened with ```ts no-run is type-checked only.
//   - doc comments in packages/*/src: type-checked.
// Blocks see the packages as they were built: `pnpm test` builds first.

import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectedLines, importedPackages, readSnippets, type Snippet, SnippetFolder } from "./snippets.ts";
import { hasNatsServer, type NatsServer, startNats } from "./testing/nats-server.ts";
import { filesUnder, packageFolders, readManifest } from "./workspace.ts";

const maxExampleLines = 15;

/** What an example that needs NATS has as the address of its server. */
const natsAddress = "127.0.0.1:4222";
const needsNats = ({ code }: Snippet): boolean => importedPackages(code).includes("@graphoid/nats");

const readmes = packageFolders.map((name) => `packages/${name}/README.md`);
const guides = [
  "README.md",
  "CONTRIBUTING.md",
  ...filesUnder("docs", /^docs\/(?!api\/).*\.md$/),
  ...filesUnder("examples", /\/README\.md$/),
];
const sources = packageFolders.flatMap((name) => filesUnder(`packages/${name}/src`, /(?<!\.test)\.ts$/));
const snippets = [...readmes, ...guides, ...sources].filter(existsSync).flatMap(readSnippets);

const isRun = (snippet: Snippet): boolean =>
  !snippet.file.endsWith(".ts") && !snippet.noRun && expectedLines(snippet.code).some((line) => line !== undefined);

let folder: SnippetFolder;
beforeAll(() => {
  const unbuilt = packageFolders.filter((name) => !existsSync(`packages/${name}/dist/index.js`));
  if (unbuilt.length > 0) throw new Error(`run \`pnpm build\` first: ${unbuilt.join(", ")} not built`);
  folder = new SnippetFolder();
});
afterAll(() => folder?.remove());

test("every block in READMEs, docs and doc comments compiles", { timeout: 120_000 }, () => {
  expect(folder.typeCheck(snippets)).toEqual([]);
});

async function printsWhatItSays(snippet: Snippet): Promise<void> {
  const expected = expectedLines(snippet.code);
  expect(expected, "give every console.log of the block a // comment with the line that it prints").not.toContain(
    undefined,
  );
  expect(await folder.run(snippet)).toEqual(expected);
}

describe("every block that says what it prints prints that", () => {
  const run = snippets.filter((snippet) => isRun(snippet) && !needsNats(snippet));
  test.each(run.map((snippet) => [`${snippet.file}:${snippet.line}`, snippet] as const))("%s", (_where, snippet) =>
    printsWhatItSays(snippet),
  );
});

describe.skipIf(!hasNatsServer)("every block that needs NATS prints what it says", () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNats({ jetstream: true });
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const run = snippets.filter((snippet) => isRun(snippet) && needsNats(snippet));
  test.each(run.map((snippet) => [`${snippet.file}:${snippet.line}`, snippet] as const))("%s", (_where, snippet) =>
    printsWhatItSays({ ...snippet, code: snippet.code.replaceAll(natsAddress, server.url) }),
  );
});

describe("the first block of a package's README is its example", () => {
  test.each(packageFolders)("%s", (name) => {
    const readme = `packages/${name}/README.md`;
    expect(existsSync(readme), `${readme} is missing`).toBe(true);
    const example = readSnippets(readme)[0];
    if (example === undefined) throw new Error(`${readme} needs an example: a block opened with \`\`\`ts`);
    expect(
      example.code.trim().split("\n").length,
      `${readme}: the example has more than ${maxExampleLines} lines`,
    ).toBeLessThanOrEqual(maxExampleLines);
    expect(isRun(example), `${readme}: the example must print something: console.log(x); // what it prints`).toBe(true);

    const manifest = readManifest(name);
    const asked = /^npm install (.*)$/m.exec(readFileSync(readme, "utf8"))?.[1]?.split(" ") ?? [manifest.name];
    const installed = [...asked, ...Object.keys(manifest.dependencies ?? {})];
    const missing = importedPackages(example.code).filter((id) => !id.startsWith("node:") && !installed.includes(id));
    expect(missing, `${readme}: the example imports what \`npm install ${asked.join(" ")}\` does not bring`).toEqual(
      [],
    );
  });
});
