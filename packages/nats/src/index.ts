export type { NatsAccess } from "./connection.ts";
export { UnavailableError, UnsupportedServerError } from "./errors.ts";
export { type NatsRouter, natsRouter } from "./nats-router.ts";
export type { JetStreamOptions, NatsRouterOptions } from "./options.ts";
