// Every package has the same shape, so that whoever knows one knows all, and what is published is complete.
// Each fault says what to do. Biome looks after names of files, default exports and the length of files;
// dependency-cruiser after who imports whom.

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ExportEntry, filesUnder, type Manifest, packageFolders, readManifest } from "./workspace.ts";

const sourceCondition = "@graphoid/source";

function manifestFaults(folder: string, manifest: Manifest): string[] {
  const wanted: Partial<Manifest> = {
    name: `@graphoid/${folder}`,
    license: "MIT",
    type: "module",
    sideEffects: false,
    engines: { node: ">=20.19" },
    repository: {
      type: "git",
      url: "git+https://github.com/graphoid/distribution.git",
      directory: `packages/${folder}`,
    },
  };
  const faults = Object.entries(wanted)
    .filter(([key, value]) => JSON.stringify(manifest[key as keyof Manifest]) !== JSON.stringify(value))
    .map(([key, value]) => `set "${key}" to ${JSON.stringify(value)}`);

  if (!manifest.description?.endsWith(".")) faults.push('"description" must be one sentence');
  if (manifest.publishConfig?.access !== "public") faults.push('set "publishConfig.access" to "public"');
  for (const file of ["dist", "src", "!src/**/*.test.ts", "CHANGELOG.md"]) {
    if (!manifest.files?.includes(file)) faults.push(`list ${JSON.stringify(file)} in "files"`);
  }
  return faults;
}

function exportsFaults(folder: string, manifest: Manifest): string[] {
  const faults: string[] = [];
  const entries = Object.entries(manifest.exports ?? {});
  const published: Record<string, ExportEntry> = {};
  for (const [path, entry] of entries) {
    if (typeof entry === "string") {
      published[path] = entry;
      continue;
    }
    const { [sourceCondition]: source, ...rest } = entry;
    published[path] = rest;
    // Conditions are matched in order: the source first, then types before what runs.
    if (Object.keys(entry).join() !== [sourceCondition, "types", "default"].join()) {
      faults.push(`"exports" of ${path} needs the conditions "${sourceCondition}", "types", "default", in this order`);
    } else if (source === undefined || !existsSync(`packages/${folder}/${source}`)) {
      faults.push(`"exports" of ${path} names ${source}, which does not exist`);
    }
  }
  if (typeof manifest.exports?.["."] !== "object") faults.push('"exports" needs an entry for "."');
  if (manifest.exports?.["./package.json"] !== "./package.json") faults.push('"exports" needs "./package.json"');
  if (JSON.stringify(manifest.publishConfig?.exports) !== JSON.stringify(published)) {
    faults.push(`"publishConfig.exports" must be "exports" without the "${sourceCondition}" conditions`);
  }
  return faults;
}

function readmeFaults(folder: string): string[] {
  const path = `packages/${folder}/README.md`;
  if (!existsSync(path)) return ["write a README.md"];
  const text = readFileSync(path, "utf8");
  const parts: [RegExp, string][] = [
    [new RegExp(`^# @graphoid/${folder}\n\n[A-Z].*\\.\n\n`), `begin with "# @graphoid/${folder}" and one sentence`],
    [new RegExp(`npm install @graphoid/${folder}\\b`), `say how to install: npm install @graphoid/${folder}`],
    [/^```ts$/m, "have an example in a block opened with ```ts"],
    [/^## What it does not do$/m, 'have a section "## What it does not do"'],
    [/^\|.+\|\n\|[ :|-]+\|\n\|/m, "have a table of the exports"],
  ];
  return parts.filter(([pattern]) => !pattern.test(text)).map(([, advice]) => `README.md must ${advice}`);
}

function reExportFaults(folder: string, manifest: Manifest): string[] {
  const entryPoints = Object.values(manifest.exports ?? {})
    .map((entry) => (typeof entry === "string" ? undefined : entry[sourceCondition]))
    .map((path) => path && `packages/${folder}/${path.replace(/^\.\//, "")}`);
  return filesUnder(`packages/${folder}/src`, /\.ts$/)
    .filter((path) => !entryPoints.includes(path))
    .filter((path) => /^export\s+(type\s+)?(\{[^}]*\}|\*[^;]*)\s+from\s/m.test(readFileSync(path, "utf8")))
    .map((path) => `${path} re-exports: only index.ts does; import what you need from the file that has it`);
}

describe("the layout of a package", () => {
  test.each(packageFolders)("%s", (folder) => {
    const manifest = readManifest(folder);
    const faults = [
      ...manifestFaults(folder, manifest).map((fault) => `package.json: ${fault}`),
      ...exportsFaults(folder, manifest).map((fault) => `package.json: ${fault}`),
      ...readmeFaults(folder),
      ...reExportFaults(folder, manifest),
    ];
    expect(faults).toEqual([]);
  });
});
