/** How messages to one vertex become one: what makes it enough to send one number for each vertex elsewhere. */
export type Combiner = "sum" | "min";

/**
 * What a vertex does in each superstep. All of a graph runs it at once: a vertex sees what was sent to it in the superstep
 * before, changes its value, sends along its edges, and halts. The run ends when all have halted and nothing was sent.
 */
export interface VertexProgram {
  readonly combiner: Combiner;
  /** Which edges a message goes along: those that leave the vertex, or all. Of an undirected graph always all. */
  readonly edges: "out" | "both";
  /** How many sums over all vertices the program keeps. Default 0. */
  readonly aggregates?: number;
  /** What an edge makes of what is sent along it. Default: nothing. */
  along?(message: number, weight: number): number;
  /** Called at each worker before its vertices, for what is the same for all of them. */
  begin?(step: Superstep): void;
  /**
   * Called for each vertex that has not halted, and for one that has when there is a message for it.
   *
   * @param message - All messages to it, combined; for none, 0 for `"sum"` and Infinity for `"min"`.
   */
  compute(vertex: Vertex, message: number, step: Superstep): void;
}

/** Makes a program of parameters, which are plain data. Each worker makes its own. */
// biome-ignore lint/suspicious/noExplicitAny: each program has parameters of its own, which whoever runs it must know.
export type ProgramFactory = (parameters: any) => VertexProgram;

/** The vertex that is being computed. It is the same object for all of them: do not keep it. */
export interface Vertex {
  readonly id: string;
  /** Its place among the nodes of the whole graph, as they stand there. */
  readonly index: number;
  /** How many edges it sends along. */
  readonly degree: number;
  /** 0 at first. */
  value: number;
  /** Sends along every edge; the last call of a superstep counts. What combines with nothing to nothing is no message. */
  send(message: number): void;
  /** Does nothing more until there is a message. */
  halt(): void;
}

/** The superstep under way. */
export interface Superstep {
  /** From 0. */
  readonly number: number;
  /** Of the whole graph. */
  readonly nodeCount: number;
  /** The sums of what all vertices added in the superstep before. */
  readonly totals: Float64Array;
  /** Adds to a sum, which all see in the next superstep. */
  add(aggregate: number, value: number): void;
}
