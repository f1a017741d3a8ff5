export {
  fromBytes,
  fromJson,
  fromMsgpack,
  fromStream,
  register,
  stream,
  toBytes,
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
export {
  createSerializer,
  type JsonOptions,
  type MsgpackOptions,
  type Serializer,
  type SerializerOptions,
  type StreamOptions,
} from "./serializer.ts";
