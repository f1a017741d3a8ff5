import { GraphoidError, type GraphoidErrorOptions } from "@graphoid/core";

/**
 * Another host that is there owns the partition. `details` has the `partition`, the `owner`, its `incarnation` and the
 * `fence`.
 */
export class OwnedError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("OWNED", message, options);
  }
}

/**
 * This host does not own the partition any more: it is the reason of {@link Ownership.signal}. `details` has the
 * `partition`, the `fence` that counts no more, and `why`: `"released"`, `"transferred"`, `"taken"` by another host,
 * `"lapsed"` when the servers could not be reached for `ttlMs`, or `"closed"`.
 */
export class OwnershipLostError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("OWNERSHIP_LOST", message, options);
  }
}

/**
 * Another host that is there goes by the same identity, in this namespace. `details` has the `identity`, its
 * `incarnation` and its `address`.
 */
export class IdentityTakenError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("IDENTITY_TAKEN", message, options);
  }
}
