// A process that holds a part of the graph, and answers queries for all of it:
// `worker.js NUMBER COUNT INVITATION`.
import { createDistribution, Graph, graphHandler, handled } from "@graphoid/distribution";
import { type Member, meet, memberOf, networkOf } from "@graphoid/example-network";
import { fetchFor, type Parts } from "./federation.ts";
import { type PartService, partService } from "./part-service.ts";

const [number = "", count = "", invitation = ""] = process.argv.slice(2);
const network = await networkOf(invitation);
await using distribution = await createDistribution({
  identity: `part_${number}`,
  // As the coordinator: while it cuts the graph, it is silent.
  ...network.hostOptions({ failAfterMs: 60_000 }),
});
const { hooks, partition, remote } = distribution;

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
  meet: (others: readonly Member[]) => meet(distribution, others),
  hold(part: Graph) {
    packages.addNodes(part.nodes().map((id) => part.nodeRecord(id)!));
    packages.addEdges(part.edges());
    return [packages.nodeCount, packages.edgeCount];
  },
});
await remote.ref({ id: "lobby", location: "coordinator" }).request("joined", memberOf(distribution));
await new Promise((resolve) => process.once("disconnect", resolve));
