import { type Ref, type RefData, refBrand, UnimplementedError, type Value } from "@graphoid/core";

/**
 * A reference that knows what it refers to and nothing of how to get there: what a serializer makes that no remote is
 * attached to. It can be inspected and sent on; calling through it fails.
 */
export function detachedRef(data: RefData): Ref {
  const fail = (call: string): UnimplementedError =>
    new UnimplementedError(`ref.${call}: no remote is attached to the serializer that made ${JSON.stringify(data.id)}`);
  return {
    [refBrand]: true,
    id: data.id,
    metadata: data.metadata,
    incarnation: data.incarnation,
    isLocal: () => false,
    isRemote: () => true,
    location: (): Value => data.location,
    resolve: () => Promise.reject(fail("resolve")),
    send: () => Promise.reject(fail("send")),
    request: () => Promise.reject(fail("request")),
    // biome-ignore lint/correctness/useYield: it fails before there is anything to yield.
    async *stream() {
      throw fail("stream");
    },
    toData: () => data,
  };
}
