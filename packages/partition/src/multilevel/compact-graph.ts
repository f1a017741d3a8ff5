/**
 * An undirected graph with integer weights in compressed sparse rows: the neighbours of node `i` are
 * `targets[offsets[i] … offsets[i + 1])`, each once, and every edge stands at both its ends. There are no self loops and
 * no edges of weight 0.
 */
export interface CompactGraph {
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
  readonly edgeWeights: Int32Array;
  readonly nodeWeights: Int32Array;
}

/** The number of nodes. */
export function sizeOf(graph: CompactGraph): number {
  return graph.nodeWeights.length;
}

/** The sum of integers. */
export function sumOf(values: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

/** The weight of the edges between parts. */
export function cutOf(graph: CompactGraph, part: Int32Array): number {
  const { offsets, targets, edgeWeights } = graph;
  let cut = 0;
  for (let node = 0; node < part.length; node++) {
    const own = part[node]!;
    const end = offsets[node + 1]!;
    for (let i = offsets[node]!; i < end; i++) if (part[targets[i]!] !== own) cut += edgeWeights[i]!;
  }
  return cut / 2;
}

/** The weight of each part; nodes of part -1 do not count. */
export function weighParts(graph: CompactGraph, part: Int32Array, parts: number): Int32Array {
  const weights = new Int32Array(parts);
  for (let node = 0; node < part.length; node++)
    if (part[node]! >= 0) weights[part[node]!]! += graph.nodeWeights[node]!;
  return weights;
}

/** The graph of the nodes that `part` puts on `side`, and the rows that they have in `graph`. */
export function induced(
  graph: CompactGraph,
  part: Int32Array,
  side: number,
): { readonly graph: CompactGraph; readonly rows: Int32Array } {
  const { offsets, targets, edgeWeights, nodeWeights } = graph;
  const size = part.length;
  const local = new Int32Array(size);
  const rows = new Int32Array(size);
  let count = 0;
  let room = 0;
  for (let node = 0; node < size; node++) {
    if (part[node] !== side) continue;
    local[node] = count;
    rows[count++] = node;
    room += offsets[node + 1]! - offsets[node]!;
  }
  const innerOffsets = new Int32Array(count + 1);
  const innerTargets = new Int32Array(room);
  const innerWeights = new Int32Array(room);
  const weights = new Int32Array(count);
  let at = 0;
  for (let row = 0; row < count; row++) {
    const node = rows[row]!;
    weights[row] = nodeWeights[node]!;
    const end = offsets[node + 1]!;
    for (let i = offsets[node]!; i < end; i++) {
      const other = targets[i]!;
      if (part[other] !== side) continue;
      innerTargets[at] = local[other]!;
      innerWeights[at++] = edgeWeights[i]!;
    }
    innerOffsets[row + 1] = at;
  }
  return {
    graph: {
      offsets: innerOffsets,
      targets: innerTargets.subarray(0, at),
      edgeWeights: innerWeights.subarray(0, at),
      nodeWeights: weights,
    },
    rows: rows.subarray(0, count),
  };
}
