import { createHash } from "node:crypto";
import * as v8 from "node:v8";
import { createSerializer } from "@graphoid/serialize";
import { Decoder as MessagePackDecoder, Encoder as MessagePackEncoder } from "@msgpack/msgpack";
import { decode as cborDecode, encode as cborEncode } from "cbor-x";
import { pack, unpack } from "msgpackr";
import { type Message, type MessagesParameters, messages } from "../../datasets/messages.ts";
import type { Contender, Measure, Probe } from "../../harness/workload.ts";
import { CBOR_X, JSON_TEXT, MESSAGE_PACK, MSGPACKR, OURS, V8 } from "./names.ts";

/** How messages become bytes that can be kept, and back. */
export interface MessageCodec {
  encode(message: Message): Uint8Array;
  decode(bytes: Uint8Array): Message;
}

export interface MessageBenchParameters extends MessagesParameters {
  /** How often a sample goes through all messages. */
  readonly passes: number;
}

interface MessageState {
  readonly codec: MessageCodec;
  readonly passes: number;
  readonly messages: readonly Message[];
  readonly encoded: readonly Uint8Array[];
  readonly length: number;
  readonly digest: string;
}

function setUp(codec: MessageCodec, parameters: MessageBenchParameters): MessageState {
  const made = messages(parameters);
  // A session sends the structures of a message only with the first of them; what follows is measured.
  for (const message of made) codec.decode(codec.encode(message));
  const encoded = made.map((message) => Buffer.from(codec.encode(message)));
  const length = encoded.reduce((sum, bytes) => sum + bytes.length, 0);
  return { codec, passes: parameters.passes, messages: made, encoded, length, digest: digestOf(made) };
}

/** Keys stand in their order, so that a digest tells them apart. */
function digestOf(made: readonly Message[]): string {
  return createHash("sha256").update(JSON.stringify(made)).digest("hex");
}

const encode: Measure<MessageState> = {
  run({ codec, passes, messages: made }, probe) {
    probe.operations(passes * made.length);
    let length = 0;
    probe.start();
    for (let pass = 0; pass < passes; pass++) {
      for (let i = 0; i < made.length; i++) length += codec.encode(made[i]!).length;
    }
    probe.stop();
    if (length % passes !== 0) return `${length} bytes in ${passes} passes`;
    const decoded = made.map((message) => codec.decode(codec.encode(message)));
    return `${length / passes} ${digestOf(decoded)}`;
  },
  expected: ({ length, digest }) => `${length} ${digest}`,
};

const decode: Measure<MessageState> = {
  run(state, probe) {
    probe.operations(state.passes * state.encoded.length);
    let decoded: readonly Message[] = [];
    for (let pass = 0; pass < state.passes; pass++) decoded = decodePass(state, probe);
    return digestOf(decoded);
  },
  expected: ({ digest }) => digest,
};

/** Decodes every message from a new view, as it would arrive: msgpackr leaves notes on a buffer that it has read. */
function decodePass({ codec, encoded }: MessageState, probe: Probe): readonly Message[] {
  const arrived = encoded.map((bytes) => bytes.subarray());
  const decoded = new Array<Message>(arrived.length);
  probe.start();
  for (let i = 0; i < arrived.length; i++) decoded[i] = codec.decode(arrived[i]!);
  probe.stop();
  return decoded;
}

const size: Measure<MessageState> = {
  run({ length, digest, messages: made }, probe) {
    probe.record("bytes", length / made.length);
    return digest;
  },
  expected: ({ digest }) => digest,
};

export type MessageContender = Contender<MessageState, MessageBenchParameters>;

/** A contender that encodes and decodes messages. Without a package name it is the JavaScript engine's. */
export function messageContender(packageName: string | undefined, create: () => MessageCodec): MessageContender {
  return {
    ...(packageName === undefined ? {} : { packageName }),
    setup: (parameters) => setUp(create(), parameters),
    measures: { encode, decode, size },
  };
}

export const contenders: { readonly [name: string]: MessageContender } = {
  [OURS]: messageContender("@graphoid/serialize", () => {
    const serializer = createSerializer();
    return {
      encode: (message) => serializer.toBytes(message as never),
      decode: (bytes) => serializer.fromBytes(bytes) as never,
    };
  }),
  // For single messages its documentation recommends `pack`, which writes no records.
  [MSGPACKR]: messageContender("msgpackr", () => ({ encode: pack, decode: unpack as never })),
  [MESSAGE_PACK]: messageContender("@msgpack/msgpack", () => {
    const encoder = new MessagePackEncoder();
    const decoder = new MessagePackDecoder();
    return {
      encode: (message) => encoder.encode(message),
      decode: (bytes) => decoder.decode(bytes) as Message,
    };
  }),
  [CBOR_X]: messageContender("cbor-x", () => ({
    encode: cborEncode,
    decode: (bytes) => cborDecode(bytes as Buffer) as Message,
  })),
  [V8]: messageContender(undefined, () => ({ encode: v8.serialize, decode: v8.deserialize })),
  [JSON_TEXT]: messageContender(undefined, () => ({
    encode: (message) => Buffer.from(JSON.stringify(message)),
    decode: (bytes) => JSON.parse((bytes as Buffer).toString()) as Message,
  })),
};
