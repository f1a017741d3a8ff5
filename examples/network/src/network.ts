import { parseArgs } from "node:util";
import type { Distribution, DistributionOptions, Ref, Router, RouterHost } from "@graphoid/distribution";
import { chooseNetwork, NETWORK_FLAGS, type NetworkChoice, type TcpChoice } from "./choice.ts";
import { memberOf } from "./member.ts";

/** What a host wants of its router. */
export interface HostSettings {
  /**
   * How long another host may be silent and is not lost, in milliseconds. A process that computes says nothing meanwhile; one
   * that has ended is noticed at once all the same. Default: that of the router.
   */
  readonly failAfterMs?: number;
  /** The host that a reference leads to. Default: its location. */
  readonly hostOf?: (ref: Ref) => string | undefined;
}

/** The part of the options of `createDistribution` that depends on the network. */
export type HostOptions = Pick<DistributionOptions, "listen" | "peers" | "tcp" | "router" | "routers">;

/** How the processes of a run reach each other. A process makes one host by it at a time. */
export interface Network {
  /** What `createDistribution` takes beside the identity. */
  hostOptions(settings?: HostSettings): HostOptions;
  /** What a process has to be told so that it joins in, as one argument: {@link networkOf} takes it. */
  invitation(parent?: Distribution): string;
  /** What the host has sent. Over NATS, bytes are those of the messages, without what NATS adds. */
  sent(distribution: Distribution): { readonly messagesSent: number; readonly bytesSent: number };
  /** A router over NATS for a host, to send by from a router of one's own. Over TCP such a router makes connections itself. */
  readonly natsRouter: ((host: RouterHost, settings?: HostSettings) => OverNats) | undefined;
}

/** A router over NATS. It is started with nothing, and always can be closed. */
export interface OverNats extends Router<void> {
  init(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The network that the flags of a command line ask for, and the arguments that are no flags.
 *
 * @throws InvalidArgumentError for values that are not as described, TypeError for unknown flags.
 */
export async function networkFrom(
  argv: readonly string[],
): Promise<{ readonly network: Network; readonly args: readonly string[] }> {
  const { values, positionals } = parseArgs({ args: [...argv], options: NETWORK_FLAGS, allowPositionals: true });
  return { network: await networkOf(chooseNetwork(values)), args: positionals };
}

/** The network of a choice, or of an invitation. What servers keep for a run goes when the process ends that chose. */
export async function networkOf(choice: NetworkChoice | string): Promise<Network> {
  const isInvited = typeof choice === "string";
  const chosen = isInvited ? (JSON.parse(choice) as NetworkChoice) : choice;
  if (chosen.router === "tcp") return tcpNetwork(chosen);
  // Whoever stays with TCP loads nothing of NATS.
  const { natsNetwork, removeAtEnd } = await import("./nats-network.ts");
  if (!isInvited && chosen.isOfRun) removeAtEnd(chosen);
  return natsNetwork(chosen);
}

/** Every host listens on a free port of the loopback interface, and connects to the one that invited it. */
export function tcpNetwork({ parent }: Omit<TcpChoice, "router"> = {}): Network {
  return {
    hostOptions: ({ failAfterMs, hostOf } = {}) => ({
      listen: { host: "127.0.0.1", port: 0 },
      ...(parent && { peers: [parent] }),
      tcp: { ...(failAfterMs !== undefined && { heartbeat: { failAfterMs } }), ...(hostOf && { hostOf }) },
    }),
    invitation: (inviting) => JSON.stringify({ router: "tcp", ...(inviting && { parent: memberOf(inviting) }) }),
    sent: ({ traffic }) => traffic,
    natsRouter: undefined,
  };
}
