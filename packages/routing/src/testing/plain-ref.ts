import { type PlainRecord, type Ref, refBrand, UnimplementedError, type Value } from "@graphoid/core";

/** A reference that only says where it leads, which is all that a router looks at. Calls through it are refused. */
export function plainRef(id: string, location: Value = null, metadata: PlainRecord = {}): Ref {
  const refuse = (): never => {
    throw new UnimplementedError("plainRef: this reference carries no calls");
  };
  return {
    [refBrand]: true,
    id,
    metadata,
    incarnation: undefined,
    isLocal: () => false,
    isRemote: () => true,
    location: () => location,
    resolve: async () => refuse(),
    send: async () => refuse(),
    request: async () => refuse(),
    stream: refuse,
    toData: () => ({ id, location, metadata }),
  };
}
