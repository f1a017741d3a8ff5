import type { Value } from "@graphoid/distribution";
import type { Member } from "@graphoid/example-network";
import type { MessageBatch, PartData } from "./part.ts";

/** The identity of the process that starts and steers the others. */
export const COORDINATOR = "coordinator";
/** What the coordinator and every worker expose. */
export const SERVICE = "pregel";

/** A worker that computes says nothing meanwhile, and is not lost. One that has ended is noticed at once all the same. */
export const PATIENCE = { failAfterMs: 60_000 };

/** `join`: a worker tells the coordinator that it is there, and where it listens. */
export type JoinMessage = Member;

/** `connect`: all workers, in the order of the partitions that they hold. */
export interface ConnectMessage {
  readonly workers: readonly Member[];
}

/** `load`: the part that a worker holds from now on. Its graph comes in chunks, as the items of the call. */
export type LoadMessage = PartData;

/** `run`: answered when all vertices of all partitions have halted. */
export interface RunMessage {
  /** Tells this run from others. */
  readonly run: number;
  readonly program: string;
  readonly parameters: Value;
  readonly maxSupersteps: number;
}

/** `targets`: for which vertices of the receiver, by their rows there, messages will come in this run. */
export interface TargetsMessage {
  readonly run: number;
  readonly from: number;
  readonly rows: Uint32Array;
}

/** `messages`: all that the vertices of one partition send to those of another in one superstep, and what they added. */
export interface MessagesMessage extends MessageBatch {
  readonly run: number;
  readonly step: number;
  readonly from: number;
  readonly awake: number;
  readonly added: Float64Array;
}

/** What a worker did in a superstep. */
export interface StepSummary {
  /** Vertices that are awake or have sent something. */
  readonly awake: number;
  /** Combined messages to other partitions, and the bytes of their values and places. */
  readonly messages: number;
  readonly bytes: number;
}

export interface RunReply {
  readonly values: Float64Array;
  readonly steps: readonly StepSummary[];
  /** All bytes that left the worker in supersteps, protocol and all. */
  readonly wireBytes: number;
  readonly milliseconds: number;
}
