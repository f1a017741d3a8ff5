import { type Contexts, createContexts } from "@graphoid/context";
import {
  type Clock,
  checkOptions,
  checkString,
  invalidArgument,
  type Ref,
  type Router,
  type RouterHost,
} from "@graphoid/core";
import { createHooks, type Hooks } from "@graphoid/hooks";
import * as net from "@graphoid/net";
import type { Partitioning } from "@graphoid/partition";
import { createRemote, type Remote, type RemoteOptions } from "@graphoid/remote";
import { createRouting, type Routing } from "@graphoid/routing";
import { createSerializer, type Serializer, type SerializerOptions } from "@graphoid/serialize";
import { createUniverse, type Reflection, type Universe } from "@graphoid/universe";
import { decodeEnvelope, encodeWithoutPath } from "./envelope-codec.ts";
import { type EnvelopeTap, taps } from "./envelope-tap.ts";
import { observedPartitioning, observedRouting } from "./observed.ts";
import type { PeerAddress, PeerEvent, PeerTraffic, TcpTraffic } from "./peer-event.ts";
import { type TcpRouterOptions, tcpRouter } from "./tcp-router.ts";

/** Options of {@link createDistribution}. */
export interface DistributionOptions {
  /** The name of this host: what references elsewhere have as their location. */
  readonly identity: string;
  /** Tells this run of the host from earlier ones. Default: random. */
  readonly incarnation?: string;
  /** Where to listen for peers; port 0 asks the system for a free one. Default: nowhere. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** Peers to connect to at once. Default: none. */
  readonly peers?: readonly PeerAddress[];
  /**
   * The router to use: `"tcp"`, or one of `routers`. `"none"` leaves the choice to `routing.use`. Default: `"tcp"`.
   */
  readonly router?: string;
  /** Routers to register beside `tcp`, by name: each is made for this host. Default: none. */
  readonly routers?: Readonly<Record<string, (host: RouterHost) => Router<never>>>;
  /** TLS and limits of the listener and of connections, and how references lead to hosts. */
  readonly tcp?: Pick<TcpRouterOptions, "heartbeat" | "listenOptions" | "connectOptions" | "hostOf">;
  /** Limits of the serializer. */
  readonly serializer?: Omit<SerializerOptions, "createRef">;
  /** Limits and policies of the remote. */
  readonly remote?: Omit<RemoteOptions, "identity" | "incarnation" | "route" | "contexts" | "clock">;
  /** Where time comes from. Default: the machine's clock. */
  readonly clock?: Clock;
}

/** All primitives, wired together and isolated from any other set. */
export interface Distribution extends AsyncDisposable {
  readonly identity: string;
  readonly incarnation: string;
  readonly serialize: Serializer;
  readonly net: typeof net;
  readonly remote: Remote;
  readonly routing: Routing;
  readonly partition: Partitioning;
  readonly hooks: Hooks;
  readonly context: Contexts;
  readonly universe: Universe;
  readonly reflect: Reflection;
  /** What a router is given of this host: `routing.register("mine", myRouter({ host, … }))`. */
  readonly host: RouterHost;
  /** Where peers reach this host, once it listens. */
  readonly address: net.Endpoint | undefined;
  /** What went over the connections of the `tcp` router. */
  readonly traffic: TcpTraffic;
  /** The same for each peer, with the round trip. */
  readonly peerTraffic: readonly PeerTraffic[];
  /** Closes every connection and ends every call. Nothing lingers. */
  close(): Promise<void>;
}

/** No answer comes from a peer after these. */
const ENDS: ReadonlySet<PeerEvent["state"]> = new Set(["disconnected", "failed", "left"]);
const OPTIONS = [
  "identity",
  "incarnation",
  "listen",
  "peers",
  "router",
  "routers",
  "tcp",
  "serializer",
  "remote",
  "clock",
];

