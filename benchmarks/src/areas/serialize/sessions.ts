import { createSerializer } from "@graphoid/serialize";
import { Encoder as CborEncoder } from "cbor-x";
import { Packr } from "msgpackr";
import type { Message } from "../../datasets/messages.ts";
import { type MessageContender, messageContender } from "./messages.ts";
import { CBOR_X, MSGPACKR, OURS } from "./names.ts";

/**
 * Both ends of a connection, on which the structure of a message is sent only once. Sessions number their messages modulo
 * 256, so the messages of a pass, which is decoded again and again, are a multiple of that.
 */
export const contenders: { readonly [name: string]: MessageContender } = {
  [OURS]: messageContender("@graphoid/serialize", () => {
    const serializer = createSerializer();
    const writer = serializer.session();
    const reader = serializer.session();
    return {
      encode: (message) => writer.toBytes(message as never),
      decode: (bytes) => reader.fromBytes(bytes) as never,
    };
  }),
  [MSGPACKR]: messageContender("msgpackr", () => {
    const packr = new Packr({ structures: [] });
    return { encode: (message) => packr.pack(message), decode: (bytes) => packr.unpack(bytes) as Message };
  }),
  [CBOR_X]: messageContender("cbor-x", () => {
    const encoder = new CborEncoder({ structures: [] });
    return {
      encode: (message) => encoder.encode(message),
      decode: (bytes) => encoder.decode(bytes as Buffer) as Message,
    };
  }),
};
