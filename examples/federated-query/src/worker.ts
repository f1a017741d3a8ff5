// A process that holds a part of the graph, and answers queries for all of it: `worker.js NUMBER COUNT HOST PORT`.
import {
  createDistribution,
  Graph,
  graphHandler,
  type HostEndpoint,
  handled,
  type PeerAddress,
} from "@graphoid/distribution";
import { fetchFor, type Parts } from "./federation.ts";
import { type PartService, partService } from "./part-service.ts";

const [number = "", count = "", host = "", port = ""] = process.argv.slice(2);
await using distribution = await createDistribution({
  identity: `part_${number}`,
  listen: { host: "127.0.0.1", port: 0 },
  peers: [{ id: "coordinator", host, port: Number(port) }],
  // As the coordinator: while it cuts the graph, it is silent.
  tcp: { heartbeat: { failAfterMs: 60_000 } },
});
const { hooks, partition, remote, routing } = distribution;

const strategy = partition.strategy("hash", { partitions: Number(count) });
const parts: Parts = {
  count: Number(count),
  partitionOf: (id) => Number(strategy.partitionFor(id)),
  at(partition) {
    const part = remote.ref<PartService>({ id: "part", location: `part_${partition}` });
    return { nodes: (asked) => part.request("nodes", asked), edges: (asked) => part.request("edges", asked) };
  },
};

const packages = new Graph();
packages.distribute(strategy);
hooks.onQuery(
  async (_, query) => {
    const found = await fetchFor(query, parts);
    console.log(`part_${number} fetched ${found.nodeCount} nodes and ${found.edgeCount} edges`);
    return handled([...found.query(query)]);
  },
  { graph: packages },
);

remote.expose(
  "part",
  partService(packages, (id) => parts.partitionOf(id) === Number(number)),
);
remote.expose("packages", graphHandler(packages, { operations: ["query"] }));
remote.expose("loading", {
  peers: (peers: readonly PeerAddress[]) => routing.init({ peers }),
  hold(part: Graph) {
    packages.addNodes(part.nodes().map((id) => part.nodeRecord(id)!));
    packages.addEdges(part.edges());
    return [packages.nodeCount, packages.edgeCount];
  },
});
await remote
  .ref({ id: "lobby", location: "coordinator" })
  .request("joined", { id: distribution.identity, address: distribution.address as HostEndpoint });
await new Promise((resolve) => process.once("disconnect", resolve));
