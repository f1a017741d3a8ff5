import type { Member } from "@graphoid/example-network";

/** The identity of the process that starts and steers the others. */
export const COORDINATOR = "coordinator";
/** What the coordinator and every worker expose for the others to call. */
export const SERVICE = "pagerank";

/** A process that computes says nothing meanwhile, and is not lost. One that has ended is noticed at once all the same. */
export const PATIENCE = { failAfterMs: 60_000 };

/** The identity of the worker that holds a partition. */
export function workerName(partition: number): string {
  return `worker_${partition}`;
}

// `join`: a worker tells the coordinator that it is there, and where it listens, by a `Member`.

/** `connect`: the coordinator tells a worker who the others are; it links up with those that hold its neighbours. */
export interface ConnectMessage {
  readonly peers: readonly Member[];
  readonly nodes: number;
}

/** `targets`: the nodes that a worker will send contributions to, in the order in which it will send them. */
export interface TargetsMessage {
  readonly from: number;
  readonly ids: readonly string[];
}

/** `scatter`: send the contributions of a superstep. Answered with the rank of the nodes that have no way out. */
export interface ScatterMessage {
  readonly step: number;
}

/** `contribute`: one worker's contributions to another one's nodes, in the order of `targets`. */
export interface ContributeMessage {
  readonly step: number;
  readonly from: number;
  readonly values: Float64Array;
}

/** `gather`: take in what has come. Answered with the change of the ranks. */
export interface GatherMessage {
  readonly step: number;
  /** What every node gets, whoever links to it. */
  readonly base: number;
  readonly damping: number;
}

/** `ranks`: answered with the ranks of a worker's nodes, in the order of its subgraph, and what it sent to whom. */
export interface RanksReply {
  readonly ranks: Float64Array;
  readonly sent: readonly { readonly to: number; readonly messages: number; readonly bytes: number }[];
  readonly wire: { readonly messagesSent: number; readonly bytesSent: number };
}
