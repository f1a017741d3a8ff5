import * as v8 from "node:v8";
import { Decoder as MessagePackDecoder, Encoder as MessagePackEncoder } from "@msgpack/msgpack";
import { Encoder as CborEncoder } from "cbor-x";
import { Packr } from "msgpackr";
import type { GraphRows } from "../../datasets/graph-rows.ts";
import type { GraphCodec } from "./graph-codec.ts";
import { type GraphInput, visitRows } from "./graph-input.ts";

type RowCodec = GraphCodec<GraphRows, GraphRows>;

const rows = {
  hold: (input: GraphInput): GraphRows => input.rows,
  visit: visitRows,
};

// Records are msgpackr's fastest mode; without `structures` the bytes can be read by themselves, as ours can.
const packr = new Packr({ useRecords: true });
export const msgpackr: RowCodec = {
  ...rows,
  packageName: "msgpackr",
  encode: (held) => packr.pack(held),
  decode: (bytes) => packr.unpack(bytes) as GraphRows,
};

// The documentation recommends to keep the instances.
const messagePackEncoder = new MessagePackEncoder();
const messagePackDecoder = new MessagePackDecoder();
export const messagePack: RowCodec = {
  ...rows,
  packageName: "@msgpack/msgpack",
  encode: (held) => messagePackEncoder.encode(held),
  decode: (bytes) => messagePackDecoder.decode(bytes) as GraphRows,
};

const cborEncoder = new CborEncoder({ structures: [] });
export const cborX: RowCodec = {
  ...rows,
  packageName: "cbor-x",
  encode: (held) => cborEncoder.encode(held),
  decode: (bytes) => cborEncoder.decode(bytes as Buffer) as GraphRows,
};

export const v8Serialize: RowCodec = {
  ...rows,
  encode: (held) => v8.serialize(held),
  decode: (bytes) => v8.deserialize(bytes) as GraphRows,
};

export const json: RowCodec = {
  ...rows,
  encode: (held) => Buffer.from(JSON.stringify(held)),
  decode: (bytes) => JSON.parse((bytes as Buffer).toString()) as GraphRows,
};
