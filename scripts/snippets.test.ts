import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { expectedLines, importedPackages, readSnippets, SnippetFolder } from "./snippets.ts";

const scratch = mkdtempSync(join(tmpdir(), "graphoid-snippets-test-"));
afterAll(() => rmSync(scratch, { recursive: true }));

function write(name: string, ...lines: string[]): string {
  const path = join(scratch, name);
  writeFileSync(path, lines.join("\n"));
  return path;
}

test("blocks are found in Markdown, with their lines and marks", () => {
  const file = write(
    "a.md",
    "text",
    "```ts",
    "let a = 1;",
    "",
    "a++;",
    "```",
    "```sh",
    "ls",
    "```",
    "```ts no-run",
    "```",
  );
  expect(readSnippets(file)).toEqual([
    { file, line: 3, code: "let a = 1;\n\na++;", noRun: false },
    { file, line: 11, code: "", noRun: true },
  ]);
});

test("blocks are found in doc comments only", () => {
  const file = write(
    "a.ts",
    "/**",
    " * ```ts",
    " * let a = 1;",
    " *",
    " * a++;",
    " * ```",
    " */",
    "let b = `",
    "```ts",
    "`;",
  );
  expect(readSnippets(file).map(({ line, code }) => ({ line, code }))).toEqual([
    { line: 3, code: "let a = 1;\n\na++;" },
  ]);
});

test("a comment behind console.log is what it prints", () => {
  expect(expectedLines('console.log("http://x"); // http://x')).toEqual(["http://x"]);
  expect(expectedLines("for (const a of b) { console.log(a); } // 1")).toEqual(["1"]);
  expect(expectedLines("b.forEach((a) => console.log(a)); // 1\nconsole.log(2);")).toEqual(["1", undefined]);
  expect(expectedLines("console.log(\n  1,\n); // 1\n// not this")).toEqual(["1"]);
});

test("imports are reduced to packages", () => {
  const code = 'import "@graphoid/core/x"; import fs from "node:fs"; import type { A } from "a/b"; await import("c");';
  expect(importedPackages(code)).toEqual(["@graphoid/core", "node:fs", "a", "c"]);
});

test("snippets are compiled and run", async () => {
  const folder = new SnippetFolder();
  try {
    const snippet = { file: "a.md", line: 10, code: "", noRun: false };
    const right = { ...snippet, code: "const a: number = await Promise.resolve(4);\nconsole.log(a);" };
    const wrong = { ...snippet, code: "let a = 1;\na = 'x';" };
    expect(folder.typeCheck([right, wrong])).toEqual(["a.md:11: Type 'string' is not assignable to type 'number'."]);
    expect(await folder.run(right)).toEqual(["4"]);
    await expect(folder.run({ ...snippet, code: "throw new Error('no');" })).rejects.toThrow("a.md:10 does not run");
  } finally {
    folder.remove();
  }
});
