import {
  type Condition,
  type EdgePattern,
  type EdgeRecord,
  Graph,
  type NodePattern,
  type NodeRecord,
  type Query,
} from "@graphoid/distribution";
import type { FindEdges, FindNodes } from "./part-service.ts";

/** The parts that a graph was cut into, wherever they are. */
export interface Parts {
  readonly count: number;
  partitionOf(id: string): number;
  /** The host that holds a part. */
  at(partition: number): RemotePart;
}

/** {@link PartService}, asked from elsewhere. */
export interface RemotePart {
  nodes(asked: FindNodes): Promise<NodeRecord[]>;
  edges(asked: FindEdges): Promise<EdgeRecord[]>;
}

/**
 * Fetches what a query can match, wherever it is: along the path, first the nodes that fit, then the edges at them that
 * fit, then the nodes at their other ends. What does not fit its place in the path is not fetched, and hosts are asked
 * side by side. The query itself then runs on what came: so its rows are those of the whole graph, whatever it asks for.
 */
export async function fetchFor(query: Query, parts: Parts): Promise<Graph> {
  const found = new Graph();
  const edges: EdgeRecord[] = [];
  const everywhere = Array.from({ length: parts.count }, (_, partition) => partition);

  const fetchNodes = async (node: NodePattern, ids: Iterable<string> | null): Promise<string[]> => {
    const where = conditionsOn(query, node.node);
    const asked = ids === null ? everywhere.map((part) => [part, null] as const) : byPartition(ids, parts);
    const answers = await Promise.all(
      asked.map(([part, own]) => parts.at(part).nodes({ ids: own, node: named(node), where })),
    );
    const records: NodeRecord[] = answers.flat();
    found.addNodes(records);
    return records.map(({ id }) => id);
  };

  const fetchEdges = async (edge: EdgePattern, ids: readonly string[]): Promise<Set<string>> => {
    const where = conditionsOn(query, edge.edge);
    const asked = byPartition(ids, parts);
    const answers = await Promise.all(
      asked.map(([part, own]) =>
        parts.at(part).edges({ ids: own, edge: { ...edge, edge: edge.edge || "edge" }, where }),
      ),
    );
    const records = answers.flat();
    for (const record of records) edges.push(record);
    return new Set(
      records.flatMap(({ from, to }) =>
        edge.direction === "both" ? [from, to] : edge.direction === "out" ? [to] : [from],
      ),
    );
  };

  const [first, ...rest] = fromTheBetterEnd(query.path) as [NodePattern, ...(NodePattern | EdgePattern)[]];
  let frontier = await fetchNodes(first, first.id === undefined ? null : [first.id]);
  for (let step = 0; step < rest.length && frontier.length > 0; step += 2) {
    const ends = await fetchEdges(rest[step] as EdgePattern, frontier);
    frontier = await fetchNodes(rest[step + 1] as NodePattern, ends);
  }
  found.addEdges(edges.filter(({ from, to }) => found.hasNode(from) && found.hasNode(to)));
  return found;
}

/** The path, turned round where only its end says which node it is. */
function fromTheBetterEnd(path: Query["path"]): Query["path"] {
  const [first, last] = [path[0], path.at(-1)] as [NodePattern, NodePattern];
  if (first.id !== undefined || last.id === undefined) return path;
  const turned = { out: "in", in: "out", both: "both" } as const;
  return path.map((part) => ("edge" in part ? { ...part, direction: turned[part.direction] } : part)).reverse();
}

/** The conditions on one name, which hosts can test by themselves. */
function conditionsOn({ where }: Query, name: string): readonly Condition[] {
  return name === "" ? [] : where.filter(({ path }) => path === name || path.startsWith(`${name}.`));
}

function named(node: NodePattern): NodePattern {
  return { ...node, node: node.node || "node" };
}

function byPartition(ids: Iterable<string>, { partitionOf }: Pick<Parts, "partitionOf">): [number, string[]][] {
  const groups = new Map<number, string[]>();
  for (const id of ids) {
    const partition = partitionOf(id);
    const group = groups.get(partition);
    if (group) group.push(id);
    else groups.set(partition, [id]);
  }
  return [...groups];
}
