import { InvalidArgumentError, type PeerAddress } from "@graphoid/distribution";

/** How the processes of a run reach each other. Plain data, so that one process can tell another. */
export type NetworkChoice = TcpChoice | NatsChoice;

export interface TcpChoice {
  readonly router: "tcp";
  /** The host that invited this process, and where it listens. Default: none. */
  readonly parent?: PeerAddress;
}

export interface NatsChoice {
  readonly router: "nats";
  /** Each `host:port`. */
  readonly servers: readonly string[];
  readonly namespace: string;
  /** Whether the namespace is of this run alone, and goes with it. */
  readonly isOfRun: boolean;
  readonly delivery: "at-most-once" | "at-least-once";
  /** On how many servers messages are kept, for `"at-least-once"`. */
  readonly replicas: number;
}

/** The flags, as `parseArgs` of `node:util` takes them. */
export const NETWORK_FLAGS = {
  router: { type: "string" },
  servers: { type: "string" },
  namespace: { type: "string" },
  delivery: { type: "string" },
  replicas: { type: "string" },
} as const;

/** What `parseArgs` makes of them. */
type NetworkFlags = { readonly [flag in keyof typeof NETWORK_FLAGS]?: string | undefined };

/** The flags, for a text of help. */
export const NETWORK_HELP: string = `\
  --router NAME      how the processes reach each other: tcp, or nats, which needs a server (default: tcp)
  --servers LIST     the servers of NATS, host:port, separated by commas (default: 127.0.0.1:4222)
  --namespace NAME   what keeps runs apart that share servers of NATS (default: a new one for each run)
  --delivery HOW     at-most-once, or at-least-once, for which NATS needs JetStream (default: at-most-once)
  --replicas N       on how many servers of NATS a message is kept, 1 to 5, with at-least-once (default: 1)`;

/**
 * What the flags ask for.
 *
 * @throws InvalidArgumentError for a router that is neither tcp nor nats, and for other values that are not as described.
 */
export function chooseNetwork({ router = "tcp", ...flags }: NetworkFlags): NetworkChoice {
  if (router === "tcp") {
    const [given] = Object.entries(flags).find(([, value]) => value !== undefined) ?? [];
    if (given !== undefined) throw new InvalidArgumentError(`--${given}: only with --router nats`);
    return { router };
  }
  if (router !== "nats") throw usageError("--router", "tcp or nats", router);
  const { servers = "127.0.0.1:4222", delivery = "at-most-once", replicas = "1" } = flags;
  if (delivery !== "at-most-once" && delivery !== "at-least-once") {
    throw usageError("--delivery", "at-most-once or at-least-once", delivery);
  }
  if (!/^[1-5]$/.test(replicas)) throw usageError("--replicas", "an integer from 1 to 5", replicas);
  if (flags.replicas !== undefined && delivery === "at-most-once") {
    throw new InvalidArgumentError("--replicas: only with --delivery at-least-once");
  }
  const { namespace = `run_${crypto.randomUUID().slice(0, 8)}` } = flags;
  const isOfRun = flags.namespace === undefined;
  return { router, servers: servers.split(","), namespace, isOfRun, delivery, replicas: Number(replicas) };
}

function usageError(flag: string, expected: string, value: string): InvalidArgumentError {
  return new InvalidArgumentError(`${flag}: expected ${expected}, got ${JSON.stringify(value)}`);
}
