export type {
  AsyncBytesOptions,
  BytesOptions,
  GraphBatch,
  JsonOptions,
  MsgpackOptions,
  Serializer,
  SerializerOptions,
  Session,
  StreamOptions,
} from "./api.ts";
export {
  batches,
  fromBytes,
  fromBytesAsync,
  fromJson,
  fromMsgpack,
  fromStream,
  register,
  session,
  stream,
  toBytes,
  toBytesAsync,
  toJson,
  toMsgpack,
} from "./default.ts";
export {
  ChecksumError,
  CodecError,
  FormatError,
  LimitError,
  SequenceError,
  TrailingDataError,
  TruncatedError,
  VersionError,
} from "./errors.ts";
export type { Class } from "./registry.ts";
export { createSerializer } from "./serializer.ts";
export { UnknownValue } from "./unknown-value.ts";
