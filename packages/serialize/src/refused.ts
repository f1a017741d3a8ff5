import { describe, NotSerializableError } from "@graphoid/core";

/** Why instances of registered classes cannot contain themselves: there is nothing to refer to before `decode` ran. */
export const SELF = "an instance of a registered class that contains itself";
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
