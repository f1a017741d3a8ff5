import { createDistribution, type Distribution } from "@graphoid/distribution";
import { type NatsRouterOptions, natsRouter } from "@graphoid/nats";
import { serveBroker } from "../net/nats-system.ts";
import { storeArguments } from "./jetstream-system.ts";
import type { CallSystem, Payload } from "./system.ts";

type Delivery = NonNullable<NatsRouterOptions["delivery"]>;

/** How many sends go before the promise of one is awaited, as with the `tcp` router. */
const sendsAtATime = 256;

function start(identity: string, port: number, delivery: Delivery): Promise<Distribution> {
  const servers = `127.0.0.1:${port}`;
  return createDistribution({
    identity,
    router: "nats",
    routers: { nats: (host) => natsRouter({ host, servers, delivery }) },
  });
}

function over(delivery: Delivery): CallSystem {
  return {
    async serve({ echo, note }) {
      const { port, processId } = await serveBroker(...(delivery === "at-least-once" ? storeArguments() : []));
      const distribution = await start("far", port, delivery);
      distribution.remote.expose("peer", { echo, note });
      return { address: { port }, processId };
    },
    async open(address) {
      const distribution = await start("near", (address as { port: number }).port, delivery);
      const ref = distribution.remote.ref({ id: "peer", location: "far" });
      let sent = 0;
      let taken: Promise<void> | undefined;
      return {
        request: (payload) => ref.request("echo", payload) as Promise<Payload>,
        send(payload) {
          taken = ref.send("note", payload);
          return ++sent % sendsAtATime === 0 ? taken : undefined;
        },
        async close() {
          await taken;
          await distribution.close();
        },
      };
    },
  };
}

export const atMostOnce: CallSystem = over("at-most-once");
export const atLeastOnce: CallSystem = over("at-least-once");
