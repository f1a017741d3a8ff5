import { type Registration, registration } from "@graphoid/core";
import { createPartitioning, type Partitioning } from "@graphoid/partition";
import type { Routing } from "@graphoid/routing";
import type { Universe } from "@graphoid/universe";
import type { EnvelopeTap } from "./envelope-tap.ts";

/**
 * `routing` itself in what it does; the universe is told whenever the routers or the one in use change, and who watches
 * envelopes, of those.
 */
export function observedRouting(routing: Routing, universe: Universe, tap: EnvelopeTap): Routing {
  const tell = (): void => universe.reportRouters(routing.list());
  return {
    register(name, router): Registration {
      const registered = routing.register(name, router);
      tell();
      return registration(() => {
        registered.dispose();
        tell();
      });
    },
    use(name, requirements) {
      routing.use(name, requirements);
      tell();
    },
    init: (config) => routing.init(config),
    route(ref, envelope) {
      tap.watcher?.sent(ref, envelope);
      return routing.route(ref, envelope);
    },
    receive: routing.receive,
    deliver: routing.deliver,
    onDeliver: (deliver) =>
      routing.onDeliver((envelope, source) => {
        const { watcher } = tap;
        return deliver(envelope, watcher === undefined ? source : watcher.arrived(envelope, source));
      }),
    list: () => routing.list(),
    get active() {
      return routing.active;
    },
    close: () => routing.close(),
    [Symbol.asyncDispose]: () => routing.close(),
  };
}

/** Partitioning strategies; the universe is told how a graph was split last. */
export function observedPartitioning(universe: Universe): Partitioning {
  const partitioning = createPartitioning();
  return {
    ...partitioning,
    split(graph, strategy) {
      const parts = partitioning.split(graph, strategy);
      const partitions = Array.from(parts, ([id, { nodeCount, edgeCount }]) => ({
        id,
        nodes: nodeCount,
        edges: edgeCount,
      }));
      universe.reportPartitions({ strategy: strategy.name, partitions });
      return parts;
    },
  };
}
