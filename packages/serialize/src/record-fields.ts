import type { PlainRecord, Value } from "@graphoid/core";

/** Up to this index, an object that has elements takes no more than a few hundred bytes for them. */
const SMALL_INDEX = 16;
/** The largest key that is an index. */
const LAST_INDEX = "4294967294";

/** An object without fields in less than half of the memory of `{}`, which reserves room for some. */
export const EmptyRecord: new () => Record<string, Value> = makeEmptyRecord();

function makeEmptyRecord(): new () => Record<string, Value> {
  // A function, as the prototype of a class cannot be set.
  function Empty(): void {}
  Empty.prototype = Object.prototype;
  return Empty as unknown as new () => Record<string, Value>;
}

/**
 * Adds a field that is not there yet, whatever its name: `__proto__` is a field like any other.
 *
 * Engines keep fields whose names are indices in an array, and `{ "1023": 0 }` would have one of 12 KB. So before the
 * first field with a large index, the object is changed to a hash table for them, which the engine changes back when
 * they turn out to be dense. `sparse` is whether that was done; the answer is whether it is done now.
 */
export function addField(record: Record<string, Value>, key: string, value: Value, sparse: boolean): boolean {
  if (key === "__proto__") {
    Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
    return sparse;
  }
  const large = !sparse && isLargeIndex(key);
  if (large) {
    record[LAST_INDEX] = null;
    delete record[LAST_INDEX];
  }
  record[key] = value;
  return sparse || large;
}

/** Whether assigning to a field of this name is all that it takes to add it. */
export function isSimpleKey(key: string): boolean {
  return key !== "__proto__" && !isLargeIndex(key);
}

function isLargeIndex(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 0x31 && first <= 0x39 && Number(key) >= SMALL_INDEX;
}

/** Whether `value` is an object with nothing but fields. */
export function isPlainRecord(value: Value | undefined): value is PlainRecord {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
