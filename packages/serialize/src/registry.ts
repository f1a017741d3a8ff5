import {
  checkFunction,
  checkOptions,
  checkString,
  InvalidArgumentError,
  invalidArgument,
  isWellFormed,
  type Registration,
  registration,
  type Value,
  type ValueCodec,
  valueCodec,
} from "@graphoid/core";
import { CodecError } from "./errors.ts";
import { UnknownValue } from "./unknown-value.ts";

/** Any class, abstract or not. */
export type Class<T = object> = abstract new (...args: never[]) => T;

/** Prototypes whose objects are written before anyone asks for codecs. */
const BUILT_IN: ReadonlySet<object> = new Set([Object.prototype, Array.prototype, Uint8Array.prototype]);

/** The classes that a serializer knows. */
export class Registry {
  readonly #byTag = new Map<string, ValueCodec>();
  readonly #byPrototype = new Map<object, ValueCodec>();
  /** Whether what nobody registered is kept as it is. */
  readonly keepsUnknown: boolean;

  constructor(keepsUnknown = false) {
    this.keepsUnknown = keepsUnknown;
  }

  register<T>(type: Class<T>, codec: ValueCodec<T>): Registration {
    const call = "serialize.register";
    checkFunction(call, "Class", type);
    checkOptions(call, codec, ["tag", "encode", "decode"]);
    checkString(call, "tag", codec.tag);
    if (codec.tag === "" || !isWellFormed(codec.tag)) {
      throw invalidArgument(call, "tag", "a well-formed string that is not empty", codec.tag);
    }
    checkFunction(call, "encode", codec.encode);
    checkFunction(call, "decode", codec.decode);
    const prototype = type.prototype as object;
    if (BUILT_IN.has(prototype)) throw invalidArgument(call, "Class", "a class of your own", type);
    if (this.#byTag.has(codec.tag)) {
      throw new InvalidArgumentError(`${call}: the tag ${JSON.stringify(codec.tag)} is taken by another class`);
    }
    if (this.#byPrototype.has(prototype)) {
      throw new InvalidArgumentError(`${call}: the class ${type.name} is registered already`);
    }
    const entry = codec as unknown as ValueCodec;
    this.#byTag.set(codec.tag, entry);
    this.#byPrototype.set(prototype, entry);
    return registration(() => {
      this.#byTag.delete(codec.tag);
      this.#byPrototype.delete(prototype);
    });
  }

  /** The codec for an object: of its class, not of a class that it extends, which would lose what was added. */
  codecFor(value: object): ValueCodec | undefined {
    if (this.#byPrototype.size === 0) return undefined;
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === null ? undefined : this.#byPrototype.get(prototype as object);
  }

  /** @throws CodecError when no class is registered under `tag`, and unknown ones are not kept. */
  codecByTag(tag: string): ValueCodec {
    const codec = this.#byTag.get(tag);
    if (codec) return codec;
    if (this.keepsUnknown) return { tag, encode: () => null, decode: (data) => new UnknownValue(tag, data) };
    throw new CodecError(`serialize: no class is registered under ${JSON.stringify(tag)}`, { details: { tag } });
  }
}

/** The codec that the class of an object of kind `custom` carries. */
export function carriedCodec(value: object): ValueCodec {
  if (value instanceof UnknownValue) return { tag: String(value.tag), encode: () => value.value, decode: () => value };
  return (value.constructor as unknown as { [valueCodec]: ValueCodec })[valueCodec];
}

/** What `codec` makes of `value`. */
export function encodeWith(codec: ValueCodec, value: unknown): Value {
  return guarded(codec, "encode", () => codec.encode(value));
}

/** The instance that `codec` makes of `data`. */
export function decodeWith(codec: ValueCodec, data: Value): Value {
  return guarded(codec, "decode", () => codec.decode(data) as Value);
}

/** Runs a codec's own code: whatever it throws becomes a {@link CodecError}. */
function guarded({ tag }: ValueCodec, what: string, run: () => Value): Value {
  try {
    return run();
  } catch (cause) {
    throw new CodecError(`serialize: the codec of ${JSON.stringify(tag)} failed to ${what}`, {
      cause,
      details: { tag },
    });
  }
}
