import { describe } from "./arguments.ts";
import { Codes } from "./codes.ts";
import type { AdjacencyColumns } from "./compressed-rows.ts";
import { IntegrityError } from "./errors.ts";
import type { GraphColumnsInit } from "./graph-columns.ts";
import type { StringTable } from "./string-table.ts";

/**
 * Checks what {@link Graph.fromColumns} relies on, apart from repeated edges: lengths agree, ends are nodes, codes
 * are names, no id or name stands twice, no value is out of place.
 *
 * @throws IntegrityError
 */
export function checkColumns(columns: GraphColumnsInit): void {
  const { ids, names, sources, targets, labels, weights, nodeTypes } = columns;
  const nodeCount = ids.length;
  const edgeCount = sources.length;
  checkLength("targets", targets, edgeCount);
  checkLength("labels", labels, edgeCount);
  if (weights) checkLength("weights", weights, edgeCount);
  if (nodeTypes) checkLength("nodeTypes", nodeTypes, nodeCount);
  const astray = edgeAstray(sources, targets, nodeCount);
  if (astray >= 0) {
    const node = Math.max(sources[astray] as number, targets[astray] as number);
    throw new IntegrityError(`graph: edge ${astray} names node ${node} of ${nodeCount}`);
  }
  new Codes(labels).check(edgeCount, names.length, "label");
  if (nodeTypes) new Codes(nodeTypes).check(nodeCount, names.length + 1, "type");
  columns.nodeValues?.check(nodeCount, "node value");
  for (const column of columns.nodeProperties?.values() ?? []) column.check(nodeCount, "node property");
  for (const column of columns.edgeProperties?.values() ?? []) column.check(edgeCount, "edge property");
  checkDistinct("id", ids);
  // Two codes of one label would make two edges of one.
  checkDistinct("name", names);
}

/** The first edge with an end that is not there, or -1. A loop of its own, which the engine compiles once. */
function edgeAstray(sources: Uint32Array, targets: Uint32Array, nodeCount: number): number {
  for (let edge = 0; edge < sources.length; edge++) {
    if ((sources[edge] as number) >= nodeCount || (targets[edge] as number) >= nodeCount) return edge;
  }
  return -1;
}

function checkDistinct(what: string, table: StringTable): void {
  const repeated = table.findDuplicate();
  if (repeated >= 0) throw new IntegrityError(`graph: the ${what} ${describe(table.at(repeated))} stands twice`);
}

/**
 * Checks that no two edges have the same ends and label, in time linear in the edges: `seen` remembers by which node
 * a neighbour was last met, so only real parallel edges are looked at closely.
 *
 * @throws IntegrityError
 */
export function checkEdgesDiffer(out: AdjacencyColumns, labels: Codes, labelCount: number): void {
  const { offsets, neighbors, edges } = out;
  const nodeCount = offsets.length - 1;
  const seen = new Uint32Array(nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    const end = offsets[node + 1] as number;
    let parallel = false;
    for (let i = offsets[node] as number; i < end; i++) {
      const neighbor = neighbors[i] as number;
      if (seen[neighbor] === node + 1) parallel = true;
      seen[neighbor] = node + 1;
    }
    if (!parallel) continue;
    const keys = new Set<number>();
    for (let i = offsets[node] as number; i < end; i++) {
      keys.add((neighbors[i] as number) * labelCount + labels.get(edges[i] as number));
    }
    if (keys.size !== end - (offsets[node] as number)) {
      throw new IntegrityError(`graph: node ${node} has two edges to the same node with the same label`);
    }
  }
}

function checkLength(what: string, array: { readonly length: number }, expected: number): void {
  if (array.length !== expected) {
    throw new IntegrityError(`graph: the column \`${what}\` has ${array.length} rows instead of ${expected}`);
  }
}
