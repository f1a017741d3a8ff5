// A process that holds one part of the graph: `worker.js NAME INVITATION`.
import { createDistribution, Graph } from "@graphoid/distribution";
import { networkOf } from "@graphoid/example-network";

const [identity = "", invitation = ""] = process.argv.slice(2);
const network = await networkOf(invitation);
// As the coordinator: while it cuts the graph, it is silent.
await using distribution = await createDistribution({ identity, ...network.hostOptions({ failAfterMs: 60_000 }) });

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
