import type { PartitionSnapshot, PeerChange, PeerSnapshot, RouterSnapshot } from "@graphoid/universe";

/** What the server of the inspector tells its page, as JSON. */

/** A host on the map. */
export interface PeerView extends PeerSnapshot {
  /** Its place on the map: for good, as long as the inspector runs. */
  readonly slot: number;
}

/** What goes over the connection between two hosts. */
export interface LinkView {
  readonly from: string;
  readonly to: string;
  /** So far, both ways. */
  readonly bytes: number;
  readonly messages: number;
  readonly bytesPerSecond: number;
  readonly roundTripMs?: number;
}

/** One call of a trace. */
export interface TraceStep {
  readonly name: string;
  readonly target: string;
  readonly from: string;
  readonly to: string;
  /** Milliseconds from the first call of the trace. */
  readonly startMs: number;
  /** Milliseconds until its answer; `null` while it is open. */
  readonly durationMs: number | null;
  readonly status: "open" | "ok" | "error";
}

/** The calls of one trace that this host made or served. */
export interface TraceView {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly steps: readonly TraceStep[];
}

/** A change of a peer, and its place. */
export interface PeerChangeView extends PeerChange {
  readonly slot: number;
}

export interface StateMessage {
  readonly kind: "state";
  readonly local: { readonly id: string; readonly incarnation: string; readonly address?: string };
  /** Milliseconds since 1970 by the host's clock. */
  readonly nowMs: number;
  readonly peers: readonly PeerView[];
  readonly routers: readonly RouterSnapshot[];
  readonly partitions: readonly PartitionSnapshot[];
  readonly links: readonly LinkView[];
  readonly traces: readonly TraceView[];
  /** The latest changes, oldest first. */
  readonly changes: readonly PeerChange[];
}

export type InspectorMessage =
  | StateMessage
  | { readonly kind: "peer"; readonly change: PeerChangeView }
  | { readonly kind: "routers"; readonly routers: readonly RouterSnapshot[] }
  | { readonly kind: "partitions"; readonly partitions: readonly PartitionSnapshot[] }
  | { readonly kind: "links"; readonly links: readonly LinkView[] }
  | { readonly kind: "trace"; readonly trace: TraceView };
