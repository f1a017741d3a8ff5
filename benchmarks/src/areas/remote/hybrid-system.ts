import { createDistribution, type HostEndpoint } from "@graphoid/distribution";
import { joinDirectory } from "@graphoid/nats";
import { serveBroker } from "../net/nats-system.ts";
import { storeArguments } from "./jetstream-system.ts";
import type { CallSystem, Payload } from "./system.ts";

/** Hosts that find each other by NATS and call each other over TCP. */
export const hybrid: CallSystem = {
  async serve({ echo, note }) {
    const { port, processId } = await serveBroker(...storeArguments());
    const distribution = await createDistribution({ identity: "far", listen: { host: "127.0.0.1", port: 0 } });
    distribution.remote.expose("peer", { echo, note });
    const { host, port: at } = distribution.address as HostEndpoint;
    await joinDirectory({ host: distribution.host, address: `${host}:${at}`, servers: `127.0.0.1:${port}` });
    return { address: { port }, processId };
  },
  async open(address) {
    const distribution = await createDistribution({ identity: "near" });
    const servers = `127.0.0.1:${(address as { port: number }).port}`;
    const directory = await joinDirectory({ host: distribution.host, servers });
    const [host = "", port] = directory.peer("far")?.address?.split(":") ?? [];
    await distribution.routing.init({ known: [{ id: "far", host, port: Number(port) }] });
    const ref = distribution.remote.ref({ id: "peer", location: "far" });
    return {
      request: (payload) => ref.request("echo", payload) as Promise<Payload>,
      send: (payload) => ref.send("note", payload),
      async close() {
        await directory.close();
        await distribution.close();
      },
    };
  },
};
