import { type Graph, isGraphoidError, isWellFormed, kindOf, type Ref } from "@graphoid/core";

/**
 * Throws unless `value` is one that a decoder may return: made of values of the known kinds only, with nothing in it
 * that contradicts anything else. Whatever bytes come in, this or a typed error must come out.
 */
export function checkWellFormed(value: unknown): void {
  const seen = new Set<object>();
  const waiting: unknown[] = [value];
  for (let held = waiting.pop(); held !== undefined || waiting.length > 0; held = waiting.pop()) {
    if (typeof held === "string") check(isWellFormed(held), "a lone surrogate");
    if (typeof held === "symbol") check(isWellFormed(Symbol.keyFor(held) ?? "\ud800"), "a symbol of no good key");
    if (typeof held !== "object" || held === null) {
      check(typeof held !== "function" && held !== undefined, `a ${typeof held}`);
      continue;
    }
    if (seen.has(held)) continue;
    seen.add(held);
    for (const part of parts(held)) waiting.push(part);
  }
}

function parts(held: object): unknown[] {
  const kind = kindOf(held);
  switch (kind) {
    case "list": {
      const list = held as unknown[];
      for (let i = 0; i < list.length; i++) check(i in list, "a hole in a list");
      return list;
    }
    case "record":
      check(Object.getPrototypeOf(held) === Object.prototype, "an object of another prototype");
      return Object.entries(held).flat(1);
    case "map":
      return [...(held as Map<unknown, unknown>)].flat(1);
    case "set":
      return [...(held as Set<unknown>)];
    case "date":
      check(!Number.isNaN((held as Date).getTime()), "an invalid date");
      return [];
    case "typed-array":
      return [];
    case "graph":
      return graphParts(held as Graph);
    case "ref": {
      const { id, location, metadata, incarnation } = (held as Ref).toData();
      check(
        typeof id === "string" && (incarnation === undefined || typeof incarnation === "string"),
        "a broken reference",
      );
      check(kindOf(metadata) === "record", "a reference without metadata");
      return [id, location, metadata];
    }
    case "error": {
      const { name, message, stack, cause } = held as Error;
      const { code, details } = held as { code?: unknown; details?: unknown };
      for (const text of [name, message, stack])
        check(typeof text === "string" && isWellFormed(text), "a broken error");
      check(code === undefined || typeof code === "string", "an error with a broken code");
      if (isGraphoidError(held)) check(kindOf(details) === "record", "an error with broken details");
      return [cause ?? null, details ?? null];
    }
    default:
      // An instance of a registered class is the business of its codec.
      check(kind !== "opaque" || Object.getPrototypeOf(held).constructor.name === "Money", `something ${kind}`);
      return [];
  }
}

/** Checks that the ways to look at a graph agree, and returns what it holds. */
function graphParts(graph: Graph): unknown[] {
  const ids = graph.nodes();
  const edges = graph.edges();
  check(ids.length === graph.nodeCount && edges.length === graph.edgeCount, "counts that are wrong");
  check(new Set(ids).size === ids.length, "an id that stands twice");
  const held: unknown[] = [];
  for (const id of ids) {
    const record = graph.nodeRecord(id);
    check(record?.id === id && graph.hasNode(id), "a node that is not found");
    check(record?.type === undefined || isWellFormed(record.type), "a broken type");
    held.push(id, record?.value, record?.properties);
  }
  const keys = new Set<string>();
  const neighbors = new Map<string, Set<string>>();
  for (const { from, to, label, weight, properties = {} } of edges) {
    check(graph.hasNode(from) && graph.hasNode(to), "an edge to nowhere");
    check(graph.hasEdge(from, to, label), "an edge that is not found");
    check(weight === undefined || (typeof weight === "number" && !Number.isNaN(weight)), "a broken weight");
    keys.add(JSON.stringify([graph.type === "directed" ? [from, to] : [from, to].sort(), label]));
    for (const [a, b] of graph.type === "directed"
      ? [[from, to]]
      : [
          [from, to],
          [to, from],
        ]) {
      neighbors.set(a as string, (neighbors.get(a as string) ?? new Set()).add(b as string));
    }
    held.push(label, properties);
  }
  check(keys.size === edges.length, "an edge that stands twice");
  for (const id of ids) {
    const listed = graph.neighbors(id);
    check(listed.length === (neighbors.get(id)?.size ?? 0), "neighbours that are not those of the edges");
    check(
      listed.every((other) => neighbors.get(id)?.has(other)),
      "a neighbour without an edge",
    );
  }
  return held;
}

function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(`not well-formed: ${what}`);
}
