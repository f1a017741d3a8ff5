import {
  type EdgeRecord,
  IntegrityError,
  type NodeRecord,
  type PlainRecord,
  type StringTable,
  type Value,
} from "@graphoid/core";
import type { GraphBatch } from "./api.ts";
import { presentIn, type ReadColumn, valueAt } from "./column-merge.ts";
import { FormatError } from "./errors.ts";
import { checkEnd } from "./graph-decoder.ts";
import type { EdgesPart, GraphPart, NodesPart } from "./graph-parts.ts";
import type { DecoderSettings } from "./record-decoder.ts";
import { addField } from "./record-fields.ts";
import { PartReader, type StreamLimits } from "./stream-reader.ts";
import { PENDING } from "./value-decoder.ts";

/** Yields the nodes and edges of a graph as a stream brings them. */
export async function* readBatches(
  chunks: AsyncIterable<Uint8Array>,
  limits: StreamLimits,
  settings: DecoderSettings,
): AsyncGenerator<GraphBatch, void, undefined> {
  let batcher: Batcher | undefined;
  const reader = new PartReader(limits, settings, (directed) => {
    batcher = new Batcher(directed);
    // There is no graph that a value could hold.
    return PENDING;
  });
  for await (const chunk of chunks) {
    for (const part of reader.push(chunk)) {
      if (part.kind === "nodes" || part.kind === "edges") reader.charge(memoryOf(part));
      const batch = (batcher as Batcher).batch(part);
      if (batch) yield batch;
    }
  }
  if (reader.finish() !== undefined) throw new FormatError("serialize.batches: expected a graph, got another value");
}

/** About what a record takes in memory, and each of its properties, in bytes. */
const RECORD_COST = 100;
const PROPERTY_COST = 16;

/** About what the records of a part will take: columns may give one value to all rows in a few bytes. */
function memoryOf({ count, properties }: NodesPart | EdgesPart): number {
  let cells = 0;
  for (const column of properties.values()) cells += presentIn(column);
  return count * RECORD_COST + cells * PROPERTY_COST;
}

/** Turns parts into records. Of what came before it keeps the ids and the names, which edges refer to. */
class Batcher {
  readonly #directed: boolean;
  readonly #names: string[] = [];
  readonly #known = new Set<string>();
  readonly #ids: StringTable[] = [];
  /** The row of the first id of each of `#ids`. */
  readonly #starts: number[] = [];
  #nodes = 0;
  #edges = 0;

  constructor(directed: boolean) {
    this.#directed = directed;
  }

  batch(part: GraphPart): GraphBatch | undefined {
    switch (part.kind) {
      case "names":
        this.#addNames(part.names);
        return undefined;
      case "nodes":
        return { kind: "nodes", directed: this.#directed, nodes: this.#nodeRecords(part) };
      case "edges":
        return { kind: "edges", directed: this.#directed, edges: this.#edgeRecords(part) };
      case "end":
        checkEnd(part, this.#nodes, this.#edges);
        return undefined;
    }
  }

  #addNames(names: StringTable): void {
    for (let i = 0; i < names.length; i++) {
      const name = names.at(i);
      if (this.#known.has(name)) throw new IntegrityError(`graph: the name ${JSON.stringify(name)} stands twice`);
      this.#known.add(name);
      this.#names.push(name);
    }
  }

  #nodeRecords({ count, ids, types, values, properties }: NodesPart): NodeRecord[] {
    this.#ids.push(ids);
    this.#starts.push(this.#nodes);
    this.#nodes += count;
    const records: NodeRecord[] = [];
    for (let row = 0; row < count; row++) {
      const type = types[row] as number;
      records.push({
        id: ids.at(row),
        value: valueAt(values, row) ?? null,
        properties: recordAt(properties, row),
        ...(type === 0 ? {} : { type: this.#name(type - 1) }),
      });
    }
    return records;
  }

  #edgeRecords({ count, sources, targets, labels, weights, properties }: EdgesPart): EdgeRecord[] {
    this.#edges += count;
    const records: EdgeRecord[] = [];
    for (let row = 0; row < count; row++) {
      const weight = valueAt(weights, row) as number | undefined;
      const record = recordAt(properties, row);
      records.push({
        from: this.#id(sources[row] as number),
        to: this.#id(targets[row] as number),
        label: this.#name(labels[row] as number),
        ...(weight === undefined ? {} : { weight }),
        ...(Object.keys(record).length === 0 ? {} : { properties: record }),
      });
    }
    return records;
  }

  #name(code: number): string {
    const name = this.#names[code];
    if (name === undefined)
      throw new IntegrityError(`graph: a label or type names string ${code} of ${this.#names.length}`);
    return name;
  }

  #id(row: number): string {
    if (row >= this.#nodes) throw new IntegrityError(`graph: an edge names node ${row} of ${this.#nodes}`);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= row) low = middle;
      else high = middle - 1;
    }
    return (this.#ids[low] as StringTable).at(row - (this.#starts[low] as number));
  }
}

function recordAt(properties: ReadonlyMap<string, ReadColumn | undefined>, row: number): PlainRecord {
  const record: Record<string, Value> = {};
  let sparse = false;
  for (const [key, column] of properties) {
    const value = valueAt(column, row);
    if (value !== undefined) sparse = addField(record, key, value, sparse);
  }
  return record;
}
