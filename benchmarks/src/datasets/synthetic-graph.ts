/** A random graph with the skew of real ones, equal on every machine and run. */
export interface SyntheticGraph {
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** Ids as a caller holds them: flat strings, in insertion order. */
  readonly ids: readonly string[];
  /** An id as a parser would make it: a new string at every call. */
  freshId(node: number): string;
  /** A number for every second node, else `null`. */
  readonly values: readonly (number | null)[];
  /** A type for three nodes in four. */
  readonly types: readonly (string | undefined)[];
  /** Edges in random order; no two have the same source and target, and none is a loop. */
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  /** A label for half of the edges. */
  readonly labels: readonly (string | undefined)[];
  /** A weight for a quarter of the edges, NaN for the others. */
  readonly weights: Float64Array;
}

export interface SyntheticGraphParameters {
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly seed: number;
}

const ID_PREFIXES = ["lib", "python3-", "user:", "", "https://example.org/item/", "golang-github-", "r-cran-", "pkg/"];
/** Few real ids leave ASCII, but some do. */
const WIDE_PREFIX = "café-";
const WIDE_SHARE = 1 / 64;
const TYPES = ["User", "Item", "Package", undefined];
const LABELS = ["FRIEND", "DEPENDS", "LIKES", "follows"];

/** Uniform random numbers in [0, 1) by mulberry32 (Tommy Ettinger, public domain). */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The numbers 0 … `count` − 1 in random order (Fisher and Yates). */
export function shuffled(count: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  return order;
}

/** Makes the graph that the parameters name. Throws `RangeError` when it could not have that many distinct edges. */
export function syntheticGraph({ nodeCount, edgeCount, seed }: SyntheticGraphParameters): SyntheticGraph {
  if (edgeCount > (nodeCount * (nodeCount - 1)) / 4) throw new RangeError("too many edges for the number of nodes");
  const random = randomSource(seed);
  const { ids, freshId } = makeIds(nodeCount, random);
  const values = Array.from({ length: nodeCount }, (_, i) => (i % 2 === 0 ? Math.floor(random() * 1e6) : null));
  const types = Array.from({ length: nodeCount }, () => TYPES[Math.floor(random() * TYPES.length)]);
  const { sources, targets } = makeEdges(nodeCount, edgeCount, random);
  const labels = Array.from({ length: edgeCount }, () =>
    random() < 0.5 ? undefined : LABELS[Math.floor(random() * LABELS.length)],
  );
  const weights = Float64Array.from({ length: edgeCount }, () =>
    random() < 0.75 ? Number.NaN : Math.round(random() * 1e4) / 1e4,
  );
  return { nodeCount, edgeCount, ids, freshId, values, types, sources, targets, labels, weights };
}

function makeIds(nodeCount: number, random: () => number): Pick<SyntheticGraph, "ids" | "freshId"> {
  const offsets = new Uint32Array(nodeCount + 1);
  const parts: Buffer[] = [];
  for (let i = 0; i < nodeCount; i++) {
    const choice = Math.floor(random() * ID_PREFIXES.length);
    const prefix = random() < WIDE_SHARE ? WIDE_PREFIX : ID_PREFIXES[choice]!;
    // Multiplication by an odd number permutes the 32-bit integers, so the ids differ and do not count upwards.
    const part = Buffer.from(prefix + (Math.imul(i, 0x9e3779b1) >>> 0).toString(36));
    parts.push(part);
    offsets[i + 1] = offsets[i]! + part.length;
  }
  const bytes = Buffer.concat(parts);
  // Decoding gives flat strings; concatenation would leave ropes, which no parser makes.
  const freshId = (node: number): string => bytes.toString("utf8", offsets[node]!, offsets[node + 1]!);
  return { ids: Array.from({ length: nodeCount }, (_, i) => freshId(i)), freshId };
}

/** Draws targets with density falling as a power of their rank, sources more evenly; hubs lie anywhere in the order. */
function makeEdges(
  nodeCount: number,
  edgeCount: number,
  random: () => number,
): { sources: Uint32Array; targets: Uint32Array } {
  const rankedTargets = shuffled(nodeCount, random);
  const rankedSources = shuffled(nodeCount, random);
  const sources = new Uint32Array(edgeCount);
  const targets = new Uint32Array(edgeCount);
  const seen = new PairSet(edgeCount);
  let edge = 0;
  while (edge < edgeCount) {
    const source = rankedSources[Math.floor(random() ** 1.5 * nodeCount)]!;
    const target = rankedTargets[Math.floor(random() ** 3 * nodeCount)]!;
    if (source === target || !seen.add(source * nodeCount + target)) continue;
    sources[edge] = source;
    targets[edge] = target;
    edge++;
  }
  return { sources, targets };
}

/** A set of non-negative integers by open addressing: a `Set` of five million would slow the setup down. */
class PairSet {
  readonly #slots: Float64Array;
  readonly #shift: number;

  constructor(capacity: number) {
    const bits = Math.ceil(Math.log2(capacity * 2 + 1));
    this.#slots = new Float64Array(2 ** bits).fill(-1);
    this.#shift = 32 - bits;
  }

  /** Adds the number; `false` if it was there already. */
  add(key: number): boolean {
    const mask = this.#slots.length - 1;
    let slot = Math.imul(key % 0x7fffffff, 0x9e3779b1) >>> this.#shift;
    while (this.#slots[slot] !== -1) {
      if (this.#slots[slot] === key) return false;
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = key;
    return true;
  }
}
