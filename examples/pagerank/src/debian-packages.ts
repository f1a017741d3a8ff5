import { fileURLToPath } from "node:url";
import { Graph } from "@graphoid/core";
import { GraphFileError } from "./graph-file-error.ts";
import { type ReadLinesOptions, type ReadProgress, readLines } from "./text-lines.ts";

const NODE_COLUMNS = ["id", "section", "priority", "version", "installedKiB"] as const;
const EDGE_COLUMNS = ["from", "to", "label"] as const;

export interface DebianPackagesOptions extends ReadLinesOptions {
  /** The folder with `debian-packages.nodes.tsv.gz` and `debian-packages.edges.tsv.gz`. Default: the one shipped. */
  readonly directory?: string;
}

/**
 * Loads the packages of Debian bookworm and what they depend on: a directed graph of 63,436 nodes and 276,513 edges.
 *
 * Nodes have the type `"Package"` and the properties `section`, `priority`, `version` and, where it is known,
 * `installedKiB`, a number. Edges have the label `"Pre-Depends"`, `"Depends"` or `"Recommends"`.
 *
 * @throws GraphFileError when the files are damaged.
 */
export async function loadDebianPackages(options: DebianPackagesOptions = {}): Promise<Graph> {
  const { directory = fileURLToPath(new URL("../data", import.meta.url)), onProgress } = options;
  const graph = new Graph({ type: "directed" });
  const nodesPath = `${directory}/debian-packages.nodes.tsv.gz`;
  await readTable(nodesPath, NODE_COLUMNS, onProgress, ([id, section, priority, version, installedKiB], line) => {
    const properties = { section, priority, version };
    if (installedKiB === "") {
      graph.addNode(id, null, { type: "Package", properties });
      return;
    }
    const size = Number(installedKiB);
    if (!Number.isInteger(size)) {
      throw new GraphFileError(nodesPath, "syntax", `expected an installed size, got ${installedKiB}`, { line });
    }
    graph.addNode(id, null, { type: "Package", properties: { ...properties, installedKiB: size } });
  });
  const edgesPath = `${directory}/debian-packages.edges.tsv.gz`;
  await readTable(edgesPath, EDGE_COLUMNS, onProgress, ([from, to, label], line) => {
    const unknown = [from, to].find((id) => !graph.hasNode(id));
    if (unknown !== undefined) {
      throw new GraphFileError(edgesPath, "syntax", `there is no package ${JSON.stringify(unknown)}`, { line });
    }
    graph.addEdge(from, to, label);
  });
  return graph;
}

/** Reads a file of tab-separated columns whose first line names them. */
async function readTable<const Columns extends readonly string[]>(
  path: string,
  columns: Columns,
  onProgress: ((progress: ReadProgress) => void) | undefined,
  onRow: (row: { readonly [Column in keyof Columns]: string }, line: number) => void,
): Promise<void> {
  const header = columns.join("\t");
  const readLine = (text: string, line: number): void => {
    if (line === 1) {
      if (text !== header)
        throw new GraphFileError(path, "syntax", `expected the columns ${columns.join(", ")}`, { line });
      return;
    }
    const row = text.split("\t");
    if (row.length !== columns.length) {
      throw new GraphFileError(path, "syntax", `expected ${columns.length} columns, got ${row.length}`, { line });
    }
    // As many strings as there are columns: the length was just checked.
    onRow(row as unknown as { readonly [Column in keyof Columns]: string }, line);
  };
  await readLines(path, readLine, onProgress ? { onProgress } : {});
}
