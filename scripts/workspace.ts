import { existsSync, readdirSync, readFileSync } from "node:fs";

/** One entry of `exports`: conditions to paths, or a path for all of them. */
export type ExportEntry = string | Readonly<Record<string, string>>;

/** The fields of a package.json that the checks look at. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
  readonly type?: string;
  readonly sideEffects?: boolean;
  readonly engines?: Readonly<Record<string, string>>;
  readonly repository?: unknown;
  readonly files?: readonly string[];
  readonly exports?: Readonly<Record<string, ExportEntry>>;
  readonly publishConfig?: { readonly access?: string; readonly exports?: Readonly<Record<string, ExportEntry>> };
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The folders of the public packages: `["context", "core", …]`. */
export const packageFolders: readonly string[] = readdirSync("packages").filter((folder) =>
  existsSync(`packages/${folder}/package.json`),
);

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(`packages/${folder}/package.json`, "utf8"));
}

/** The files under `folder`, at any depth, whose path matches; none if there is no such folder. */
export function filesUnder(folder: string, pattern: RegExp): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`)
    .filter((path) => pattern.test(path) && !/\/(node_modules|dist|out)\//.test(path))
    .sort();
}
