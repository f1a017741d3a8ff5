import type { Graph } from "@graphoid/core";
import { edgeListParser } from "./edge-list.ts";
import { GraphFileError } from "./graph-file-error.ts";
import { metisParser } from "./metis.ts";
import { type ReadLinesOptions, readLines } from "./text-lines.ts";

/**
 * Loads a graph from a file: METIS's format when the name ends in `.graph` or `.metis` (undirected, ids `"1"` to
 * `"n"`), else an edge list (directed). Either may be compressed with gzip, which is told from the content.
 *
 * @throws GraphFileError when there is no graph to be had; its message begins with the path and, where one is to blame,
 * the number of the line.
 */
export async function loadGraphFile(path: string, options: ReadLinesOptions = {}): Promise<Graph> {
  const fail = (message: string, line: number): never => {
    throw new GraphFileError(path, "syntax", message, { line });
  };
  const parser = /\.(graph|metis)(\.gz)?$/i.test(path) ? metisParser(fail) : edgeListParser(fail);
  await readLines(path, (text, line) => parser.line(text, line), options);
  const graph = parser.end();
  if (!graph) throw new GraphFileError(path, "empty", "the file holds no graph");
  return graph;
}
