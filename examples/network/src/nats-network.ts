import type { RouterHost } from "@graphoid/distribution";
import { natsRouter } from "@graphoid/nats";
import type { NatsChoice } from "./choice.ts";
import type { HostSettings, Network, OverNats } from "./network.ts";

/** Hosts find each other by their identities, in a namespace of the run. */
export function natsNetwork(choice: NatsChoice): Network {
  const { servers, namespace, delivery, replicas } = choice;
  const sent = { messagesSent: 0, bytesSent: 0 };
  /** The host, as it counts what it sends. */
  const counting = (host: RouterHost): RouterHost => ({
    ...host,
    encode(envelope) {
      const bytes = host.encode(envelope);
      sent.messagesSent++;
      sent.bytesSent += bytes.length;
      return bytes;
    },
  });
  const router = (host: RouterHost, settings: HostSettings = {}): OverNats => {
    const kept = delivery === "at-least-once" ? { jetStream: { replicas } } : {};
    return natsRouter({ host: counting(host), servers, namespace, delivery, ...kept, ...settings });
  };
  return {
    hostOptions: (settings = {}) => ({
      router: "nats",
      routers: { nats: (host) => router(host, settings) },
      // By which the host tells whose calls end with a peer, over any router.
      ...(settings.hostOf && { tcp: { hostOf: settings.hostOf } }),
    }),
    invitation: () => JSON.stringify(choice),
    sent: () => ({ ...sent }),
    natsRouter: router,
  };
}
