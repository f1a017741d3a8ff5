import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { EdgeRow, GraphRows, NodeRow } from "./graph-rows.ts";

export interface DebianNode extends NodeRow {
  readonly section: string;
  readonly priority: string;
  readonly version: string;
  readonly installedKiB: number;
}

const DIRECTORY = new URL("../../../examples/pagerank/data/", import.meta.url);

/**
 * The package graph of Debian bookworm: 63,436 packages with four properties, 276,513 edges with a label of three.
 *
 * @param limit - Only the first so many packages, and the edges between them. Default: all.
 */
export function debianPackages(limit: number = Number.POSITIVE_INFINITY): GraphRows<DebianNode> {
  const shared = new Map<string, string>();
  const nodes = readTable("debian-packages.nodes.tsv.gz")
    .slice(0, limit)
    .map(
      ([id, section, priority, version, installedKiB]): DebianNode => ({
        id: own(id!),
        section: oneOf(shared, section!),
        priority: oneOf(shared, priority!),
        version: own(version!),
        installedKiB: Number(installedKiB),
      }),
    );
  const known = limit < Number.POSITIVE_INFINITY ? new Set(nodes.map(({ id }) => id)) : undefined;
  const edges = readTable("debian-packages.edges.tsv.gz")
    .filter(([from, to]) => known === undefined || (known.has(from!) && known.has(to!)))
    .map(([from, to, label]): EdgeRow => ({ from: own(from!), to: own(to!), label: oneOf(shared, label!) }));
  return { nodes, edges };
}

function readTable(file: string): string[][] {
  const lines = gunzipSync(readFileSync(new URL(file, DIRECTORY)))
    .toString()
    .trimEnd()
    .split("\n");
  return lines.slice(1).map((line) => line.split("\t"));
}

/** A flat copy, which does not keep the text of the file alive. */
function own(text: string): string {
  return Buffer.from(text).toString();
}

function oneOf(shared: Map<string, string>, text: string): string {
  const known = shared.get(text);
  if (known !== undefined) return known;
  const copy = own(text);
  shared.set(copy, copy);
  return copy;
}
