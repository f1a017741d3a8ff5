/** The edges of a graph in their order: by source, then target, then label. */
export interface OrderedEdges {
  /** Which edge stands where. */
  readonly order: Uint32Array;
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
}

/**
 * Orders edges by their ends, which are below `nodeCount`, and those between the same nodes by their labels. Takes over
 * `sources` and `targets`.
 *
 * Two counting sorts, by target and then by source, each in one pass: the ends move along, so that nothing is looked up
 * edge by edge.
 */
export function orderedEdges(
  sources: Uint32Array,
  targets: Uint32Array,
  labels: Uint32Array,
  nodeCount: number,
): OrderedEdges {
  const { length } = sources;
  const order = new Uint32Array(length);
  const byTarget = { edges: new Uint32Array(length), sources: new Uint32Array(length) };
  placeByTarget(sources, targets, startsOf(targets, nodeCount), byTarget);
  const sourceStarts = startsOf(sources, nodeCount);
  const targetStarts = startsOf(targets, nodeCount);
  placeBySource(byTarget, targetStarts, sourceStarts.slice(), { order, targets });
  fillRuns(sources, sourceStarts);
  for (let first = 0; first < length; ) {
    const end = endOfRun(sources, targets, first);
    if (end - first > 1) sortRun(order.subarray(first, end), labels);
    first = end;
  }
  return { order, sources, targets };
}

/** The values at `rows`, in that order. */
export function gather(values: Uint32Array, rows: Uint32Array): Uint32Array {
  const gathered = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) gathered[i] = values[rows[i] as number] as number;
  return gathered;
}

// Loops of their own, which the engine compiles once.

/** Where the items with each key begin when they are sorted by it, and where the last of them end. */
function startsOf(keys: Uint32Array, bound: number): Uint32Array {
  const starts = new Uint32Array(bound + 1);
  count(keys, starts);
  for (let i = 0; i < bound; i++) starts[i + 1]! += starts[i] as number;
  return starts;
}

function count(keys: Uint32Array, counts: Uint32Array): void {
  for (let i = 0; i < keys.length; i++) counts[(keys[i] as number) + 1]!++;
}

function placeByTarget(
  sources: Uint32Array,
  targets: Uint32Array,
  starts: Uint32Array,
  placed: { readonly edges: Uint32Array; readonly sources: Uint32Array },
): void {
  for (let edge = 0; edge < sources.length; edge++) {
    const at = starts[targets[edge] as number]!++;
    placed.edges[at] = edge;
    placed.sources[at] = sources[edge] as number;
  }
}

function placeBySource(
  byTarget: { readonly edges: Uint32Array; readonly sources: Uint32Array },
  targetStarts: Uint32Array,
  starts: Uint32Array,
  placed: { readonly order: Uint32Array; readonly targets: Uint32Array },
): void {
  for (let target = 0; target + 1 < targetStarts.length; target++) {
    const end = targetStarts[target + 1] as number;
    for (let i = targetStarts[target] as number; i < end; i++) {
      const at = starts[byTarget.sources[i] as number]!++;
      placed.order[at] = byTarget.edges[i] as number;
      placed.targets[at] = target;
    }
  }
}

/** Fills the items from `starts[key]` on with `key`. */
function fillRuns(items: Uint32Array, starts: Uint32Array): void {
  for (let key = 0; key + 1 < starts.length; key++) {
    const end = starts[key + 1] as number;
    for (let i = starts[key] as number; i < end; i++) items[i] = key;
  }
}

/** One past the last edge that has the same ends as the edge at `first`. */
function endOfRun(sources: Uint32Array, targets: Uint32Array, first: number): number {
  let end = first + 1;
  while (end < sources.length && sources[end] === sources[first] && targets[end] === targets[first]) end++;
  return end;
}

/** Runs of at most this many edges between the same nodes are sorted by insertion. */
const FEW = 16;

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
