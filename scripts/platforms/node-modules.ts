// What the tests use of Node's other modules, for browsers.

// With the slash, it is the package for browsers, not Node's own module.
import { Buffer } from "buffer/";
import { needsNode } from "./needs-node.ts";

/** The files that tests read, in base64, by their address, decoded. The bundle sets it. */
declare const TEST_FILES: Readonly<Record<string, string>>;

export function readFileSync(url: URL, encoding?: "utf8"): string | Uint8Array {
  const content = TEST_FILES[decodeURIComponent(url.href)];
  if (content === undefined) throw new Error(`no file ${url.href} is in the bundle`);
  const bytes = Buffer.from(content, "base64");
  return encoding === undefined ? Uint8Array.from(bytes) : bytes.toString(encoding);
}

export function readdirSync(url: URL): string[] {
  const folder = decodeURIComponent(url.href);
  const names = Object.keys(TEST_FILES).filter((name) => name.startsWith(folder));
  return names.map((name) => name.slice(folder.length)).filter((name) => !name.includes("/"));
}

/** Another realm is what a frame has. */
export function runInNewContext(code: string): unknown {
  const frame = document.createElement("iframe");
  document.body.append(frame);
  return (frame.contentWindow as unknown as { eval(code: string): unknown }).eval(code);
}

export function crc32(): never {
  needsNode("zlib.crc32");
}

export function setFlagsFromString(): never {
  needsNode("flags of the engine");
}

export const process = {
  env: {} as Readonly<Record<string, string>>,
  cpuUsage(since?: { user: number }): { user: number; system: number } {
    return { user: performance.now() * 1000 - (since?.user ?? 0), system: 0 };
  },
  memoryUsage: (): never => needsNode("process.memoryUsage"),
  getActiveResourcesInfo: (): never => needsNode("process.getActiveResourcesInfo"),
};

export const setImmediate = (run: () => void): unknown => setTimeout(run, 0);

export { Buffer };
