import type { ProgramFactory } from "./vertex-program.ts";

/**
 * Rounds a number from 0 to 1 to a multiple of 2⁻⁵². Sums of such numbers up to 2 are exact, whatever their order: so the
 * ranks are the same to the last bit however the graph is cut.
 */
export const rounded = (x: number): number => 1 + x - 1;

export interface PageRankParameters {
  /** The chance of following an edge rather than jumping to any vertex. */
  readonly damping: number;
  /** Stop when a superstep changes the ranks by no more than this, summed over all vertices. */
  readonly tolerance: number;
}

const DANGLING = 0;
const CHANGE = 1;

/** PageRank: a vertex hands its rank on in equal shares, one without edges to all vertices. */
export const pageRank: ProgramFactory = ({ damping, tolerance }: PageRankParameters) => {
  let base = 0;
  let isDone = false;
  return {
    combiner: "sum",
    edges: "out",
    aggregates: 2,
    begin({ number, nodeCount, totals }) {
      base = number === 0 ? 1 / nodeCount : (1 - damping + damping * totals[DANGLING]!) / nodeCount;
      isDone = number > 1 && totals[CHANGE]! <= tolerance;
    },
    compute(vertex, received, step) {
      if (isDone) return vertex.halt();
      const rank = rounded(base + damping * received);
      step.add(CHANGE, Math.abs(rank - vertex.value));
      vertex.value = rank;
      const { degree } = vertex;
      if (degree === 0) step.add(DANGLING, rank);
      else vertex.send(rounded(rank / degree));
    },
  };
};

/** Connected components, whatever the direction of edges: each vertex gets the least place among those it is connected with. */
export const components: ProgramFactory = () => ({
  combiner: "min",
  edges: "both",
  compute(vertex, received, { number }) {
    const least = number === 0 ? vertex.index : Math.min(received, vertex.value);
    if (number === 0 || least < vertex.value) {
      vertex.value = least;
      vertex.send(least);
    }
    vertex.halt();
  },
});

/** The length of the shortest path from one vertex; an edge without a weight has the length 1. */
export const shortestPaths: ProgramFactory = ({ source }: { readonly source: string }) => ({
  combiner: "min",
  edges: "out",
  along: (distance, weight) => distance + weight,
  compute(vertex, received, { number }) {
    const distance = number > 0 ? received : vertex.id === source ? 0 : Number.POSITIVE_INFINITY;
    if (number === 0) vertex.value = distance;
    if (number === 0 ? distance === 0 : distance < vertex.value) {
      vertex.value = distance;
      vertex.send(distance);
    }
    vertex.halt();
  },
});
