import { Graph, GraphoidError, type PlainRecord, type Value, valueCodec } from "../src/index.ts";
import { TestRef } from "./values.ts";

/** A value as test-vectors/hash.json writes it: a list of the kind and what belongs to it. See the file's `notation`. */
export type Written = readonly [kind: string, ...rest: unknown[]];

type Fields = readonly (readonly [string, Written])[];

interface WrittenGraph {
  readonly type: "directed" | "undirected";
  readonly nodes: readonly { id: string; value: Written; type?: string; properties?: Fields }[];
  readonly edges: readonly { from: string; to: string; label: string; weight?: number; properties?: Fields }[];
}

/** The value that is written; `around` are the lists, records and graphs that it stands in, the innermost first. */
export function readValue([kind, content, more]: Written, around: readonly Value[] = []): Value {
  switch (kind) {
    case "up":
      return around[(content as number) - 1] as Value;
    case "null":
      return null;
    case "boolean":
      return content as boolean;
    case "number":
      return Number(content);
    case "bigint":
      return BigInt(content as string);
    case "string":
      return content as string;
    case "symbol":
      return Symbol.for(content as string);
    case "date":
      return new Date(content as number);
    case "bytes":
      return bytesOf(content as string, more as string);
    case "list":
      return listOf(content as Written[], around);
    case "record":
      return recordOf(content as Fields, around);
    case "map":
      return new Map((content as [Written, Written][]).map(([key, item]) => [readValue(key), readValue(item)]));
    case "set":
      return new Set((content as Written[]).map((item) => readValue(item)));
    case "graph":
      return graphOf(content as WrittenGraph, around);
    case "ref":
      return refOf(content as Fields);
    case "error":
      return errorOf(recordOf(content as Fields));
    case "custom":
      return customOf(content as string, readValue(more as Written));
    default:
      throw new Error(`test vectors: unknown kind ${kind}`);
  }
}

function listOf(items: readonly Written[], around: readonly Value[]): Value {
  const list: Value[] = [];
  for (const item of items) list.push(readValue(item, [list, ...around]));
  return list;
}

function recordOf(fields: Fields, around: readonly Value[] = []): PlainRecord {
  const record = {};
  for (const [key, item] of fields) {
    const value = readValue(item, [record, ...around]);
    Object.defineProperty(record, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return record;
}

function bytesOf(type: string, hex: string): Value {
  const { buffer } = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const types = { Uint8Array, Int8Array, Uint16Array, Int32Array, Float32Array, Float64Array, BigInt64Array };
  return new types[type as keyof typeof types](buffer);
}

function graphOf({ type, nodes, edges }: WrittenGraph, around: readonly Value[]): Graph {
  const graph = new Graph({ type });
  for (const { id, value, type, properties } of nodes) {
    graph.addNode(id, readValue(value, [graph, ...around]), {
      ...(type === undefined ? {} : { type }),
      ...(properties ? { properties: recordOf(properties) } : {}),
    });
  }
  for (const { from, to, label, weight, properties } of edges) {
    graph.addEdge(from, to, label, {
      ...(weight === undefined ? {} : { weight }),
      ...(properties ? { properties: recordOf(properties) } : {}),
    });
  }
  return graph;
}

function refOf(fields: Fields): Value {
  const { id, location, metadata, incarnation } = recordOf(fields) as Record<string, never>;
  return Object.assign(new TestRef(id as unknown as string, incarnation), { place: location, metadata });
}

function errorOf({ name, message, code, details, cause }: PlainRecord): Value {
  const options = {
    ...(cause === undefined ? {} : { cause }),
    ...(details ? { details: details as PlainRecord } : {}),
  };
  if (code !== undefined) return new GraphoidError(code as string, message as string, options);
  return Object.defineProperty(new Error(message as string, options), "name", { value: name });
}

function customOf(tag: string, data: Value): Value {
  class Custom {}
  Object.assign(Custom, { [valueCodec]: { tag, encode: () => data, decode: () => new Custom() } });
  return new Custom();
}
