import {
  type CallOptions,
  checkOptions,
  checkString,
  cloneValue,
  invalidArgument,
  type PlainRecord,
  type Ref,
  type RefData,
  refBrand,
  type Value,
} from "@graphoid/core";
import type { Caller } from "./caller.ts";
import { RESOLVE_MESSAGE } from "./exposure.ts";

/** What `remote.ref` takes: the parts of a `RefData`, of which only the id is needed. */
export interface RefInit {
  /** The name of the thing at its host. */
  readonly id: string;
  /** Where it is; what a location means is the router's business. Default: `null`, the router finds it by `id`. */
  readonly location?: Value;
  /** Free facts about the thing. Default: none. */
  readonly metadata?: PlainRecord;
  /** The incarnation of its host; a call to another one fails with the code `STALE_REF`. Default: any will do. */
  readonly incarnation?: string;
}

/** What a reference needs of the remote that made it. */
export interface RefOwner {
  readonly caller: Caller;
  isLocal(ref: Ref): boolean;
}

const NO_METADATA: PlainRecord = Object.freeze({});

/** Beside the class because `isolatedDeclarations` takes an imported symbol as a name in an interface only. */
export interface RemoteRef {
  readonly [refBrand]: true;
}

/** A {@link Ref} that calls through the remote that made it. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the static block sets what the interface declares.
export class RemoteRef implements Ref {
  readonly #owner: RefOwner;
  readonly #location: Value;
  readonly id: string;
  readonly metadata: PlainRecord;
  readonly incarnation: string | undefined;
  /** Where answers to calls through it go; the caller's, made at the first call. */
  replyTo: RefData | undefined = undefined;

  static {
    // On the prototype, so that a reference has nothing more to hold.
    Object.defineProperty(RemoteRef.prototype, refBrand, { value: true });
  }

  constructor(owner: RefOwner, init: RefInit) {
    checkOptions("remote.ref", init, ["id", "location", "metadata", "incarnation"]);
    const { id, location = null, metadata = NO_METADATA, incarnation } = init;
    checkString("remote.ref", "id", id);
    if (id === "") throw invalidArgument("remote.ref", "id", "an id", id);
    if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) {
      throw invalidArgument("remote.ref", "metadata", "an object", metadata);
    }
    if (incarnation !== undefined) checkString("remote.ref", "incarnation", incarnation);
    this.#owner = owner;
    // Copied, so that a reference stays what it was when it was made.
    this.#location = typeof location === "string" ? location : cloneValue(location);
    this.id = id;
    this.metadata = Object.keys(metadata).length === 0 ? NO_METADATA : Object.freeze(cloneValue(metadata));
    this.incarnation = incarnation;
  }

  isLocal(): boolean {
    return this.#owner.isLocal(this);
  }

  isRemote(): boolean {
    return !this.#owner.isLocal(this);
  }

  location(): Value {
    return this.#location;
  }

  resolve(options?: CallOptions): Promise<Value> {
    return this.#owner.caller.request(this, RESOLVE_MESSAGE, null, options);
  }

  send(message: string, payload: Value = null, options?: CallOptions): Promise<void> {
    return this.#owner.caller.send(this, message, payload, options);
  }

  request(message: string, payload: Value = null, options?: CallOptions): Promise<Value> {
    return this.#owner.caller.request(this, message, payload, options);
  }

  stream(message: string, payload: Value = null, options?: CallOptions): AsyncIterable<Value> {
    return this.#owner.caller.stream(this, message, payload, options);
  }

  toData(): RefData {
    const { id, metadata, incarnation } = this;
    const location = this.#location;
    return incarnation === undefined ? { id, location, metadata } : { id, location, metadata, incarnation };
  }
}
