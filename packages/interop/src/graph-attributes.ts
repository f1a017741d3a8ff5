import {
  checkFunction,
  checkOptions,
  describe,
  type EdgeRecord,
  type Graph,
  invalidArgument,
  isGraph,
  type NodeRecord,
  NotSerializableError,
  type PlainRecord,
  type Value,
} from "@graphoid/core";
import { type AttributeNames, checkNames, edgeRole, nodeRole } from "./attribute-names.ts";
import type { Scalar } from "./scalar.ts";
import { isXmlText } from "./xml-text.ts";

/**
 * Makes of a value that a format cannot hold one that it can, or leaves it out with `undefined`. `path` says where it
 * is: `node "alice", value`.
 */
export type Convert = (value: Value, path: string) => Scalar | undefined;

/** How to write what a format has no place for. */
export interface WriteXmlOptions {
  /** Default: such a value is an error. */
  readonly convert?: Convert;
  readonly names?: AttributeNames;
}

/** Names of attributes, with what they hold. */
export type Attributes = readonly (readonly [name: string, value: Scalar])[];

const MIN_LONG = -(2n ** 63n);
const MAX_LONG = 2n ** 63n - 1n;

/** Takes from a graph what XML can hold of it. Everything else is an error or goes through `convert`. */
export class GraphAttributes {
  readonly names: Required<AttributeNames>;
  readonly #call: string;
  readonly #convert: Convert | undefined;

  constructor(call: string, graph: Graph, options: WriteXmlOptions) {
    checkGraph(call, graph);
    checkOptions(call, options, ["convert", "names"]);
    if (options.convert !== undefined) checkFunction(call, "convert", options.convert);
    this.names = checkNames(call, options.names);
    this.#call = call;
    this.#convert = options.convert;
  }

  /** The attributes of a node: its value, its type, its properties. */
  ofNode({ id, value, type, properties }: NodeRecord): Attributes {
    const owner = `node ${describe(id)}`;
    this.checkText(id, owner, "id");
    const entries: Entry[] = [];
    if (value !== null) entries.push({ role: "value", key: "value", name: this.names.value, value });
    if (type !== undefined) entries.push({ role: "type", key: "type", name: this.names.type, value: type });
    entries.push(...propertyEntries(properties));
    return this.#collect(owner, entries, nodeRole);
  }

  /** The attributes of an edge: its label, unless it is the default, its weight, its properties. */
  ofEdge({ from, to, label, weight, properties = {} }: EdgeRecord): Attributes {
    const entries: Entry[] = [];
    if (label !== "edge") entries.push({ role: "label", key: "label", name: this.names.label, value: label });
    if (weight !== undefined) entries.push({ role: "weight", key: "weight", name: this.names.weight, value: weight });
    entries.push(...propertyEntries(properties));
    return this.#collect(edgeName({ from, to, label }), entries, edgeRole);
  }

  /** The properties of an edge, for a format that has places of its own for label and weight. */
  propertiesOf(edge: EdgeRecord): Attributes {
    const owner = edgeName(edge);
    const found: [string, Scalar][] = [];
    for (const [key, each] of Object.entries(edge.properties ?? {})) {
      const held = this.#held(owner, key, key, each);
      if (held !== undefined) found.push([key, held]);
    }
    return found;
  }

  /** Throws unless XML can hold a text. */
  checkText(text: string, owner: string, key: string): void {
    if (!isXmlText(text)) throw this.#refuse(owner, key, "has a character that XML cannot hold");
  }

  /** What to write for a value: itself, or what `convert` makes of it. */
  #held(owner: string, key: string, name: string, value: Value): Scalar | undefined {
    this.checkText(name, owner, key);
    if (isHoldable(value)) return value;
    if (this.#convert === undefined) {
      throw this.#refuse(owner, key, `cannot be written: ${describe(value)}; see \`convert\``);
    }
    const converted = this.#convert(value, `${owner}, ${key}`);
    if (converted === undefined || isHoldable(converted)) return converted;
    throw invalidArgument(this.#call, "convert", "to return what the format can hold, or undefined", converted);
  }

  #collect(owner: string, entries: readonly Entry[], roleOf: typeof nodeRole | typeof edgeRole): Attributes {
    const found = new Map<string, Scalar>();
    for (const { role, key, name, value } of entries) {
      const held = this.#held(owner, key, name, value);
      if (held === undefined) continue;
      if (roleOf(this.names, name, held) !== role || found.has(name)) {
        throw this.#refuse(owner, key, "has the name of something else; choose other names with `names`");
      }
      found.set(name, held);
    }
    return [...found];
  }

  #refuse(owner: string, key: string, message: string): NotSerializableError {
    return notSerializable(this.#call, owner, key, message);
  }
}

/** Something that is to become the attribute `name`, and what a reader is to make of it. */
interface Entry {
  readonly role: string;
  readonly key: string;
  readonly name: string;
  readonly value: Value;
}

function propertyEntries(properties: PlainRecord): Entry[] {
  return Object.entries(properties).map(([key, value]) => ({ role: "property", key, name: key, value }));
}

/** Throws unless `graph` is a graph. */
export function checkGraph(call: string, graph: Graph): void {
  if (!isGraph(graph)) throw invalidArgument(call, "graph", "a Graph", graph);
}

/** The error for a part of a graph that a format cannot hold. */
export function notSerializable(call: string, owner: string, key: string, message: string): NotSerializableError {
  const path = `${owner}, ${key}`;
  return new NotSerializableError(`${call}: ${path} ${message}`, { details: { path, owner, key } });
}

/** An edge as messages call it. */
export function edgeName({ from, to, label }: Pick<EdgeRecord, "from" | "to" | "label">): string {
  return `edge ${describe(from)} -> ${describe(to)} ${describe(label)}`;
}

/** Whether a value comes back as it is from GraphML and GEXF. */
function isHoldable(value: unknown): value is Scalar {
  switch (typeof value) {
    case "string":
      return isXmlText(value);
    case "bigint":
      // A smaller one would come back as a number.
      return value >= MIN_LONG && value <= MAX_LONG && !Number.isSafeInteger(Number(value));
    default:
      return typeof value === "number" || typeof value === "boolean";
  }
}
