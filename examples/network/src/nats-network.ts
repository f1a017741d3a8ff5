import type { RouterHost } from "@graphoid/distribution";
import { joinDirectory, type NatsDirectory, type NatsRouter, natsRouter, removeNamespace } from "@graphoid/nats";
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
    const options = { host: counting(host), servers, namespace, ...settings };
    if (delivery === "at-most-once") return natsRouter(options);
    const { failAfterMs: ttlMs } = settings;
    const join = (): Promise<NatsDirectory> =>
      joinDirectory({ host, servers, namespace, replicas, ...(ttlMs !== undefined && { ttlMs }) });
    return inDirectory(natsRouter({ ...options, delivery, jetStream: { replicas } }), join);
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

/** Removes what servers keep for a run when nothing is left to do in this process, which its others end before. */
export function removeAtEnd({ delivery, servers, namespace }: NatsChoice): void {
  if (delivery === "at-most-once") return;
  process.once("beforeExit", () => void removeNamespace({ servers, namespace }).catch(() => {}));
}

/** What JetStream keeps for a host waits until it comes back. That it will not, the directory tells. */
function inDirectory(router: NatsRouter, join: () => Promise<NatsDirectory>): OverNats {
  let directory: NatsDirectory | undefined;
  return {
    guarantees: router.guarantees,
    async init() {
      await router.init();
      directory ??= await join();
    },
    route: (ref, envelope) => router.route(ref, envelope),
    async close() {
      await directory?.close();
      await router.close();
    },
  };
}
