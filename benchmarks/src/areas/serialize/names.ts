/** Names of contenders, as the results show them. */
export const OURS = "graphoid";
export const MSGPACKR = "msgpackr";
export const MESSAGE_PACK = "@msgpack/msgpack";
export const CBOR_X = "cbor-x";
export const V8 = "v8.serialize";
export const JSON_TEXT = "JSON";
export const GRAPHOLOGY = "graphology + msgpackr";
export const ARROW = "apache-arrow, columns by hand";
export const MEMORY_COPY = "copying our bytes (physical limit)";
export const WHOLE = "toBytes / fromBytes";
export const MEMORY_LIMIT = "limit: 4 chunks + 1 MB";
export const PLAIN = "without canonical";
export const GZIPPED = "msgpackr + gzip";
