// The other process of distributed-graph.test.ts: it holds partition 1. Runs on the built packages.
import { createDistribution, Graph, graphHandler, redirect } from "@graphoid/distribution";

process.once("disconnect", () => process.exit(1));

const graph = new Graph();
const d = await createDistribution({
  identity: "partition_1",
  peers: [{ id: "partition_0", host: "127.0.0.1", port: Number(process.argv[2]) }],
  // What `createOn` does here: the node lands in this process's graph.
  remote: { onCreate: (id, value) => void graph.addNode(id, value) },
});
const { hooks, partition, remote } = d;
const strategy = partition.strategy("hash", { partitions: 2 });
graph.distribute(strategy);

const crossEdges = [];
let queries = 0;
hooks.onAddEdge(
  (graph, from, to, label) => {
    if (strategy.partitionFor(to) !== 1) {
      crossEdges.push(`${from} ${label} ${to}`);
      if (!graph.hasNode(to)) graph.apply({ kind: "addNode", id: to, value: null });
    }
    return "continue";
  },
  { graph },
);
hooks.onQuery(
  () => {
    queries++;
    return "continue";
  },
  { graph },
);
remote.expose("friends", graphHandler(graph));

const circle = new Graph();
hooks.onAddNode(() => redirect(remote.ref({ id: "circle", location: "partition_0" })), { graph: circle });
remote.expose("circle", graphHandler(circle));

const many = new Graph();
many.distribute(strategy);
hooks.onAddEdge(
  (at, _from, to) => {
    if (!at.hasNode(to)) throw new Error(`no ${to}`);
    return "continue";
  },
  { graph: many },
);
remote.expose("many", graphHandler(many));

remote.expose("inside", {
  many: () => [many.nodeCount, many.edgeCount],
  nodes: () => graph.nodes().filter((id) => strategy.partitionFor(id) === 1),
  edges: () => graph.edges().map(({ from, to, label }) => `${from} ${label} ${to}`),
  crossEdges: () => crossEdges,
  queries: () => queries,
  die: () => process.kill(process.pid, "SIGKILL"),
});
await remote.ref({ id: "lobby", location: "partition_0" }).request("join");
