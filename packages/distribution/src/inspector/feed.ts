import { type Registration, systemClock } from "@graphoid/core";
import type { PeerChange } from "@graphoid/universe";
import type { Distribution } from "../distribution.ts";
import { taps } from "../envelope-tap.ts";
import { CallLog } from "./call-log.ts";
import { LinkRates, type LinkReport } from "./link-rates.ts";
import type { InspectorMessage, StateMessage } from "./messages.ts";

/** How often traffic is read, and changes of traces are told. */
const TICK_MS = 500;
const TRACE_MS = 100;
/** How many changes a page that opens is told of. */
const MAX_CHANGES = 200;

/** What a page is told: how things stand, and then what changes. */
export class Feed {
  readonly #distribution: Distribution;
  readonly #links: () => Iterable<LinkReport>;
  readonly #rates = new LinkRates();
  readonly #slots = new Map<string, number>();
  readonly #changes: PeerChange[] = [];
  readonly #listeners = new Set<(message: InspectorMessage) => void>();
  readonly #log: CallLog;
  readonly #dirty = new Set<string>();
  readonly #following: Registration;
  readonly #undoTap: () => void;
  #timers: NodeJS.Timeout[] = [];
  #closed = false;

  constructor(distribution: Distribution, links: () => Iterable<LinkReport>) {
    this.#distribution = distribution;
    this.#links = links;
    this.#log = new CallLog(distribution.identity, systemClock, Date.now, (id) => void this.#dirty.add(id));
    const tap = taps.get(distribution);
    const before = tap?.watcher;
    if (tap) tap.watcher = this.#log;
    this.#undoTap = () => {
      if (tap?.watcher === this.#log) tap.watcher = before;
    };
    const { reflect, universe } = distribution;
    for (const { id } of reflect.universe().distribution().peers()) this.#slotOf(id);
    this.#following = universe.onPeer((change) => this.#onPeer(change));
    void this.#followOthers();
  }

  /** Tells `listener` how things stand, and from then on what changes. */
  listen(listener: (message: InspectorMessage) => void): Registration {
    listener(this.#state());
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#start();
    const undo = (): void => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stop();
    };
    return { dispose: undo, [Symbol.dispose]: undo };
  }

  close(): void {
    this.#closed = true;
    this.#stop();
    this.#listeners.clear();
    this.#following.dispose();
    this.#undoTap();
  }

  #state(): StateMessage {
    const { identity, incarnation, address, reflect } = this.#distribution;
    const view = reflect.universe().distribution();
    return {
      kind: "state",
      local: {
        id: identity,
        incarnation,
        ...(address === undefined
          ? {}
          : { address: "path" in address ? address.path : `${address.host}:${address.port}` }),
      },
      nowMs: Date.now(),
      peers: view.peers().map((peer) => ({ ...peer, slot: this.#slotOf(peer.id) })),
      routers: view.routers(),
      partitions: view.partitions(),
      links: this.#rates.latest,
      traces: this.#log.traces(),
      changes: [...this.#changes],
    };
  }

  #onPeer(change: PeerChange): void {
    this.#changes.push(change);
    if (this.#changes.length > MAX_CHANGES) this.#changes.shift();
    this.#tell({ kind: "peer", change: { ...change, slot: this.#slotOf(change.id) } });
  }

  /** Places are given in the order of being heard of, and kept. */
  #slotOf(id: string): number {
    let slot = this.#slots.get(id);
    if (slot === undefined) {
      slot = this.#slots.size;
      this.#slots.set(id, slot);
    }
    return slot;
  }

  async #followOthers(): Promise<void> {
    const { universe, reflect } = this.#distribution;
    for await (const change of universe.changes()) {
      if (this.#closed) return;
      const view = reflect.universe().distribution();
      if (change.kind === "routers") this.#tell({ kind: "routers", routers: view.routers() });
      if (change.kind === "partitions") this.#tell({ kind: "partitions", partitions: view.partitions() });
    }
  }

  #start(): void {
    this.#readLinks();
    const ticks = setInterval(() => this.#readLinks(), TICK_MS);
    const traces = setInterval(() => this.#tellTraces(), TRACE_MS);
    this.#timers = [ticks, traces];
    for (const timer of this.#timers) timer.unref();
  }

  #stop(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
  }

  #readLinks(): void {
    const changed = this.#rates.read(this.#reports(), performance.now());
    if (changed.length > 0) this.#tell({ kind: "links", links: changed });
  }

  *#reports(): Iterable<LinkReport> {
    const { identity, peerTraffic } = this.#distribution;
    for (const { id, bytesSent, bytesReceived, messagesSent, messagesReceived, roundTripMs } of peerTraffic) {
      yield {
        from: identity,
        to: id,
        bytes: bytesSent + bytesReceived,
        messages: messagesSent + messagesReceived,
        ...(roundTripMs === undefined ? {} : { roundTripMs }),
      };
    }
    yield* this.#links();
  }

  #tellTraces(): void {
    for (const id of this.#dirty) {
      const trace = this.#log.trace(id);
      if (trace) this.#tell({ kind: "trace", trace });
    }
    this.#dirty.clear();
  }

  #tell(message: InspectorMessage): void {
    for (const listener of this.#listeners) listener(message);
  }
}