/**
 * Makes a set of all primitives, wired together: references that come out of the serializer can be called, calls go
 * through the active router, and the universe shows the connections as they are.
 *
 * @throws InvalidArgumentError for options that are not as described.
 * @throws AddressInUseError and others of `net.listen` and `net.connect`; everything is closed then.
 * @example
 * ```ts
 * import { createDistribution } from "@graphoid/distribution";
 *
 * await using a = await createDistribution({ identity: "node_a", listen: { host: "127.0.0.1", port: 0 } });
 * a.remote.expose("greeter", { greet: (name: string) => `hello ${name}` });
 * const { host, port } = a.address as { host: string; port: number };
 * await using b = await createDistribution({ identity: "node_b", peers: [{ id: "node_a", host, port }] });
 * console.log(await b.remote.ref({ id: "greeter", location: "node_a" }).request("greet", "bob")); // hello bob
 * ```
 */
export async function createDistribution(options: DistributionOptions): Promise<Distribution> {
  const { listen, peers } = options;
  const distribution = wire(options);
  const { active } = distribution.routing;
  if (active !== "tcp" && (listen ?? peers)) {
    await distribution.close();
    throw invalidArgument("createDistribution", "router", '"tcp" for `listen` and `peers`', options.router);
  }
  if (active === undefined) return distribution;
  try {
    await distribution.routing.init({ ...(listen && { listen }), ...(peers && { peers }) });
  } catch (error) {
    await distribution.close();
    // What the network said, not that the router could not start.
    throw error instanceof Error && error.cause !== undefined ? error.cause : error;
  }
  return distribution;
}

/** Makes the set without touching the network. */
export function wire(options: DistributionOptions): Distribution {
  const call = "createDistribution";
  checkOptions(call, options, OPTIONS);
  const { identity, incarnation = crypto.randomUUID(), router = "tcp", clock, tcp = {} } = options;
  checkString(call, "identity", identity);
  checkString(call, "incarnation", incarnation);
  if (identity === "") throw invalidArgument(call, "identity", "a name", identity);
  const routers = new Map(Object.entries(options.routers ?? {}));
  if (router !== "tcp" && router !== "none" && !routers.has(router)) {
    throw invalidArgument(call, "router", '"tcp", "none" or one of `routers`', router);
  }
  const withClock = clock === undefined ? {} : { clock };

  // The serializer makes references for the remote, which is made after it.
  const remotes: Remote[] = [];
  const serialize = createSerializer({
    ...options.serializer,
    createRef: (data): Ref => (remotes[0] as Remote).ref(data),
  });
  const context = createContexts(withClock);
  const universe = createUniverse({ identity, incarnation, ...withClock });
  const tap: EnvelopeTap = { watcher: undefined };
  const routing = observedRouting(createRouting(), universe, tap);
  const remote = createRemote({
    ...options.remote,
    ...withClock,
    identity,
    incarnation,
    ...(tcp.hostOf === undefined ? {} : { peerOf: tcp.hostOf }),
    route: routing.route,
    contexts: context,
  });
  remotes.push(remote);
  routing.onDeliver(remote.deliver);
  const onPeer = (event: PeerEvent): void => {
    universe.reportPeer(event);
    if (ENDS.has(event.state)) remote.peerLost(event.id, event.reason);
  };
  const { deliver } = routing;
  const tcpRouterOfHost = tcpRouter({ ...tcp, identity, incarnation, serializer: serialize, deliver, onPeer });
  const host: RouterHost = {
    identity,
    incarnation,
    encode: (envelope) => encodeWithoutPath(serialize, envelope),
    decode: (bytes) => decodeEnvelope(serialize, bytes),
    deliver,
    reportPeer: onPeer,
  };
  routing.register("tcp", tcpRouterOfHost);
  for (const [name, make] of routers) routing.register(name, make(host));
  if (router !== "none") routing.use(router);

  const hooks = createHooks(withClock);
  const close = async (): Promise<void> => {
    // The remote first: who waits for an answer from here is still told that there will be none.
    await remote.close();
    await routing.close();
    hooks.dispose();
    await universe.close();
  };
  const distribution: Distribution = {
    identity,
    incarnation,
    serialize,
    net,
    remote,
    routing,
    partition: observedPartitioning(universe),
    hooks,
    context,
    universe,
    reflect: universe.reflect,
    host,
    get address() {
      return tcpRouterOfHost.address;
    },
    get traffic() {
      return tcpRouterOfHost.traffic;
    },
    get peerTraffic() {
      return tcpRouterOfHost.peerTraffic;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  taps.set(distribution, tap);
  return distribution;
}
