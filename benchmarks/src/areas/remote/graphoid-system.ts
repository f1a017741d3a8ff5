import { createDistribution, type Distribution } from "@graphoid/distribution";
import type { CallSystem, Calls, Payload } from "./system.ts";

/** How many sends go before the promise of one is awaited: what `await` costs is shared, and backpressure is kept. */
const sendsAtATime = 256;

async function join(address: object): Promise<Distribution> {
  const { port } = address as { port: number };
  return createDistribution({ identity: "near", peers: [{ id: "far", host: "127.0.0.1", port }] });
}

export interface GraphoidCalls extends Calls {
  readonly distribution: Distribution;
}

export const graphoid: CallSystem & { open(address: object): Promise<GraphoidCalls> } = {
  async serve(handlers) {
    const distribution = await createDistribution({ identity: "far", listen: { host: "127.0.0.1", port: 0 } });
    distribution.remote.expose("peer", { echo: handlers.echo, note: handlers.note });
    return { address: { port: (distribution.address as { port: number }).port } };
  },
  async open(address) {
    const distribution = await join(address);
    const ref = distribution.remote.ref({ id: "peer", location: "far" });
    let sent = 0;
    return {
      distribution,
      request: (payload) => ref.request("echo", payload) as Promise<Payload>,
      send(payload) {
        const taken = ref.send("note", payload);
        return ++sent % sendsAtATime === 0 ? taken : undefined;
      },
      close: () => distribution.close(),
    };
  },
};
