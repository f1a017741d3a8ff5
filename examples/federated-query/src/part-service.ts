import {
  type Condition,
  type EdgePattern,
  type EdgeRecord,
  type Graph,
  type NodePattern,
  type NodeRecord,
  node,
} from "@graphoid/distribution";

/** Asks for the nodes of a part that fit one node of a path. */
export interface FindNodes {
  /** Only these; `null` for all of the part. */
  readonly ids: readonly string[] | null;
  readonly node: NodePattern;
  /** The conditions of the query on this node. */
  readonly where: readonly Condition[];
}

/** Asks for the edges at nodes of a part that fit one edge of a path. */
export interface FindEdges {
  readonly ids: readonly string[];
  readonly edge: EdgePattern;
  readonly where: readonly Condition[];
}

/** What a host answers about its part: its own nodes, and every edge that touches one of them. */
export interface PartService {
  nodes(asked: FindNodes): NodeRecord[];
  edges(asked: FindEdges): EdgeRecord[];
}

/** @param owns - Tells the nodes of the part from those that stand in it as ends of edges that lead elsewhere. */
export function partService(part: Graph, owns: (id: string) => boolean): PartService {
  return {
    nodes({ ids, node: pattern, where }) {
      const candidates = ids ?? (pattern.id === undefined ? [undefined] : [pattern.id]);
      const found: NodeRecord[] = [];
      for (const id of candidates) {
        if (id !== undefined && pattern.id !== undefined && id !== pattern.id) continue;
        const path = [{ ...pattern, ...(id === undefined ? {} : { id }) }];
        // Not `query`: hooks would send it to all parts again.
        for (const row of part.apply({ kind: "query", query: { kind: "match", path, where } }) as Iterable<Row>) {
          const record = row[pattern.node] as NodeRecord;
          if (owns(record.id)) found.push(record);
        }
      }
      return found;
    },
    edges({ ids, edge, where }) {
      return ids.flatMap((id) => {
        const path = [node("", { id }), edge, node()];
        const rows = part.apply({ kind: "query", query: { kind: "match", path, where } }) as Iterable<Row>;
        return Array.from(rows, (row) => row[edge.edge] as EdgeRecord);
      });
    },
  };
}

type Row = Readonly<Record<string, unknown>>;
