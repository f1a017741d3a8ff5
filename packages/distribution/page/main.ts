import type { PartitionSnapshot, PeerChange } from "@graphoid/universe";
import type {
  InspectorMessage,
  LinkView,
  PeerChangeView,
  PeerView,
  StateMessage,
  TraceView,
} from "../src/inspector/messages.ts";
import { byId } from "./dom.ts";
import { shown, timeText } from "./look.ts";
import { MapView } from "./map-view.ts";
import {
  addEvent,
  drawDetails,
  drawHeadline,
  drawLegend,
  drawPartitions,
  drawRouters,
  drawStates,
  drawTitle,
  drawTraces,
} from "./panels.ts";
import { Replay } from "./replay.ts";

/** The page: takes what the host tells, and keeps the map and the lists as it says. */
class Page {
  readonly map: MapView;
  readonly #replay: Replay;
  readonly #peers = new Map<string, PeerView>();
  readonly #links = new Map<string, LinkView>();
  readonly #traces = new Map<string, TraceView>();
  #partitions: readonly PartitionSnapshot[] = [];
  #local: StateMessage["local"] = { id: "", incarnation: "" };
  #selected: string | undefined;
  /** How far the host's clock is from the browser's. */
  #clockOffset = 0;
  #drawing = false;

  constructor() {
    this.map = new MapView(byId("sigma"), (peer) => this.#select(peer));
    this.#replay = new Replay(this.map, byId<HTMLCanvasElement>("overlay"));
    drawLegend();
    setInterval(() => this.#drawHeadline(), 1000);
  }

  take(message: InspectorMessage): void {
    switch (message.kind) {
      case "state":
        return this.#begin(message);
      case "peer":
        return this.#onPeer(message.change);
      case "routers":
        this.map.routers(message.routers);
        return drawRouters(message.routers);
      case "partitions":
        return this.#onPartitions(message.partitions);
      case "links":
        this.#onLinks(message.links);
        return this.#draw();
      case "trace":
        this.#traces.delete(message.trace.id);
        this.#traces.set(message.trace.id, message.trace);
        while (this.#traces.size > 100) this.#traces.delete(this.#traces.keys().next().value as string);
        return this.#drawTraces();
    }
  }

  #begin(state: StateMessage): void {
    this.#local = state.local;
    this.#clockOffset = state.nowMs - Date.now();
    for (const map of [this.#peers, this.#links, this.#traces]) map.clear();
    for (const peer of state.peers) this.#peers.set(peer.id, peer);
    for (const trace of state.traces) this.#traces.set(trace.id, trace);
    this.map.reset(state.local.id, state.peers);
    this.map.routers(state.routers);
    drawRouters(state.routers);
    this.#onPartitions(state.partitions);
    this.#onLinks(state.links);
    byId("events").replaceChildren();
    for (const change of state.changes) this.#addEvent(change);
    this.#drawTraces();
    this.#draw();
  }

  #onPeer(change: PeerChangeView): void {
    const { id, slot, from: _, to, kind: __, lastedMs: ___, ...facts } = change;
    this.#peers.set(id, { ...facts, id, slot, state: to });
    this.map.peer(id, slot, to);
    this.#addEvent(change);
    this.#draw();
  }

  #onPartitions(partitions: readonly PartitionSnapshot[]): void {
    this.#partitions = partitions;
    this.map.partitions(partitions);
    drawPartitions(partitions);
  }

  #onLinks(links: readonly LinkView[]): void {
    for (const link of links) this.#links.set(JSON.stringify([link.from, link.to]), link);
    this.map.links(links);
  }

  #addEvent(change: PeerChange): void {
    addEvent(change, (id) => this.#pick(id));
  }

  /** Lists are drawn at most once a frame, however much happens. */
  #draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      drawTitle(this.#local.id, this.#local.address, this.#peers.size);
      drawStates(this.#peers.values());
      this.#drawHeadline();
      this.#drawDetails();
    });
  }

  #drawHeadline(): void {
    if (this.#local.id === "") return;
    const worst = drawHeadline(this.#peers, Date.now() + this.#clockOffset, (id) => this.#pick(id));
    this.map.mark(this.#selected ?? worst);
  }

  #drawTraces(): void {
    drawTraces(this.#traces.values(), this.#replay.running, (trace) => {
      this.#replay.start(trace);
      this.#drawTraces();
    });
  }

  #drawDetails(): void {
    const peer = this.#selected === undefined ? undefined : this.#peers.get(this.#selected);
    drawDetails(peer, this.#links.values(), this.#partitions);
  }

  #select(id: string | undefined): void {
    this.#selected = id;
    this.#drawHeadline();
    this.#drawDetails();
  }

  #pick(id: string): void {
    this.#select(id);
    this.map.show(id);
  }
}

const page = new Page();
const events = new EventSource(`/events${location.search}`);
const notice = byId("notice");
events.onopen = () => {
  notice.hidden = true;
};
events.onmessage = ({ data }) => page.take(JSON.parse(data as string) as InspectorMessage);
events.onerror = () => {
  notice.hidden = false;
  notice.textContent = shown(
    `The host itself does not answer since ${timeText(Date.now())}: what you see is how things stood then.`,
  );
};
// For tests, and for a look from the browser's console.
Object.assign(globalThis, { inspectorPage: page });
