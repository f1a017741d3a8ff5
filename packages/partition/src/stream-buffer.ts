import type { CompactGraph } from "./multilevel/compact-graph.ts";
import { cutGraph } from "./multilevel/presets.ts";
import type { StreamPlacer } from "./stream-placer.ts";

/** A node of a stream with its neighbours, all by number. */
export interface StreamedNode {
  readonly node: number;
  readonly neighbors: ArrayLike<number>;
}

/**
 * Places the nodes of a buffer together: a graph of these nodes and of one node for each partition, which stands for all
 * that it holds, is cut by way of smaller graphs (Faraj and Schulz, "Buffered Streaming Graph Partitioning", 2022). The
 * partitions may fill up as far as the stream has come, and a little ahead.
 *
 * @param share - Which part of the whole stream has come after this buffer, from 0 to 1.
 */
export function placeBuffer(
  placer: StreamPlacer,
  buffer: readonly StreamedNode[],
  limits: Int32Array,
  share: number,
  seed: number,
): void {
  const { placed, loads } = placer;
  const parts = limits.length;
  const rowOf = new Map<number, number>(buffer.map(({ node }, row) => [node, row]));
  const size = buffer.length + parts;
  const sources: number[] = [];
  const targets: number[] = [];
  const weights: number[] = [];
  const link = (a: number, b: number, weight: number): void => {
    sources.push(a, b);
    targets.push(b, a);
    weights.push(weight, weight);
  };
  const counts = new Int32Array(parts + 1);
  for (let row = 0; row < buffer.length; row++) {
    const { neighbors } = buffer[row]!;
    for (let i = 0; i < neighbors.length; i++) {
      const neighbor = neighbors[i]!;
      const other = rowOf.get(neighbor);
      if (other === undefined) counts[placed[neighbor]!]!++;
      else if (other > row) link(row, other, 1);
    }
    for (let part = 0; part < parts; part++) {
      if (counts[part + 1]! > 0) link(row, buffer.length + part, counts[part + 1]!);
    }
    counts.fill(0);
  }
  const nodeWeights = new Int32Array(size).fill(1);
  const fixed = new Int32Array(size).fill(-1);
  for (let part = 0; part < parts; part++) {
    nodeWeights[buffer.length + part] = loads[part]!;
    fixed[buffer.length + part] = part;
  }
  const now = limits.map((limit, part) => Math.min(limit, Math.max(loads[part]!, Math.ceil(limit * share) + 1)));
  const part = cutGraph(
    { graph: rowsOf(size, sources, targets, weights, nodeWeights), shares: now, limits: now, fixed },
    "fast",
    seed,
  );
  for (let row = 0; row < buffer.length; row++) placer.put(buffer[row]!.node, 1, part[row]!);
}

/** Joins the entries of a model by their sources. */
function rowsOf(
  size: number,
  sources: readonly number[],
  targets: readonly number[],
  weights: readonly number[],
  nodeWeights: Int32Array,
): CompactGraph {
  const offsets = new Int32Array(size + 1);
  for (let i = 0; i < sources.length; i++) offsets[sources[i]! + 1]!++;
  for (let row = 0; row < size; row++) offsets[row + 1]! += offsets[row]!;
  const next = offsets.slice(0, size);
  const sorted = new Int32Array(sources.length);
  const edgeWeights = new Int32Array(sources.length);
  for (let i = 0; i < sources.length; i++) {
    const at = next[sources[i]!]!++;
    sorted[at] = targets[i]!;
    edgeWeights[at] = weights[i]!;
  }
  return { offsets, targets: sorted, edgeWeights, nodeWeights };
}
