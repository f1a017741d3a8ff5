import type { CodeArray } from "./codes.ts";
import type { AdjacencyColumns } from "./compressed-rows.ts";
import type { StringColumn } from "./string-column.ts";
import type { StringTable } from "./string-table.ts";
import type { ValueColumn } from "./value-column.ts";

/**
 * A graph as columns: what serializers, partitioners and algorithms work on without copying it into a shape of their
 * own. Node `i` is row `i` of the node columns, edge `j` row `j` of the edge columns; both stand in insertion order,
 * without gaps.
 *
 * It is a view for reading: treat every array as read-only, and take a new view after the graph changes.
 */
export interface GraphColumns {
  readonly directed: boolean;
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** Node ids. */
  readonly ids: StringColumn;
  /** Labels and types; codes refer to it. */
  readonly names: StringColumn;
  /** For each node 0 for no type, else the index of the type in `names`, plus one. */
  readonly nodeTypes: CodeArray;
  /** Node values; an absent row is `null`. */
  readonly nodeValues: ValueColumn;
  /** Node properties by key. */
  readonly nodeProperties: ReadonlyMap<string, ValueColumn>;
  /** For each edge the row of the node that it leaves. */
  readonly sources: Uint32Array;
  /** For each edge the row of the node that it enters. */
  readonly targets: Uint32Array;
  /** For each edge the index of its label in `names`. */
  readonly labels: CodeArray;
  /** For each edge its weight, NaN for none; absent when no edge has one. */
  readonly weights: Float64Array | undefined;
  /** Edge properties by key. */
  readonly edgeProperties: ReadonlyMap<string, ValueColumn>;
  /** Edges by the node that they leave; for undirected graphs, by either end. Built on first access. */
  readonly out: AdjacencyColumns;
  /** Edges by the node that they enter; for undirected graphs the same as `out`. Built on first access. */
  readonly in: AdjacencyColumns;
}

/** The columns that a graph is made from: those of {@link GraphColumns} that are not derived. */
export interface GraphColumnsInit {
  readonly directed: boolean;
  readonly ids: StringTable;
  readonly names: StringTable;
  readonly nodeTypes?: CodeArray;
  readonly nodeValues?: ValueColumn;
  readonly nodeProperties?: ReadonlyMap<string, ValueColumn>;
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  readonly labels: CodeArray;
  readonly weights?: Float64Array | undefined;
  readonly edgeProperties?: ReadonlyMap<string, ValueColumn>;
}
