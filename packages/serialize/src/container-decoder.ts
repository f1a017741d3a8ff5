import type { Ref, RefData, Value } from "@graphoid/core";
import { decodedError, setCause, setDetails } from "./decoded-error.ts";
import { isPlainRecord } from "./record-fields.ts";
import { decodeWith } from "./registry.ts";
import type { ValueDecoder } from "./value-decoder.ts";

/** The body of a reference: its id, location, metadata and, where there is one, incarnation. */
export function readRef(reader: ValueDecoder, depth: number): Ref {
  const count = reader.arrayHead();
  const id = reader.string();
  const location = reader.value(depth + 1);
  const metadata = reader.value(depth + 1);
  if (!isPlainRecord(metadata) || (count !== 3 && count !== 4)) throw reader.malformed("a reference that is not one");
  const data: RefData = { id, location, metadata };
  return reader.settings.createRef(count === 3 ? data : { ...data, incarnation: reader.string() });
}

/**
 * The body of an error: its name, message, code, stack, details and, where there is one, cause. `keep` is told of the
 * error before its details and cause are read, which may refer to it.
 */
export function readError(reader: ValueDecoder, keep: (error: Error) => void, depth: number): Error {
  const count = reader.arrayHead();
  if (count !== 5 && count !== 6) throw reader.malformed("an error that is not one");
  const name = reader.string();
  const message = reader.string();
  const code = optionalString(reader, depth + 1);
  const stack = optionalString(reader, depth + 1);
  // An error of ours always has details, so whether some follow tells which class to make.
  const isOurs = reader.bytes[reader.at] !== 0xc0 && code !== undefined;
  const error = decodedError({ name, message, code, stack }, isOurs);
  keep(error);
  const details = reader.value(depth + 1);
  if (isOurs && isPlainRecord(details)) setDetails(error, details);
  else if (details !== null) throw reader.malformed("an error whose details are no object");
  if (count === 6) setCause(error, reader.value(depth + 1));
  return error;
}

/** The body of an instance of a registered class: the tag of the class, and what its codec made of the instance. */
export function readCustom(reader: ValueDecoder, depth: number): Value {
  const codec = reader.settings.registry.codecByTag(reader.string());
  return decodeWith(codec, reader.value(depth + 1));
}

function optionalString(reader: ValueDecoder, depth: number): string | undefined {
  const value = reader.value(depth);
  if (value === null || typeof value === "string") return value ?? undefined;
  throw reader.malformed("an error whose code or stack is not a string");
}
