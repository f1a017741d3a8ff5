import {
  type Condition,
  type EdgePattern,
  type EdgeRecord,
  equals,
  type Graph,
  type NodePattern,
  type NodeRecord,
  type Query,
  type QueryRow,
  type Value,
} from "../src/index.ts";

/** Where an edge leads when walked from `from`, in this direction; `undefined` where it does not lead there. */
function across(graph: Graph, edge: EdgeRecord, from: string, direction: EdgePattern["direction"]): string | undefined {
  const forward = edge.from === from ? edge.to : undefined;
  const backward = edge.to === from ? edge.from : undefined;
  if (graph.type === "undirected" || direction === "both") return forward ?? backward;
  return direction === "out" ? forward : backward;
}

/** All rows of a query, by trying every node and every edge at every place and testing complete paths only. */
export function naiveMatch(graph: Graph, query: Query): QueryRow[] {
  const nodes = graph.nodes().map((id) => graph.nodeRecord(id) as NodeRecord);
  const edges = graph.edges();
  const paths: (NodeRecord | EdgeRecord)[][] = nodes.map((node) => [node]);
  let complete = paths;
  for (let at = 1; at < query.path.length; at += 2) {
    const pattern = query.path[at] as EdgePattern;
    complete = complete.flatMap((path) =>
      edges.flatMap((edge) => {
        const to = across(graph, edge, (path.at(-1) as NodeRecord).id, pattern.direction);
        const node = nodes.find(({ id }) => id === to);
        return node === undefined ? [] : [[...path, edge, node]];
      }),
    );
  }
  return complete.filter((path) => holds(path, query)).map((path) => row(path, query));
}

function holds(path: readonly (NodeRecord | EdgeRecord)[], query: Query): boolean {
  const bound = new Map<string, NodeRecord | EdgeRecord>();
  const used = path.filter((_, i) => i % 2 === 1);
  if (new Set(used).size !== used.length) return false;
  for (const [i, pattern] of query.path.entries()) {
    const record = path[i] as NodeRecord & EdgeRecord;
    const { id, type, label } = pattern as NodePattern & EdgePattern;
    if (id !== undefined && record.id !== id) return false;
    if (type !== undefined && record.type !== type) return false;
    if (label !== undefined && record.label !== label) return false;
    const name = nameOf(pattern);
    if (name === "") continue;
    if (bound.has(name) && bound.get(name) !== record) return false;
    bound.set(name, record);
  }
  return query.where.every((condition) => compares(lookUp(bound, condition.path), condition));
}

function compares(found: Value, { operator, value }: Condition): boolean {
  if (operator === "=") return equals(found, value);
  if (operator === "!=") return !equals(found, value);
  if (operator === "in") return (value as Value[]).some((item) => equals(item, found));
  const kind = (side: Value): string => (side instanceof Date ? "date" : typeof side);
  if (kind(found) !== kind(value) || !["number", "bigint", "string", "date"].includes(kind(found))) return false;
  const [left, right] = [found as number, value as number];
  return { "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right }[operator];
}

function nameOf(pattern: NodePattern | EdgePattern): string {
  return "node" in pattern ? pattern.node : pattern.edge;
}

function lookUp(bound: ReadonlyMap<string, unknown>, path: string): Value {
  const [name, ...keys] = path.split(".");
  let current: unknown = bound.get(name as string);
  for (const key of keys) {
    if (current instanceof Map) current = current.get(key);
    else if (typeof current === "object" && current !== null && Object.keys(current).includes(key)) {
      current = (current as Record<string, unknown>)[key];
    } else return null;
  }
  return (current ?? null) as Value;
}

function row(path: readonly (NodeRecord | EdgeRecord)[], query: Query): QueryRow {
  const bound = new Map<string, NodeRecord | EdgeRecord>();
  for (const [i, pattern] of query.path.entries()) {
    if (nameOf(pattern) !== "") bound.set(nameOf(pattern), path[i] as NodeRecord);
  }
  if (!query.select) return Object.fromEntries(bound);
  return Object.fromEntries(query.select.map((path) => [path, lookUp(bound, path)]));
}
