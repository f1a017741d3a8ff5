import { type Graph, isGraph, kindOf, type Value } from "@graphoid/core";
import type { HookEntry } from "./hook-entry.ts";

/** Where a graph was put: in the value of a node. */
interface Place {
  readonly holder: WeakRef<Graph>;
  readonly nodeId: string;
}

/**
 * A hook of a graph and of all graphs inside it, those to come included. It is attached to every graph that is, or may
 * soon be, inside; whether one is inside is looked up whenever it is asked, along the places where the graph was put.
 */
export class NestedHook {
  /** The hook itself, and those that follow what is put in. */
  readonly entries: readonly HookEntry[];
  readonly #root: WeakRef<Graph>;
  readonly #attach: (graph: Graph) => void;
  readonly #places = new WeakMap<Graph, Place[]>();

  /** @param attach - Has `entries` asked about a graph too. */
  constructor(root: Graph, entry: HookEntry, attach: (graph: Graph) => void) {
    this.#root = new WeakRef(root);
    this.#attach = attach;
    const follow = (graph: Graph, nodeId: unknown, value: unknown): "continue" => {
      this.#find([[graph, nodeId as string, value as Value]]);
      return "continue";
    };
    // Last of all: what other hooks refuse or deal with is not put in.
    const follower = {
      fn: follow,
      priority: Number.NEGATIVE_INFINITY,
      order: entry.order,
      name: entry.name,
      active: true,
    };
    this.entries = [
      { ...entry, fn: (graph, a, b, c, d) => (this.#isInside(graph) ? entry.fn(graph, a, b, c, d) : "continue") },
      { ...follower, operation: "addNode" },
      { ...follower, operation: "updateNode" },
    ];
  }

  /** Attaches the hook to the graph and to those inside. */
  start(): void {
    const root = this.#root.deref();
    if (root === undefined) return;
    this.#places.set(root, []);
    this.#attach(root);
    this.#find(contentOf(root));
  }

  /** Notes the graphs in values of nodes, and those inside them. */
  #find(values: (readonly [Graph, string, Value])[]): void {
    for (let next = values.pop(); next !== undefined; next = values.pop()) {
      const [holder, nodeId, value] = next;
      for (const graph of graphsIn(value)) {
        const places = this.#places.get(graph);
        if (places === undefined) {
          this.#places.set(graph, [{ holder: new WeakRef(holder), nodeId }]);
          this.#attach(graph);
          for (const value of contentOf(graph)) values.push(value);
        } else if (!places.some((place) => place.nodeId === nodeId && place.holder.deref() === holder)) {
          places.push({ holder: new WeakRef(holder), nodeId });
        }
      }
    }
  }

  #isInside(graph: Graph): boolean {
    const root = this.#root.deref();
    // Graphs may contain each other.
    const asked = new Set([graph]);
    // What is added meanwhile is gone through too.
    for (const inner of asked) {
      if (inner === root) return true;
      const places = this.#places.get(inner) ?? [];
      const current = places.filter(({ holder, nodeId }) => graphsIn(holder.deref()?.getNode(nodeId)).has(inner));
      if (current.length < places.length) this.#places.set(inner, current);
      for (const { holder } of current) asked.add(holder.deref() as Graph);
    }
    return false;
  }
}

function contentOf(graph: Graph): (readonly [Graph, string, Value])[] {
  const content: (readonly [Graph, string, Value])[] = [];
  graph.forEachNode((id, value) => {
    if (typeof value === "object" && value !== null) content.push([graph, id, value]);
  });
  return content;
}

/** The graphs that a value is or contains, without those inside them. */
function graphsIn(value: Value | undefined): Set<Graph> {
  const found = new Set<Graph>();
  const seen = new Set<object>();
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== "object" || next === null || seen.has(next)) continue;
    seen.add(next);
    if (isGraph(next)) found.add(next);
    else for (const part of partsOf(next)) waiting.push(part);
  }
  return found;
}

function partsOf(value: object): Iterable<unknown> {
  switch (kindOf(value)) {
    case "list":
    case "set":
      return value as Iterable<unknown>;
    case "map":
      return [...(value as Map<unknown, unknown>)].flat();
    case "record":
      return Object.values(value);
    default:
      return [];
  }
}
