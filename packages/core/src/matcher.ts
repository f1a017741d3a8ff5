import type { Adjacency } from "./adjacency.ts";
import type { EdgeStore } from "./edge-store.ts";
import { equals } from "./equals.ts";
import type { EdgeRecord, NodeRecord } from "./graph-types.ts";
import type { NodeStore } from "./node-store.ts";
import { setOwn } from "./properties.ts";
import type { Condition, EdgePattern, NodePattern, Query, QueryRow } from "./query.ts";
import type { StringTable } from "./string-table.ts";
import type { Value } from "./values.ts";

/** What of a graph the matcher reads. */
export interface MatchSource {
  readonly nodes: NodeStore;
  readonly edges: EdgeStore;
  readonly names: StringTable;
  adjacency(side: "out" | "in"): Adjacency;
  nodeAt(row: number): NodeRecord;
  edgeAt(row: number): EdgeRecord;
}

/** One element of the path, resolved against the graph: strings are codes, conditions stand where they can be told. */
interface Step {
  readonly name: string;
  readonly isNode: boolean;
  /** The earlier step with the same name, or -1. */
  readonly sameAs: number;
  readonly conditions: readonly Condition[];
  /** For a node the row of its id (-1: any, -2: none), for an edge the code of its label (likewise). */
  readonly wanted: number;
  /** For a node the code of its type (-1: any, -2: none). */
  readonly type: number;
  readonly direction: EdgePattern["direction"];
}

/** Finds the matches of a checked query, depth first, one at a time. */
export function* findMatches(graph: MatchSource, query: Query): Generator<QueryRow, void, undefined> {
  const { limit = Number.POSITIVE_INFINITY } = query;
  const steps = plan(graph, query);
  if (limit === 0 || steps.some((step) => step.wanted === -2 || step.type === -2)) return;
  let count = 0;
  for (const rows of bindings(graph, steps)) {
    yield resultRow(graph, steps, rows, query);
    if (++count >= limit) return;
  }
}

function plan(graph: MatchSource, query: Query): Step[] {
  // Starting from a known node beats scanning all of them.
  const first = query.path[0] as NodePattern;
  const last = query.path.at(-1) as NodePattern;
  const path = first.id === undefined && last.id !== undefined ? reversed(query.path) : query.path;
  const code = (text: string | undefined, find: (text: string) => number): number => {
    if (text === undefined) return -1;
    const found = find(text);
    return found < 0 ? -2 : found;
  };
  const seen = new Map<string, number>();
  return path.map((pattern, i) => {
    const isNode = "node" in pattern;
    const name = isNode ? pattern.node : pattern.edge;
    const sameAs = name === "" ? -1 : (seen.get(name) ?? -1);
    if (name !== "" && sameAs < 0) seen.set(name, i);
    return {
      name,
      isNode,
      sameAs,
      conditions: sameAs < 0 && name !== "" ? query.where.filter(({ path }) => path.split(".", 1)[0] === name) : [],
      wanted: isNode
        ? code(pattern.id, (id) => graph.nodes.find(id))
        : code(pattern.label, (label) => graph.names.indexOf(label)),
      type: isNode ? code(pattern.type, (type) => graph.names.indexOf(type)) : -1,
      direction: isNode ? "out" : pattern.direction,
    };
  });
}

function reversed(path: Query["path"]): Query["path"] {
  const flipped = { out: "in", in: "out", both: "both" } as const;
  return path
    .map((pattern) => ("node" in pattern ? pattern : { ...pattern, direction: flipped[pattern.direction] }))
    .reverse();
}

/**
 * All ways to bind the steps, depth first. `rows` is reused: copy what you keep. Each node bound so far has its open
 * iterator in a list and not on the call stack, as a path may be longer than the stack is deep.
 */
function* bindings(graph: MatchSource, steps: readonly Step[]): Generator<readonly number[], void, undefined> {
  const rows: number[] = [];
  const open = [candidates(graph, steps, 0, rows)];
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const next = last.next();
    if (next.done) {
      open.pop();
      continue;
    }
    const nodeAt = (open.length - 1) * 2;
    const [edge, node] = next.value;
    if (nodeAt > 0) {
      const edgeAt = nodeAt - 1;
      if (!fits(graph, steps[edgeAt] as Step, edge, rows) || usedBefore(rows, edge, edgeAt)) continue;
      rows[edgeAt] = edge;
    }
    if (!fits(graph, steps[nodeAt] as Step, node, rows)) continue;
    rows[nodeAt] = node;
    if (nodeAt === steps.length - 1) yield rows;
    else open.push(candidates(graph, steps, nodeAt + 1, rows));
  }
}

