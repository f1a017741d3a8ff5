import { describe, NotSerializableError } from "@graphoid/core";

/** Neither can contain itself: it is made of what it holds, so while that is read there is nothing to refer to. */
export const SELF = "a reference or an instance of a registered class that contains itself";
export const CHANGED = "a container that changed while it was written";
export const INVALID_DATE = "an invalid date";

/** The error for something that is not a value; the serializer adds the path to it. */
export function refused(value: unknown, what: string = describe(value)): NotSerializableError {
  return new NotSerializableError(`serialize: ${what} cannot be serialized`, { details: { value, what } });
}

/** The key of a symbol, which is all that can travel of it. */
export function registeredKey(symbol: symbol): string {
  const key = Symbol.keyFor(symbol);
  if (key === undefined) throw refused(symbol, "a symbol that is not registered (use Symbol.for)");
  return key;
}
