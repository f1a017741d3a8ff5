import type { BulkOperation, Graph, Interception, Ref, Value } from "@graphoid/core";

/** Elements of a bulk operation that belong elsewhere. */
export interface BulkPart {
  readonly to: Ref;
  /** Their places among the elements of the operation. */
  readonly items: number[];
}

/** What a host answers to a bulk operation: what it has done, and what belongs further elsewhere. */
export interface BulkAnswer {
  /** How many elements are new in its graph. */
  readonly added: number;
  readonly redirected: readonly BulkPart[];
}

/** Collects parts: one for each destination. */
export class BulkParts {
  /** By what tells references apart, then by location. Locations that are objects are told apart one by one. */
  readonly #parts = new Map<string, Map<Value, BulkPart>>();

  add(to: Ref, item: number): void {
    const key = JSON.stringify([to.id, to.incarnation ?? null]);
    let byLocation = this.#parts.get(key);
    if (byLocation === undefined) {
      byLocation = new Map();
      this.#parts.set(key, byLocation);
    }
    const location = to.location();
    const part = byLocation.get(location);
    if (part) part.items.push(item);
    else byLocation.set(location, { to, items: [item] });
  }

  all(): BulkPart[] {
    return [...this.#parts.values()].flatMap((byLocation) => [...byLocation.values()]);
  }
}

/** Performs what hooks let pass, all of it or nothing, and says what they sent elsewhere. */
export function applyAllowed(graph: Graph, operation: BulkOperation, outcomes: readonly Interception[]): BulkAnswer {
  const parts = new BulkParts();
  const allowed: number[] = [];
  for (const [item, outcome] of outcomes.entries()) {
    if (outcome === "continue") allowed.push(item);
    else if ("redirect" in outcome) parts.add(outcome.redirect, item);
  }
  const added = allowed.length === 0 ? 0 : (graph.apply(pick(operation, allowed)) as number);
  return { added, redirected: parts.all() };
}

/** The same operation on some of its elements. */
export function pick(operation: BulkOperation, items: readonly number[]): BulkOperation {
  return operation.kind === "addNodes"
    ? { kind: operation.kind, nodes: chosen(operation.nodes, items) }
    : { kind: operation.kind, edges: chosen(operation.edges, items) };
}

function chosen<T>(elements: readonly T[], items: readonly number[]): T[] {
  return items.map((item) => elements[item] as T);
}
