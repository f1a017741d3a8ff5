import type { Distribution, HostEndpoint, PeerAddress } from "@graphoid/distribution";

/** A host as others are told of it: over TCP with the address where it listens, over NATS by its identity alone. */
export type Member = PeerAddress | { readonly id: string };

/** What others have to know of a host. */
export function memberOf({ identity, address }: Distribution): Member {
  if (address === undefined) return { id: identity };
  const { host, port } = address as HostEndpoint;
  return { id: identity, host, port };
}

/** Where a host listens, as text. */
export function placeOf(member: Member): string {
  return "port" in member ? `${member.host}:${member.port}` : "NATS";
}

/** Connects a host to others. Over NATS there is nothing to do: whoever knows an identity can call. */
export async function meet(distribution: Distribution, members: readonly Member[]): Promise<void> {
  const peers = members.filter((member) => "port" in member);
  if (peers.length > 0) await distribution.routing.init({ peers });
}
