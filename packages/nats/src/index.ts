export type { NatsAccess } from "./connection.ts";
export type { DirectoryChange, NatsDirectory } from "./directory.ts";
export { IdentityTakenError, OwnedError, OwnershipLostError } from "./directory-errors.ts";
export { type DirectoryOptions, joinDirectory } from "./directory-join.ts";
export type { DirectoryPeer } from "./directory-peers.ts";
export { UnavailableError, UnsupportedServerError } from "./errors.ts";
export { type NatsRouter, natsRouter } from "./nats-router.ts";
export type { JetStreamOptions, NatsRouterOptions } from "./options.ts";
export type { LostBy, Ownership, PartitionOwner } from "./ownership.ts";
