// docs/errors.md lists every error class that a package exports, with its code, and nothing else.

import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { GraphoidError } from "../packages/core/src/index.ts";
import { packageFolders } from "./workspace.ts";

interface ErrorClass {
  readonly folder: string;
  readonly name: string;
  readonly code: string;
}

const classes: ErrorClass[] = [];

/** `NOT_FOUND` → `NotFoundError`, as GraphoidError makes its name. */
const nameOf = (code: string): string =>
  `${code
    .split("_")
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join("")}Error`;

/** `NotFoundError` → `NOT_FOUND`. */
const codeOf = (name: string): string =>
  name
    .replace(/Error$/, "")
    .replace(/\B[A-Z]/g, "_$&")
    .toUpperCase();

beforeAll(async () => {
  // The umbrella last: a class belongs to the package that defines it, not to one that passes it on.
  const folders = [...packageFolders.filter((folder) => folder !== "distribution"), "distribution"];
  const seen = new Set<unknown>([GraphoidError]);
  for (const folder of folders) {
    const exported: Record<string, unknown> = await import(`../packages/${folder}/src/index.ts`);
    for (const [name, value] of Object.entries(exported)) {
      if (typeof value !== "function" || !(value.prototype instanceof GraphoidError) || seen.has(value)) continue;
      seen.add(value);
      // A class that takes its code as an argument, such as RemoteError, has its own for when there is none.
      const code = /super\(\s*["']([A-Z0-9_]+)["']/.exec(String(value))?.[1] ?? codeOf(name);
      classes.push({ folder, name, code });
    }
  }
}, 120_000);

test("docs/errors.md has a row for each", () => {
  const rows = readFileSync("docs/errors.md", "utf8").matchAll(/^\| (\w+) \| `(\w+)` \| `(\w+)` \|/gm);
  const listed = [...rows].map(([, folder = "", name = "", code = ""]) => ({ folder, name, code }));
  const line = ({ folder, name, code }: ErrorClass): string =>
    `| ${folder} | \`${name}\` | \`${code}\` | when | what to do |`;
  expect(listed.map(line).sort()).toEqual(classes.map(line).sort());
});

test("each has the name that its code makes", () => {
  expect(classes.filter(({ name, code }) => name !== nameOf(code))).toEqual([]);
});

test("no two share a code: what two packages throw alike belongs in core", () => {
  const shared = classes.filter((one) => classes.some((other) => other !== one && other.code === one.code));
  expect(shared).toEqual([]);
});