/** Pairs of an edge and the node behind it; at the start, nodes alone. */
function* candidates(
  graph: MatchSource,
  steps: readonly Step[],
  at: number,
  rows: readonly number[],
): Generator<readonly [number, number], void, undefined> {
  const step = steps[at] as Step;
  if (at === 0) {
    if (step.wanted >= 0) yield [-1, step.wanted];
    else for (let row = 0; row < graph.nodes.rows; row++) if (!graph.nodes.isRemoved(row)) yield [-1, row];
    return;
  }
  const from = rows[at - 1] as number;
  const found: [number, number][] = [];
  const collect = (neighbor: number, edge: number): void => void found.push([edge, neighbor]);
  const { directed } = graph.edges;
  if (step.direction !== "in" || !directed) graph.adjacency("out").visit(from, graph.nodes.rows, collect);
  if (step.direction !== "out" && directed) {
    graph.adjacency("in").visit(from, graph.nodes.rows, (neighbor, edge) => {
      // A self loop was already found by its source.
      if (step.direction === "in" || neighbor !== from) collect(neighbor, edge);
    });
  }
  yield* found;
}

function usedBefore(rows: readonly number[], edge: number, at: number): boolean {
  for (let i = 1; i < at; i += 2) if (rows[i] === edge) return true;
  return false;
}

function fits(graph: MatchSource, step: Step, row: number, rows: readonly number[]): boolean {
  if (step.sameAs >= 0 && rows[step.sameAs] !== row) return false;
  if (step.isNode) {
    if (step.wanted >= 0 && step.wanted !== row) return false;
    if (step.type >= 0 && graph.nodes.types.get(row) !== step.type + 1) return false;
  } else if (step.wanted >= 0 && graph.edges.labels.get(row) !== step.wanted) {
    return false;
  }
  if (step.conditions.length === 0) return true;
  const record = step.isNode ? graph.nodeAt(row) : graph.edgeAt(row);
  return step.conditions.every((condition) => holds(condition, record));
}

function holds({ path, operator, value }: Condition, record: NodeRecord | EdgeRecord): boolean {
  const found = valueAt(record, path);
  if (operator === "=") return equals(found, value);
  if (operator === "!=") return !equals(found, value);
  if (operator === "in") return (value as readonly Value[]).some((item) => equals(found, item));
  const left = found instanceof Date ? found.getTime() : found;
  const right = value instanceof Date ? value.getTime() : value;
  if (typeof left !== typeof right || found instanceof Date !== value instanceof Date) return false;
  if (typeof left !== "number" && typeof left !== "bigint" && typeof left !== "string") return false;
  const other = right as typeof left;
  if (operator === "<") return left < other;
  if (operator === "<=") return left <= other;
  return operator === ">" ? left > other : left >= other;
}

/** Follows a path such as `a.value.age` through own properties and maps; `null` where it leads nowhere. */
function valueAt(record: NodeRecord | EdgeRecord, path: string): Value {
  let current: unknown = record;
  for (const key of path.split(".").slice(1)) {
    if (current instanceof Map) current = current.get(key);
    else if (typeof current === "object" && current !== null && Object.hasOwn(current, key)) {
      current = (current as Record<string, unknown>)[key];
    } else return null;
  }
  return (current ?? null) as Value;
}

function resultRow(graph: MatchSource, steps: readonly Step[], rows: readonly number[], query: Query): QueryRow {
  const bound: Record<string, NodeRecord | EdgeRecord> = {};
  steps.forEach((step, i) => {
    if (step.name === "" || step.sameAs >= 0) return;
    setOwn(bound, step.name, step.isNode ? graph.nodeAt(rows[i] as number) : graph.edgeAt(rows[i] as number));
  });
  if (!query.select) return bound;
  const row: Record<string, Value> = {};
  for (const path of query.select) {
    setOwn(row, path, valueAt(bound[path.split(".", 1)[0] as string] as NodeRecord, path));
  }
  return row;
}
