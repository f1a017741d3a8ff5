import { Graph } from "@graphoid/core";
import type { GraphParser, ParseFailure } from "./graph-parser.ts";

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads a SNAP-style edge list into a directed graph.
 *
 * A line is `from to` or `from to third`, separated by blanks or tabs. A third column that is a decimal number is the
 * edge's weight; anything else is its label. Nodes are whatever the first two columns name, in the order of their first
 * mention. Lines that begin with `#` or `%`, and blank ones, are skipped. A line that repeats an edge (same ends, same
 * label) adds no second one; the weight that comes last stands.
 */
export function edgeListParser(fail: ParseFailure): GraphParser {
  const graph = new Graph({ type: "directed" });
  return {
    line(text, line) {
      const columns = text.trim();
      if (columns === "" || columns.startsWith("#") || columns.startsWith("%")) return;
      const [from, to, third, ...more] = columns.split(/\s+/) as [string, ...string[]];
      if (to === undefined) fail("expected two or three columns (from, to, weight or label), got 1", line);
      if (more.length > 0)
        fail(`expected two or three columns (from, to, weight or label), got ${3 + more.length}`, line);
      if (!graph.hasNode(from)) graph.addNode(from);
      if (!graph.hasNode(to)) graph.addNode(to);
      const weight = third !== undefined && DECIMAL.test(third) ? Number(third) : Number.NaN;
      if (Number.isFinite(weight)) graph.addEdge(from, to, undefined, { weight });
      else graph.addEdge(from, to, third);
    },
    end() {
      return graph.edgeCount === 0 ? undefined : graph;
    },
  };
}
