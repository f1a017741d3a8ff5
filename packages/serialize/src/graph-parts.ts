import type { CodeArray, StringTable } from "@graphoid/core";
import { readColumn, readTable, readWeights } from "./column-decoder.ts";
import type { ReadColumn } from "./column-merge.ts";
import { PART } from "./graph-encoder.ts";
import { readCodes, readRows } from "./integer-decoder.ts";
import { COST } from "./memory-budget.ts";
import type { ValueDecoder } from "./value-decoder.ts";

/** Labels and types. */
export interface NamesPart {
  readonly kind: "names";
  readonly names: StringTable;
}

/** Some nodes. */
export interface NodesPart {
  readonly kind: "nodes";
  readonly count: number;
  readonly ids: StringTable;
  readonly types: CodeArray;
  readonly values: ReadColumn | undefined;
  readonly properties: ReadonlyMap<string, ReadColumn | undefined>;
}

/** Some edges; their ends are rows of nodes, counted from the first part on. */
export interface EdgesPart {
  readonly kind: "edges";
  readonly count: number;
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  readonly labels: CodeArray;
  readonly weights: ReadColumn | undefined;
  readonly properties: ReadonlyMap<string, ReadColumn | undefined>;
}

/** The end, with how much should have come. */
export interface EndPart {
  readonly kind: "end";
  readonly nodes: number;
  readonly edges: number;
}

/** A part of a graph as it is on the wire. Nothing in it was checked against other parts. */
export type GraphPart = NamesPart | NodesPart | EdgesPart | EndPart;

/** Reads the next part. */
export function readPart(reader: ValueDecoder, depth: number): GraphPart {
  const start = reader.at;
  const part = readBody(reader, depth);
  reader.budget.take(COST.part, reader.at - start);
  return part;
}

function readBody(reader: ValueDecoder, depth: number): GraphPart {
  const kind = reader.u8();
  switch (kind) {
    case PART.names:
      return { kind: "names", names: readTable(reader) };
    case PART.nodes: {
      const ids = readTable(reader);
      const count = ids.length;
      const types = readCodes(reader, count);
      const values = readColumn(reader, count, depth);
      return { kind: "nodes", count, ids, types, values, properties: readProperties(reader, count, depth) };
    }
    case PART.edges: {
      // Each end takes a byte at least, so a count is never larger than half of what is there.
      const count = reader.count(2);
      const sources = readRows(reader, count);
      const targets = readRows(reader, count);
      const labels = readCodes(reader, count);
      const weighted = reader.u8();
      if (weighted > 1) throw reader.malformed("edges that neither have weights nor lack them");
      const weights = weighted === 1 ? { data: readWeights(reader, count) } : undefined;
      const properties = readProperties(reader, count, depth);
      return { kind: "edges", count, sources, targets, labels, weights, properties };
    }
    case PART.end:
      return { kind: "end", nodes: reader.varint(), edges: reader.varint() };
    default:
      throw reader.malformed(`the unknown part ${kind} of a graph`);
  }
}

function readProperties(reader: ValueDecoder, count: number, depth: number): Map<string, ReadColumn | undefined> {
  const properties = new Map<string, ReadColumn | undefined>();
  for (let left = reader.count(2); left > 0; left--) {
    const start = reader.at;
    const key = reader.string();
    if (properties.has(key)) throw reader.malformed(`the property ${JSON.stringify(key)} a second time`);
    properties.set(key, readColumn(reader, count, depth));
    reader.budget.take(COST.column, reader.at - start);
  }
  return properties;
}
