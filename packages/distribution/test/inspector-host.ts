import { createDistribution, type Distribution, type HostEndpoint } from "../src/index.ts";

/** A distribution that nobody has to talk to: its universe is told what to show. */
export function quietHost(identity = "node_a"): Promise<Distribution> {
  return createDistribution({ identity, router: "none" });
}

export function addressOf(d: Distribution): { id: string; host: string; port: number } {
  return { id: d.identity, ...(d.address as HostEndpoint) };
}
