import { type Value, type ValueCodec, valueCodec } from "@graphoid/core";

/**
 * Something that this serializer knows no class or extension for, kept as it came by `createSerializer({ unknown: "keep" })`.
 * Written again, it is the same bytes, so a program can pass on what only others understand.
 *
 * @example
 * ```ts
 * import { createSerializer, UnknownValue } from "@graphoid/serialize";
 *
 * const relay = createSerializer({ unknown: "keep" });
 * const kept = relay.fromJson('{"$type":"custom","tag":"money","value":[5,"EUR"]}');
 * console.log(kept instanceof UnknownValue && kept.tag); // money
 * console.log(relay.toJson(kept)); // {"$type":"custom","tag":"money","value":[5,"EUR"]}
 * ```
 */
export class UnknownValue {
  /** The tag of the class, or the number of the MessagePack extension. */
  readonly tag: string | number;
  /** What the codec of the class made; of an extension, its bytes. */
  readonly value: Value;

  constructor(tag: string | number, value: Value) {
    this.tag = tag;
    this.value = value;
  }
}

/** So that they compare, hash and are cloned by what they hold. */
const unknownCodec: ValueCodec<UnknownValue> = {
  tag: "graphoid.unknown",
  encode: ({ tag, value }) => [tag, value],
  decode: (data) => new UnknownValue(...(data as [string | number, Value])),
};
Object.defineProperty(UnknownValue, valueCodec, { value: unknownCodec });
