import { checkInteger, checkOneOf, checkOptions, checkString, invalidArgument } from "./arguments.ts";
import type { Direction, EdgeRecord, NodeRecord } from "./graph-types.ts";
import type { Value } from "./values.ts";

/** One node of a path. `node` is the name it is bound to; `""` binds nothing. */
export interface NodePattern {
  readonly node: string;
  /** Only the node with this id. */
  readonly id?: string;
  /** Only nodes of this type. */
  readonly type?: string;
}

/** One edge of a path, seen from the node before it. `edge` is the name it is bound to; `""` binds nothing. */
export interface EdgePattern {
  readonly edge: string;
  readonly label?: string;
  readonly direction: Direction;
}

const operators = ["=", "!=", "<", "<=", ">", ">=", "in"] as const;

/**
 * How a condition compares. `=` and `!=` compare any values by `equals`; the orderings hold only between two numbers,
 * two bigints, two strings or two dates; `in` takes an array.
 */
export type Operator = (typeof operators)[number];

/** A test on what a row binds. `path` is a name and the way from there, such as `"a.value.age"` or `"e.weight"`. */
export interface Condition {
  readonly path: string;
  readonly operator: Operator;
  readonly value: Value;
}

/**
 * A query as plain data, which can be stored, sent and run elsewhere.
 *
 * A path of nodes and edges in turn is matched in every way it fits: a name that stands twice is the same node or
 * edge, and no edge is used twice in one match. A row binds every name to its record, or holds the selected paths.
 */
export interface Query {
  readonly kind: "match";
  readonly path: readonly (NodePattern | EdgePattern)[];
  readonly where: readonly Condition[];
  /** Paths to return instead of the bound records. */
  readonly select?: readonly string[];
  /** Stop after this many rows. */
  readonly limit?: number;
}

/** One result: names bound to records, or selected paths with their values (`null` where the path leads nowhere). */
export interface QueryRow {
  readonly [name: string]: NodeRecord | EdgeRecord | Value;
}

/**
 * A node of a path.
 *
 * @example
 * ```ts
 * import { edge, Graph, node } from "@graphoid/core";
 *
 * const graph = new Graph();
 * graph.addNode("alice", { age: 30 }, { type: "User" });
 * graph.addNode("bob", { age: 20 }, { type: "User" });
 * graph.addEdge("alice", "bob", "FRIEND");
 * const rows = graph.match(node("a", { type: "User" }), edge({ label: "FRIEND" }), node("b")).where("b.value.age", "<", 25);
 * console.log(rows.select("a.id", "b.id").toArray()); // [ { 'a.id': 'alice', 'b.id': 'bob' } ]
 * ```
 */
export function node(name = "", options: { readonly id?: string; readonly type?: string } = {}): NodePattern {
  checkString("node", "name", name);
  checkOptions("node", options, ["id", "type"]);
  return { node: name, ...options };
}

/** An edge of a path, leaving the node before it unless `direction` says otherwise. */
export function edge(
  options: { readonly name?: string; readonly label?: string; readonly direction?: Direction } = {},
): EdgePattern {
  checkOptions("edge", options, ["name", "label", "direction"]);
  const { name = "", direction = "out", ...rest } = options;
  return { edge: name, direction, ...rest };
}

/** A query for `path` without conditions. */
export function queryOf(path: readonly (NodePattern | EdgePattern)[]): Query {
  return { kind: "match", path, where: [] };
}

/**
 * What an interceptor answered to a query, as rows: `null` is none.
 *
 * @throws InvalidArgumentError when it is not rows.
 */
export function rowsOf(answer: Value): Iterable<QueryRow> {
  if (answer === null) return [];
  if (typeof answer === "object" && Symbol.iterator in answer) return answer as unknown as Iterable<QueryRow>;
  throw invalidArgument("Graph.query", "handled", "rows, or null for none", answer);
}

/**
 * Throws unless `query` has the shape of a {@link Query}: it may have come over a network.
 *
 * @throws InvalidArgumentError naming the part that is wrong.
 */
export function checkQuery(call: string, query: Query): void {
  checkOptions(call, query, ["kind", "path", "where", "select", "limit"]);
  checkOneOf(call, "query.kind", query.kind, ["match"]);
  const { path, where, select, limit } = query;
  if (!Array.isArray(path) || path.length % 2 === 0) {
    throw invalidArgument(call, "query.path", "an array of node, edge, node, … that ends with a node", path);
  }
  const names = new Map<string, "node" | "edge">();
  // By `entries`, as `forEach` passes over holes.
  for (const [i, pattern] of path.entries()) {
    const kind = i % 2 === 0 ? "node" : "edge";
    checkPattern(call, `query.path[${i}]`, pattern, kind);
    const name = (pattern as unknown as Record<string, string>)[kind] as string;
    if (name === "") continue;
    if ((names.get(name) ?? kind) !== kind) {
      throw invalidArgument(call, `query.path[${i}]`, "a name for a node or for an edge, not for both", name);
    }
    names.set(name, kind);
  }
  const checkPath = (argument: string, value: unknown): void => {
    checkString(call, argument, value);
    if (!names.has(value.split(".", 1)[0] as string)) {
      throw invalidArgument(
        call,
        argument,
        `a path that starts with a bound name (${[...names.keys()].join(", ")})`,
        value,
      );
    }
  };
  if (!Array.isArray(where)) throw invalidArgument(call, "query.where", "an array of conditions", where);
  for (const [i, condition] of where.entries()) {
    checkOptions(call, condition, ["path", "operator", "value"]);
    checkPath(`query.where[${i}].path`, condition.path);
    checkOneOf(call, `query.where[${i}].operator`, condition.operator, operators);
    if (condition.operator === "in" && !Array.isArray(condition.value)) {
      throw invalidArgument(call, `query.where[${i}].value`, "an array", condition.value);
    }
  }
  if (select !== undefined) {
    if (!Array.isArray(select)) throw invalidArgument(call, "query.select", "an array of paths", select);
    for (const [i, path] of select.entries()) checkPath(`query.select[${i}]`, path);
  }
  if (limit !== undefined) checkInteger(call, "query.limit", limit, 0);
}

function checkPattern(call: string, argument: string, pattern: unknown, kind: "node" | "edge"): void {
  checkOptions(call, pattern, kind === "node" ? ["node", "id", "type"] : ["edge", "label", "direction"]);
  const fields = pattern as Record<string, unknown>;
  checkString(call, `${argument}.${kind}`, fields[kind]);
  for (const key of kind === "node" ? ["id", "type"] : ["label"]) {
    if (fields[key] !== undefined) checkString(call, `${argument}.${key}`, fields[key]);
  }
  if (kind === "edge") checkOneOf(call, `${argument}.direction`, fields["direction"], ["out", "in", "both"]);
}
