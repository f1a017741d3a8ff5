import { type GraphColumns, hashBytes } from "@graphoid/core";
import type { Random } from "./multilevel/random.ts";
import { ReplicaSets } from "./replica-sets.ts";

/** A rule for placing edges. */
export type EdgeRule = "hdrf" | "dbh";

/** Where the edges of a graph go, and where their ends are needed. */
export interface PlacedEdges {
  /** For each edge its partition. */
  readonly edgeParts: Int32Array;
  readonly replicas: ReplicaSets;
  /** Edges in each partition. */
  readonly loads: Int32Array;
}

/** The degree of every node; a self loop counts once. */
function degreesOf({ nodeCount, sources, targets }: GraphColumns): Int32Array {
  const degrees = new Int32Array(nodeCount);
  for (let edge = 0; edge < sources.length; edge++) {
    degrees[sources[edge]!]!++;
    if (sources[edge] !== targets[edge]) degrees[targets[edge]!]!++;
  }
  return degrees;
}

/**
 * High-degree replicated first (Petroni et al., "HDRF: Stream-Based Partitioning for Power-Law Graphs", 2015), with the
 * degrees of the whole graph: an edge goes where its ends are already, rather for the sake of the end with fewer edges,
 * so that hubs are what is copied. `lambda` weighs balance against that; no partition takes more than `limit` edges.
 * Edges come in random order: neighbours that come together would fill one partition up before the next begins.
 */
export function placeByReplicas(
  columns: GraphColumns,
  partitions: number,
  limit: number,
  lambda: number,
  random: Random,
): PlacedEdges {
  const { sources, targets, edgeCount, nodeCount } = columns;
  const degrees = degreesOf(columns);
  const replicas = new ReplicaSets(nodeCount, partitions);
  const edgeParts = new Int32Array(edgeCount);
  const loads = new Int32Array(partitions);
  let smallest = 0;
  let largest = 0;
  /** How many partitions have the smallest load. */
  let atSmallest = partitions;
  const order = Int32Array.from(sources, (_, edge) => edge);
  random.shuffle(order);
  for (const edge of order) {
    const source = sources[edge]!;
    const target = targets[edge]!;
    const sum = degrees[source]! + degrees[target]!;
    const sourceScore = 2 - degrees[source]! / sum;
    const targetScore = 2 - degrees[target]! / sum;
    let best = -1;
    let bestScore = -1;
    for (let part = 0; part < partitions; part++) {
      const load = loads[part]!;
      if (load >= limit) continue;
      let score = (lambda * (largest - load)) / (1 + largest - smallest);
      if (replicas.has(source, part)) score += sourceScore;
      if (replicas.has(target, part)) score += targetScore;
      if (score > bestScore) {
        bestScore = score;
        best = part;
      }
    }
    edgeParts[edge] = best;
    replicas.add(source, best);
    replicas.add(target, best);
    const load = ++loads[best]!;
    if (load > largest) largest = load;
    if (load === smallest + 1 && --atSmallest === 0) {
      smallest++;
      for (let part = 0; part < partitions; part++) if (loads[part] === smallest) atSmallest++;
    }
  }
  return { edgeParts, replicas, loads };
}

/**
 * Degree-based hashing (Xie et al., "Distributed Power-law Graph Computing", 2014): an edge goes where the hash of the id
 * of its end with fewer edges says. It needs no memory of what went before, but does not limit a partition's edges.
 */
export function placeByDegree(columns: GraphColumns, partitions: number): PlacedEdges {
  const { sources, targets, edgeCount, nodeCount, ids } = columns;
  const degrees = degreesOf(columns);
  const { bytes, offsets } = ids;
  const homes = new Int32Array(nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    homes[node] = hashBytes(bytes.subarray(offsets[node], offsets[node + 1])) % partitions;
  }
  const replicas = new ReplicaSets(nodeCount, partitions);
  const edgeParts = new Int32Array(edgeCount);
  const loads = new Int32Array(partitions);
  for (let edge = 0; edge < edgeCount; edge++) {
    const source = sources[edge]!;
    const target = targets[edge]!;
    const part = homes[degrees[source]! <= degrees[target]! ? source : target]!;
    edgeParts[edge] = part;
    replicas.add(source, part);
    replicas.add(target, part);
    loads[part]!++;
  }
  return { edgeParts, replicas, loads };
}
