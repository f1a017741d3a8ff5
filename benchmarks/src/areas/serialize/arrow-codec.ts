import {
  Table as ArrowTable,
  type Data,
  Dictionary,
  Float64,
  Int32,
  makeData,
  makeVector,
  type Table,
  tableFromIPC,
  tableToIPC,
  Uint32,
  Utf8,
  type Vector,
} from "apache-arrow";
import type { GraphRows, NodeRow } from "../../datasets/graph-rows.ts";
import { addNumber, addText } from "./checksum.ts";
import type { GraphCodec } from "./graph-codec.ts";
import { type RowKind, visitEdge } from "./graph-input.ts";

interface ArrowRows {
  readonly rows: GraphRows;
  readonly kind: RowKind<NodeRow>;
}

interface ArrowGraph {
  readonly nodes: Table;
  readonly edges: Table;
}

/**
 * Arrow has columns but no graph, so this writes what a careful user would: a table of the nodes with dictionaries for
 * what repeats, and one of the edges whose ends are row numbers. Columns are filled directly, since Arrow's builders take
 * three times as long. It starts from rows, and ends in tables that look nothing up by id.
 */
export const arrow: GraphCodec<ArrowRows, ArrowGraph> = {
  packageName: "apache-arrow",
  hold: ({ rows, kind }) => ({ rows, kind }),
  encode({ rows, kind }) {
    return joined(tableToIPC(nodeTable(rows, kind), "stream"), tableToIPC(edgeTable(rows), "stream"));
  },
  decode(bytes) {
    const split = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    return { nodes: tableFromIPC(bytes.subarray(8, split)), edges: tableFromIPC(bytes.subarray(split)) };
  },
  visit({ nodes, edges }, kind) {
    const column = (table: Table, name: string): Vector => table.getChild(name)!.memoize();
    const ids = column(nodes, "id");
    const types = column(nodes, "type");
    const properties = kind.keys.map((key) => column(nodes, key));
    let sum = nodes.numRows;
    for (let row = 0; row < nodes.numRows; row++) {
      sum = addText(addText(sum, ids.get(row) as string), types.get(row) as string);
      for (let i = 0; i < properties.length; i++) {
        const value = properties[i]!.get(row) as string | number;
        sum = typeof value === "string" ? addText(sum, value) : addNumber(sum, value);
      }
    }
    const sources = edges.getChild("source")!.toArray() as Uint32Array;
    const targets = edges.getChild("target")!.toArray() as Uint32Array;
    const weights = edges.getChild("weight")!.toArray() as Float64Array;
    const labels = column(edges, "label");
    for (let row = 0; row < sources.length; row++) {
      const from = ids.get(sources[row]!) as string;
      sum = visitEdge(sum, from, ids.get(targets[row]!) as string, labels.get(row) as string, weights[row]);
    }
    return sum;
  },
};

function nodeTable({ nodes }: GraphRows, { keys, numberKeys }: RowKind<NodeRow>): Table {
  const columns: { [name: string]: Vector } = {
    id: makeVector(texts(nodes.length, (i) => nodes[i]!.id)),
    type: dictionary(nodes.length, (i) => nodes[i]!.type!),
  };
  for (const key of keys) {
    const at = (i: number): unknown => (nodes[i] as unknown as { readonly [key: string]: unknown })[key];
    columns[key] = numberKeys.includes(key)
      ? numbers(nodes.length, at as (i: number) => number)
      : dictionary(nodes.length, at as (i: number) => string);
  }
  return new ArrowTable(columns);
}

function edgeTable({ nodes, edges }: GraphRows): Table {
  const rowOf = new Map<string, number>();
  for (let i = 0; i < nodes.length; i++) rowOf.set(nodes[i]!.id, i);
  const sources = new Uint32Array(edges.length);
  const targets = new Uint32Array(edges.length);
  for (let i = 0; i < edges.length; i++) {
    const { from, to } = edges[i]!;
    sources[i] = rowOf.get(from)!;
    targets[i] = rowOf.get(to)!;
  }
  return new ArrowTable({
    source: makeVector(makeData({ type: new Uint32(), data: sources })),
    target: makeVector(makeData({ type: new Uint32(), data: targets })),
    label: dictionary(edges.length, (i) => edges[i]!.label),
    weight: numbers(edges.length, (i) => edges[i]!.weight!),
  });
}

function texts(count: number, at: (i: number) => string): Data<Utf8> {
  const valueOffsets = new Int32Array(count + 1);
  let data = Buffer.allocUnsafe(count * 32);
  let end = 0;
  for (let i = 0; i < count; i++) {
    const text = at(i);
    if (data.length - end < text.length * 3) data = Buffer.concat([data, Buffer.allocUnsafe(data.length + 1024)]);
    end += data.write(text, end);
    valueOffsets[i + 1] = end;
  }
  return makeData({ type: new Utf8(), length: count, nullCount: 0, valueOffsets, data: data.subarray(0, end) });
}

function dictionary(count: number, at: (i: number) => string): Vector {
  const codes = new Map<string, number>();
  const indices = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const text = at(i);
    let code = codes.get(text);
    if (code === undefined) {
      code = codes.size;
      codes.set(text, code);
    }
    indices[i] = code;
  }
  const distinct = [...codes.keys()];
  const values = makeVector(texts(distinct.length, (i) => distinct[i]!));
  const type = new Dictionary(new Utf8(), new Int32());
  return makeVector(makeData({ type, length: count, nullCount: 0, data: indices, dictionary: values }));
}

function numbers(count: number, at: (i: number) => number): Vector {
  const data = new Float64Array(count);
  let integers = true;
  for (let i = 0; i < count; i++) {
    const value = at(i);
    data[i] = value;
    if ((value | 0) !== value) integers = false;
  }
  if (integers) return makeVector(makeData({ type: new Int32(), data: Int32Array.from(data) }));
  return makeVector(makeData({ type: new Float64(), data }));
}

/** Both parts in one message, the second behind a length; both stay aligned to eight bytes. */
function joined(nodes: Uint8Array, edges: Uint8Array): Uint8Array {
  const split = 8 + Math.ceil(nodes.length / 8) * 8;
  const bytes = new Uint8Array(split + edges.length);
  new DataView(bytes.buffer).setUint32(0, split, true);
  bytes.set(nodes, 8);
  bytes.set(edges, split);
  return bytes;
}
