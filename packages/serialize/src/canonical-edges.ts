/** Runs of at most this many edges between the same nodes are sorted by insertion. */
const FEW = 16;

/** The edges of a graph in their order: by source, then target, then label. */
export interface OrderedEdges {
  /** Which edge stands where. */
  readonly order: Uint32Array;
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
}

/** Orders edges by their ends, which are below `nodeCount`, and those between the same nodes by their labels. */
export function orderedEdges(from: Uint32Array, to: Uint32Array, labels: Uint32Array, nodeCount: number): OrderedEdges {
  // The less important key first, as the second pass keeps the order of the first.
  const byTarget = sortedBy(to, nodeCount);
  const order = gather(byTarget, sortedBy(gather(from, byTarget), nodeCount));
  const sources = gather(from, order);
  const targets = gather(to, order);
  for (let first = 0; first < order.length; ) {
    const end = endOfRun(sources, targets, first);
    if (end - first > 1) sortRun(order.subarray(first, end), labels);
    first = end;
  }
  return { order, sources, targets };
}

/** One past the last edge that has the same ends as the edge at `first`. */
function endOfRun(sources: Uint32Array, targets: Uint32Array, first: number): number {
  let end = first + 1;
  while (end < sources.length && sources[end] === sources[first] && targets[end] === targets[first]) end++;
  return end;
}

function sortRun(run: Uint32Array, labels: Uint32Array): void {
  if (run.length > FEW) {
    run.sort((a, b) => (labels[a] as number) - (labels[b] as number));
    return;
  }
  for (let i = 1; i < run.length; i++) {
    const edge = run[i] as number;
    let at = i;
    for (; at > 0 && (labels[run[at - 1] as number] as number) > (labels[edge] as number); at--) {
      run[at] = run[at - 1] as number;
    }
    run[at] = edge;
  }
}

/** The values at `rows`, in that order. */
export function gather(values: Uint32Array, rows: Uint32Array): Uint32Array {
  const gathered = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) gathered[i] = values[rows[i] as number] as number;
  return gathered;
}

/** The indices of `keys`, each below `bound`, stably sorted by them: a counting sort. */
function sortedBy(keys: Uint32Array, bound: number): Uint32Array {
  const starts = new Uint32Array(bound + 1);
  count(keys, starts);
  for (let i = 0; i < bound; i++) starts[i + 1]! += starts[i] as number;
  const order = new Uint32Array(keys.length);
  place(keys, starts, order);
  return order;
}

// Loops of their own, which the engine compiles once.
function count(keys: Uint32Array, starts: Uint32Array): void {
  for (let i = 0; i < keys.length; i++) starts[(keys[i] as number) + 1]!++;
}

function place(keys: Uint32Array, starts: Uint32Array, order: Uint32Array): void {
  for (let i = 0; i < keys.length; i++) order[starts[keys[i] as number]!++] = i;
}
