// A process that holds one part of the graph: `worker.js NAME HOST PORT`.
import { createDistribution, Graph } from "@graphoid/distribution";

const [identity = "", host = "", port = ""] = process.argv.slice(2);
await using distribution = await createDistribution({
  identity,
  peers: [{ id: "coordinator", host, port: Number(port) }],
  // As the coordinator: while it cuts the graph, it is silent.
  tcp: { heartbeat: { failAfterMs: 60_000 } },
});

let part = new Graph();
distribution.remote.expose("part", {
  hold: (graph: Graph) => {
    part = graph;
    return { nodes: part.nodeCount, edges: part.edgeCount };
  },
  neighbors: (id: string) => part.neighbors(id).sort(),
});
await distribution.remote.ref({ id: "coordinator", location: "coordinator" }).request("joined", identity);
await new Promise((resolve) => process.once("disconnect", resolve));
