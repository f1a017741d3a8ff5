import type { PeerSnapshot } from "./peer-event.ts";
import type { PeerState } from "./peer-state.ts";

/**
 * The value of a peer's node: what stands here for something that is elsewhere.
 *
 * It is not a value that can travel: serializers refuse it, because a connection means nothing at another host. Its
 * fields are its own, so that queries find them: `where("p.value.state", "=", "connected")`. Frozen.
 */
export class BridgeNode {
  readonly id: string;
  readonly state: PeerState;
  /** Where the peer is, such as `"10.0.1.100:9000"`; `undefined` while it is not known. */
  readonly foreign: string | undefined;
  readonly incarnation: string | undefined;
  readonly reason: string | undefined;
  readonly code: string | undefined;
  /** The number of the change that led to `state`. */
  readonly sequence: number;
  /** When that was: milliseconds since 1970 by this host's clock. */
  readonly timeMs: number;

  constructor(peer: PeerSnapshot) {
    this.id = peer.id;
    this.state = peer.state;
    this.foreign = peer.address;
    this.incarnation = peer.incarnation;
    this.reason = peer.reason;
    this.code = peer.code;
    this.sequence = peer.sequence;
    this.timeMs = peer.timeMs;
    Object.freeze(this);
  }
}
