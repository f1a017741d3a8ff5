import type { Router, RouterGuarantees } from "@graphoid/core";
import { CoreRouter } from "./core-router.ts";
import { KeptRouter } from "./kept-router.ts";
import { type NatsRouterOptions, toSettings } from "./options.ts";

/** A router that came from {@link natsRouter}. */
export interface NatsRouter extends Router<void> {
  readonly guarantees: RouterGuarantees;
  init(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A router over NATS. A location is a subject; the hosts that serve it are a queue group, so that each call goes to one of
 * them.
 *
 * @throws InvalidArgumentError for options that are not as described. `init` throws UnavailableError when no server can be
 * reached.
 * @example
 * ```ts no-run
 * import { createDistribution } from "@graphoid/distribution";
 * import { natsRouter } from "@graphoid/nats";
 *
 * const servers = "127.0.0.1:4222";
 * const start = (identity: string) =>
 *   createDistribution({ identity, router: "nats", routers: { nats: (host) => natsRouter({ host, servers }) } });
 * await using a = await start("a");
 * await using b = await start("b");
 * a.remote.expose("greeter", { greet: (name: string) => `hello ${name}` });
 * console.log(await b.remote.ref({ id: "greeter", location: "a" }).request("greet", "bob")); // hello bob
 * ```
 */
export function natsRouter(options: NatsRouterOptions): NatsRouter {
  const settings = toSettings(options);
  return options.delivery === "at-least-once" ? new KeptRouter(settings) : new CoreRouter(settings);
}
