import type { Graph } from "@graphoid/distribution";
import type { Phase } from "./console-progress.ts";
import type { DistributedResult } from "./coordinator.ts";
import { renderPicture } from "./picture.ts";
import type { PictureSummary } from "./picture-summary.ts";
import { COORDINATOR, workerName } from "./protocol.ts";
import { topNodes } from "./report.ts";

/** What a picture is made of. */
export interface PictureInput {
  /** The name of the graph. */
  readonly name: string;
  readonly graph: Graph;
  readonly result: DistributedResult;
  readonly strategy: string;
  readonly tolerance: number;
  readonly phases: readonly Phase[];
  readonly check: PictureSummary["check"];
}

/** The picture of a run, as one HTML page. */
export function pictureOf({ name, graph, result, strategy, tolerance, phases, check }: PictureInput): string {
  const { workers, comparisons, changes, address } = result;
  return renderPicture({
    graph: { name, nodes: graph.nodeCount, edges: graph.edgeCount },
    caption: `${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC, Node ${process.version}, ${workers.length} worker processes`,
    strategy,
    coordinator: { identity: COORDINATOR, address, state: "connected" },
    partitions: workers.map(({ partition, address: at, state, nodes, innerEdges, crossEdges }) => ({
      id: partition,
      peer: { identity: workerName(partition), address: at, state },
      nodes,
      innerEdges,
      crossEdges,
    })),
    traffic: workers.flatMap(({ partition, sent }) => sent.map((entry) => ({ from: partition, ...entry }))),
    strategies: comparisons.map(({ name: one, crossEdges, balance }) => ({ name: one, crossEdges, balance })),
    phases,
    changes,
    tolerance,
    topNodes: topNodes(graph, result, 10),
    check,
  });
}
