import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ends, transitions } from "../test/transitions.ts";
import type { PeerChange, PeerEvent } from "./peer-event.ts";
import { type PeerState, reportedStates } from "./peer-state.ts";
import { createUniverse, type Universe } from "./universe.ts";

/** What a peer should be, worked out in the plainest way. */
interface ModelPeer {
  state: PeerState;
  /** Which run the state is about. */
  incarnation: string | undefined;
  /** All that were heard of, the newest last. */
  readonly heard: string[];
  order: number;
  endedAt: number;
}

class Model {
  readonly peers = new Map<string, ModelPeer>();
  readonly steps: string[] = [];
  readonly maxPeers: number;
  #ends = 0;

  constructor(maxPeers: number) {
    this.maxPeers = maxPeers;
  }

  report({ id, state: to, incarnation, order }: PeerEvent): void {
    const peer = this.peers.get(id) ?? this.#add(id, to);
    if (!peer) return;
    if (order !== undefined && order <= peer.order) return;
    if (order !== undefined) peer.order = order;
    const newest = peer.heard.at(-1);
    if (incarnation !== undefined && incarnation !== newest) {
      if (peer.heard.includes(incarnation)) return;
      if (newest !== undefined) {
        if (to === "suspect") return;
        const live = !ends.includes(peer.state) && peer.incarnation !== undefined;
        if (live && !ends.includes(to)) this.#step(id, peer, "disconnected");
        if (!transitions[peer.state].includes(to)) peer.incarnation = incarnation;
      }
      peer.heard.push(incarnation);
    }
    if (to === peer.state) peer.incarnation = incarnation ?? peer.incarnation;
    if (!transitions[peer.state].includes(to)) return;
    if (ends.includes(peer.state) && !ends.includes(to)) peer.incarnation = undefined;
    peer.incarnation = incarnation ?? peer.incarnation;
    this.#step(id, peer, to);
  }

  #add(id: string, to: PeerState): ModelPeer | undefined {
    if (to === "suspect") return undefined;
    if (this.peers.size === this.maxPeers) {
      const ended = [...this.peers].filter(([, peer]) => ends.includes(peer.state));
      const oldest = ended.sort(([, a], [, b]) => a.endedAt - b.endedAt)[0];
      if (!oldest) return undefined;
      this.peers.delete(oldest[0]);
      this.steps.push(`${oldest[0]}: ${oldest[1].state} → unknown`);
    }
    const peer: ModelPeer = { state: "unknown", incarnation: undefined, heard: [], order: -1, endedAt: 0 };
    this.peers.set(id, peer);
    return peer;
  }

  #step(id: string, peer: ModelPeer, to: PeerState): void {
    this.steps.push(`${id}: ${peer.state} → ${to}`);
    if (ends.includes(to) && !ends.includes(peer.state)) peer.endedAt = ++this.#ends;
    peer.state = to;
  }
}

interface Real {
  readonly universe: Universe;
  readonly seen: PeerChange[];
}

class Report implements fc.Command<Model, Real> {
  readonly #event: PeerEvent;

  constructor(event: PeerEvent) {
    this.#event = event;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, { universe, seen }: Real): void {
    model.report(this.#event);
    universe.reportPeer(this.#event);
    expect(seen.map(({ id, from, to }) => `${id}: ${from} → ${to}`)).toEqual(model.steps);
    expect(seen.map(({ sequence }) => sequence)).toEqual(model.steps.map((_, i) => i + 1));
    expect(universe.metrics.changes).toBe(model.steps.length);
    for (const [id, { state, incarnation }] of model.peers) {
      expect({ incarnation: undefined, ...universe.peer(id) }).toMatchObject({ id, state, incarnation });
    }
  }

  toString(): string {
    return JSON.stringify(this.#event);
  }
}

class Look implements fc.Command<Model, Real> {
  check(): boolean {
    return true;
  }

  run(model: Model, { universe }: Real): void {
    const graph = universe.graph();
    const expected = [...model.peers].map(([id, { state }]) => [id, state]);
    expect(
      graph
        .distribution()
        .peers()
        .map(({ id, state }) => [id, state]),
    ).toEqual(expected);
    expect(graph.neighbors("peers", { label: "peer" })).toEqual(expected.map(([id]) => `peers/${id}`));
  }

  toString(): string {
    return "look";
  }
}

const event: fc.Arbitrary<PeerEvent> = fc.record(
  {
    id: fc.constantFrom("ada", "bob", "cleo", "dan"),
    state: fc.constantFrom(...reportedStates),
    incarnation: fc.constantFrom("1", "2", "3"),
    order: fc.nat(20),
  },
  { requiredKeys: ["id", "state"] },
);

describe("the life of a peer", () => {
  it("is that of the model, whatever is reported in whatever order (U1, U2, U3)", () => {
    const commands = fc.commands([event.map((value) => new Report(value)), fc.constant(new Look())], {
      maxCommands: 60,
    });
    fc.assert(
      fc.property(commands, fc.integer({ min: 1, max: 4 }), (steps, maxPeers) => {
        fc.modelRun(() => {
          const seen: PeerChange[] = [];
          const universe = createUniverse({ identity: "here", maxPeers });
          universe.onPeer((change) => void seen.push(change));
          return { model: new Model(maxPeers), real: { universe, seen } };
        }, steps);
      }),
      { numRuns: 300 },
    );
  });

  it("remembers 16 superseded incarnations of a peer", () => {
    const universe = createUniverse({ identity: "here" });
    for (let run = 0; run <= 17; run++) universe.reportPeer({ id: "bob", state: "connected", incarnation: `${run}` });
    for (let run = 1; run <= 16; run++) universe.reportPeer({ id: "bob", state: "failed", incarnation: `${run}` });
    expect(universe.metrics.staleEvents).toBe(16);
    expect(universe.peer("bob")).toMatchObject({ state: "connected", incarnation: "17" });
  });

  it("takes up an address without a change of state, and leaves the graph alone when nothing is new", () => {
    const universe = createUniverse({ identity: "here" });
    universe.reportPeer({ id: "bob", state: "connected" });
    expect(universe.peer("bob")?.address).toBeUndefined();
    universe.reportPeer({ id: "bob", state: "connected", address: "10.0.0.1:9000" });
    const snapshot = universe.peer("bob");
    expect(snapshot).toMatchObject({ state: "connected", address: "10.0.0.1:9000", sequence: 1 });
    universe.reportPeer({ id: "bob", state: "connected", address: "10.0.0.1:9000" });
    expect(universe.peer("bob")).toBe(snapshot);
    expect(universe.metrics).toMatchObject({ changes: 1, ignoredEvents: 0 });
  });
});
