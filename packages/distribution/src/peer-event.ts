import type { PeerReport } from "@graphoid/core";

/** A peer and where it listens. */
export interface PeerAddress {
  /** The identity that it goes by; the location of references to it. */
  readonly id: string;
  readonly host: string;
  readonly port: number;
}

/** What happened to the connection to a peer. */
export type PeerEvent = PeerReport;

/** What went over the wire, in bytes with their headers, and in messages. */
export interface TcpTraffic {
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly messagesSent: number;
  readonly messagesReceived: number;
}

/** What went over the connections to one peer so far. */
export interface PeerTraffic extends TcpTraffic {
  /** The peer's identity. */
  readonly id: string;
  /** How long the last heartbeat took there and back, in milliseconds; absent before the first. */
  readonly roundTripMs?: number;
}
