import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The installed version of a package; of no package, that of the JavaScript engine.
 *
 * Many packages do not export their `package.json`, so this walks up from their entry point.
 */
export function versionOf(packageName: string | undefined): string {
  if (packageName === undefined) return `V8 ${process.versions.v8}`;
  let directory = dirname(fileURLToPath(import.meta.resolve(packageName)));
  while (directory !== dirname(directory)) {
    const file = join(directory, "package.json");
    if (existsSync(file)) {
      const { name, version } = JSON.parse(readFileSync(file, "utf8")) as { name?: string; version?: string };
      if (name === packageName && version !== undefined) return version;
    }
    directory = dirname(directory);
  }
  throw new Error(`cannot find the version of ${packageName}`);
}
