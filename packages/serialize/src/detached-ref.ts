import { type PlainRecord, type Ref, type RefData, refBrand, UnimplementedError, type Value } from "@graphoid/core";

/** What a serializer makes of reference data that no remote is attached to. */
export function detachedRef(data: RefData): Ref {
  return new DetachedRef(data);
}

/**
 * A reference that knows what it refers to and nothing of how to get there. It can be inspected and sent on; calling
 * through it fails.
 */
class DetachedRef implements Ref {
  readonly #data: RefData;

  constructor(data: RefData) {
    this.#data = data;
  }

  get [refBrand](): true {
    return true;
  }

  get id(): string {
    return this.#data.id;
  }

  get metadata(): PlainRecord {
    return this.#data.metadata;
  }

  get incarnation(): string | undefined {
    return this.#data.incarnation;
  }

  isLocal(): boolean {
    return false;
  }

  isRemote(): boolean {
    return true;
  }

  location(): Value {
    return this.#data.location;
  }

  async resolve(): Promise<Value> {
    throw this.#detached("resolve");
  }

  async send(): Promise<void> {
    throw this.#detached("send");
  }

  async request(): Promise<Value> {
    throw this.#detached("request");
  }

  // biome-ignore lint/correctness/useYield: it fails before there is anything to yield.
  async *stream(): AsyncGenerator<Value, void, undefined> {
    throw this.#detached("stream");
  }

  toData(): RefData {
    return this.#data;
  }

  #detached(call: string): UnimplementedError {
    return new UnimplementedError(
      `ref.${call}: no remote is attached to the serializer that made ${JSON.stringify(this.id)}`,
    );
  }
}
