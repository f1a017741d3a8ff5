import { cloneValue, edge, interceptAll, isGraph, isGraphoidError, kindOf, ManualClock, node } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectCostBelow } from "../../../scripts/testing/cost.ts";
import { BridgeNode } from "./bridge-node.ts";
import { defaultUniverse, reflect } from "./default.ts";
import type { PeerChange, PeerEvent } from "./peer-event.ts";
import { createUniverse, type Universe } from "./universe.ts";
import { UniverseGraph } from "./universe-graph.ts";

function example(): Universe {
  const universe = createUniverse({ identity: "node_a", incarnation: "run-1", wallClock: () => 1_700_000_000_000 });
  universe.reportPeer({ id: "node_b", state: "connected", address: "10.0.1.100:9000", incarnation: "b1" });
  universe.reportPeer({ id: "node_c", state: "failed", reason: new Error("refused") });
  universe.reportRouters([
    { name: "tcp", active: true, guarantees: { order: "sender", maxMessageBytes: Number.POSITIVE_INFINITY } },
    { name: "echo", active: false },
  ]);
  universe.reportPartitions({
    strategy: "hash",
    partitions: [{ id: 0, nodes: 3, edges: 2, cutEdges: 1 }, { id: "0" }],
  });
  return universe;
}

describe("U1: a peer reappears with a new incarnation", () => {
  it("U1: the new one supersedes, and what is said of the old one is stale", () => {
    const universe = createUniverse({ identity: "here" });
    const steps: string[] = [];
    universe.onPeer(({ from, to, incarnation }) => void steps.push(`${from} → ${to} (${incarnation})`));
    universe.reportPeer({ id: "bob", state: "connected", incarnation: "first" });
    universe.reportPeer({ id: "bob", state: "connected", incarnation: "second" });
    universe.reportPeer({ id: "bob", state: "failed", incarnation: "first" });
    universe.reportPeer({ id: "bob", state: "suspect", incarnation: "first" });
    expect(steps).toEqual([
      "unknown → connected (first)",
      "connected → disconnected (first)",
      "disconnected → connected (second)",
    ]);
    expect(universe.peer("bob")).toMatchObject({ state: "connected", incarnation: "second" });
    expect(universe.metrics.staleEvents).toBe(2);
  });

  it("U1: a new attempt claims no incarnation until it meets one, the same or another", () => {
    for (const met of ["first", "second"]) {
      const universe = createUniverse({ identity: "here" });
      universe.reportPeer({ id: "bob", state: "connected", incarnation: "first" });
      universe.reportPeer({ id: "bob", state: "failed" });
      expect(universe.peer("bob")?.incarnation).toBe("first");
      universe.reportPeer({ id: "bob", state: "connecting" });
      expect(universe.peer("bob")?.incarnation).toBeUndefined();
      universe.reportPeer({ id: "bob", state: "connected", incarnation: met });
      expect(universe.peer("bob")).toMatchObject({ state: "connected", incarnation: met });
      expect(universe.metrics).toMatchObject({ changes: 4, staleEvents: 0 });
    }
  });
});

describe("U2: events arrive disconnect before connect", () => {
  const connected: PeerEvent = { id: "bob", state: "connected", order: 1 };
  const disconnected: PeerEvent = { id: "bob", state: "disconnected", order: 2 };

  it("U2: numbered events end in the same state in any order", () => {
    for (const events of [
      [connected, disconnected],
      [disconnected, connected],
    ]) {
      const universe = createUniverse({ identity: "here" });
      for (const event of events) universe.reportPeer(event);
      expect(universe.peer("bob")?.state).toBe("disconnected");
    }
  });

  it("U2: an overtaken event is counted, and the next one still counts", () => {
    const universe = createUniverse({ identity: "here" });
    universe.reportPeer(disconnected);
    universe.reportPeer(connected);
    universe.reportPeer(disconnected);
    expect(universe.metrics).toMatchObject({ changes: 1, lateEvents: 2 });
    universe.reportPeer({ ...connected, order: 3 });
    expect(universe.peer("bob")?.state).toBe("connected");
  });

  it("U2: all listeners see one order, even when one of them causes changes", () => {
    const universe = createUniverse({ identity: "here" });
    const seen: string[][] = [[], []];
    const watch = (list: string[]) => (change: PeerChange) => void list.push(`${change.sequence} ${change.to}`);
    universe.onPeer(watch(seen[0] as string[]));
    universe.onPeer(({ to }) => {
      if (to === "disconnected") universe.reportPeer({ id: "bob", state: "connecting" });
    });
    universe.onPeer(watch(seen[1] as string[]));
    universe.reportPeer({ id: "bob", state: "connected", incarnation: "1" });
    universe.reportPeer({ id: "bob", state: "connected", incarnation: "2" });
    expect(seen[0]).toEqual(["1 connected", "2 disconnected", "3 connected"]);
    expect(seen[1]).toEqual(seen[0]);
    expect(universe.metrics.ignoredEvents).toBe(1);
  });
});

describe("U3: 100,000 peers", () => {
  function filled(count: number): Universe {
    const universe = createUniverse({ identity: "here" });
    for (let i = 0; i < count; i++) universe.reportPeer({ id: `peer_${i}`, state: "connected", address: `host:${i}` });
    return universe;
  }

  it("U3: are shown, and one is found without a search", () => {
    const universe = filled(100_000);
    const graph = universe.graph();
    expect(graph.distribution().peers().length).toBe(100_000);
    expect(graph.nodeCount).toBe(100_006);
    const one = graph.match(node("p", { id: "peers/peer_77777" })).select("p.value.foreign");
    expect(one.toArray()).toEqual([{ "p.value.foreign": "host:77777" }]);
    const everything = () =>
      void graph
        .distribution()
        .peers()
        .map(({ state }) => state);
    const single = () => {
      for (let i = 0; i < 100; i++) one.toArray();
    };
    expectCostBelow(50, single, everything);
    const first = graph.match(node("", { id: "peers" }), edge({ label: "peer" }), node("p")).limit(3);
    expect(first.toArray().length).toBe(3);
  });

  it("U3: cost in proportion: reporting them, and making the graph", () => {
    expectCostBelow(
      60,
      () => void filled(20_000).graph(),
      () => void filled(2_000).graph(),
    );
  });

  it("U3: a look after a change costs a small part of a graph made anew", () => {
    const universe = filled(20_000);
    universe.graph();
    let changes = 0;
    expectCostBelow(
      0.5,
      () => {
        universe.reportPeer({ id: `peer_${changes}`, state: changes++ % 2 ? "connected" : "failed" });
        expect(universe.graph().nodeCount).toBe(20_006);
      },
      () => void filled(20_000).graph(),
    );
  });

  it("U3: shows the same whether it was looked at all the time or never before", () => {
    const states = ["connecting", "connected", "suspect", "failed", "left"] as const;
    const event = fc.record({ id: fc.integer({ min: 0, max: 12 }).map(String), state: fc.constantFrom(...states) });
    const shown = (universe: Universe): unknown => {
      const graph = universe.graph();
      const peers = graph.nodes().filter((id) => id.startsWith("peers/"));
      const bridges = peers.map((id) => ({ ...(graph.getNode(id) as unknown as object) }));
      return [graph.nodes(), graph.edges(), graph.distribution().peers(), bridges];
    };
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.boolean()), { maxLength: 40 }), (steps) => {
        const options = { identity: "here", incarnation: "1", maxPeers: 8, wallClock: () => 0 };
        const [watched, other] = [createUniverse(options), createUniverse(options)];
        for (const [{ id, state }, look] of steps) {
          for (const universe of [watched, other]) universe.reportPeer({ id, state });
          if (look) watched.graph();
        }
        expect(shown(watched)).toEqual(shown(other));
      }),
      { numRuns: 100 },
    );
  });

  it("U3: past the limit the peers that ended first are forgotten first, and live ones never", () => {
    const universe = createUniverse({ identity: "here", maxPeers: 3 });
    const forgotten: string[] = [];
    universe.onPeer((change) => {
      if (change.to === "unknown") forgotten.push(`${change.id}: ${change.from}, ${change.reason}`);
    });
    const report = (id: string, state: PeerEvent["state"]) => universe.reportPeer({ id, state });
    for (const id of ["a", "b", "c"]) report(id, "connected");
    report("d", "connected");
    expect(universe.metrics.untrackedEvents).toBe(1);
    report("b", "failed");
    report("a", "disconnected");
    report("d", "connected");
    report("e", "connecting");
    report("f", "connecting");
    expect(forgotten).toEqual([
      "b: failed, forgotten to make room for others",
      "a: disconnected, forgotten to make room for others",
    ]);
    expect(
      universe
        .graph()
        .distribution()
        .peers()
        .map(({ id }) => id),
    ).toEqual(["c", "d", "e"]);
    expect(universe.metrics).toMatchObject({ forgottenPeers: 2, untrackedEvents: 2 });
  });

  it("U3: a flood of strangers who are rejected costs no more each than a peer that connects", () => {
    const flood = () => {
      const universe = createUniverse({ identity: "here", maxPeers: 10_000 });
      for (let i = 0; i < 20_000; i++) universe.reportPeer({ id: `stranger_${i}`, state: "rejected" });
    };
    expectCostBelow(15, flood, () => void filled(20_000));
  });
});

describe("U4: mutating what reflection returned", () => {
  it("U4: changes neither the running system nor what others see of it", () => {
    const universe = example();
    const before = universe.toDot();
    const graph = universe.reflect.universe();
    const { columns } = graph;
    columns.sources.fill(0);
    columns.targets.fill(0);
    columns.nodeTypes.fill(0);
    graph.mapValues(() => "gone");
    graph.removeNode("peers/node_b");
    graph.addNode("peers/mallory", { state: "connected" });
    graph.addEdge("peers", "peers/mallory", "peer");
    graph.distribute({ name: "mine", partitionFor: () => 0 });
    expect(universe.toDot()).toBe(before);
    expect(universe.graph().isDistributed()).toBe(false);
    expect(universe.peer("node_b")?.state).toBe("connected");
  });

  it("U4: every record and list is frozen", () => {
    const universe = example();
    const graph = universe.graph();
    const view = graph.distribution();
    const lists = [view.peers(), view.routers(), view.partitions()];
    const values = graph.nodes().map((id) => graph.getNode(id));
    for (const value of [view, view.localIdentity(), ...lists, ...lists.flat(), ...values, universe.reflect]) {
      expect(value === null || Object.isFrozen(value)).toBe(true);
    }
    expect(Object.isFrozen(view.routers()[0]?.guarantees)).toBe(true);
    expect(() => Object.assign(view.peers()[0] as object, { state: "failed" })).toThrow(TypeError);
  });

  it("U4: what was reported is copied: changing it later changes nothing", () => {
    const universe = createUniverse({ identity: "here" });
    const reason = new Error("first");
    const event = { id: "bob", state: "failed" as const, reason };
    const router = { name: "tcp", active: true, guarantees: { order: "sender" as "sender" | "none" } };
    universe.reportPeer(event);
    universe.reportRouters([router]);
    reason.message = "second";
    event.id = "mallory";
    router.guarantees.order = "none";
    expect(universe.peer("bob")?.reason).toBe("first");
    expect(universe.graph().distribution().routers()).toEqual([{ ...router, guarantees: { order: "sender" } }]);
  });

  it("U4: interceptors of all graphs do not see the universe being made", () => {
    const registration = interceptAll({
      addNode: () => {
        throw new Error("no nodes here");
      },
    });
    expect(example().graph().hasNode("peers/node_b")).toBe(true);
    registration.dispose();
  });
});

describe("the graph", () => {
  it("is a Graph in the shape of the specification, with labelled edges", () => {
    const graph = example().reflect.universe();
    expect(isGraph(graph) && graph instanceof UniverseGraph).toBe(true);
    expect(graph.edges().map(({ from, label, to }) => `${from} -${label}-> ${to}`)).toEqual([
      "universe -distribution-> distribution",
      "distribution -local_identity-> local_identity",
      "distribution -peers-> peers",
      "distribution -routers-> routers",
      "distribution -partitions-> partitions",
      "routers -router-> routers/tcp",
      "routers -router-> routers/echo",
      "partitions -partition-> partitions/default/0",
      'partitions -partition-> partitions/default/"0"',
      "peers -peer-> peers/node_b",
      "peers -peer-> peers/node_c",
    ]);
    expect(graph.getNode("local_identity")).toEqual({ id: "node_a", incarnation: "run-1" });
    expect(graph.nodeRecord("peers/node_b")?.type).toBe("Peer");
  });

  it("answers match and query like any other", () => {
    const graph = example().graph();
    const live = graph
      .match(node("", { id: "peers" }), edge({ label: "peer" }), node("p", { type: "Peer" }))
      .where("p.value.state", "=", "connected")
      .select("p.value.id", "p.value.foreign");
    const rows = [{ "p.value.id": "node_b", "p.value.foreign": "10.0.1.100:9000" }];
    expect(live.toArray()).toEqual(rows);
    expect([...graph.query(live.query)]).toEqual(rows);
    const zero = graph
      .match(node("p", { type: "Partition" }))
      .where("p.value.id", "=", 0)
      .select("p.value.id");
    expect(zero.toArray()).toEqual([{ "p.value.id": 0 }]);
  });

  it("has bridge nodes, which cannot leave the process", () => {
    const graph = example().graph();
    const bridge = graph.getNode("peers/node_b") as BridgeNode;
    expect(bridge).toBeInstanceOf(BridgeNode);
    expect(bridge).toMatchObject({ id: "node_b", state: "connected", foreign: "10.0.1.100:9000", incarnation: "b1" });
    expect(kindOf(bridge)).toBe("opaque");
    expect(() => cloneValue(graph)).toThrow(/peers\/node_b/);
  });

  it("is of one moment", () => {
    const universe = example();
    const graph = universe.graph();
    universe.reportPeer({ id: "node_b", state: "suspect" });
    expect(graph.distribution().peers()[0]?.state).toBe("connected");
    expect((graph.getNode("peers/node_b") as BridgeNode).state).toBe("connected");
    expect(universe.graph().distribution().peers()[0]?.state).toBe("suspect");
  });

  it("holds any names apart", () => {
    const universe = createUniverse({ identity: "__proto__" });
    for (const id of ["a/b", "__proto__", "constructor", "\u202e\n", "x".repeat(5000), "日本"]) {
      universe.reportPeer({ id, state: "connected" });
    }
    const ids = [0, "0", '"0"', '"', "00", "eu/west", 10, "10"];
    universe.reportPartitions({ name: "a/b", strategy: "s", partitions: ids.map((id) => ({ id })) });
    universe.reportPartitions({ name: "a", strategy: "s", partitions: [{ id: "b/0" }] });
    universe.reportPartitions({ name: "a%2Fb", strategy: "s", partitions: [{ id: 0 }] });
    const graph = universe.graph();
    expect(graph.nodeCount).toBe(6 + 6 + ids.length + 2);
    expect(new Set(graph.nodes()).size).toBe(graph.nodeCount);
    expect(
      graph
        .distribution()
        .partitions()
        .map(({ id }) => id),
    ).toEqual([...ids, "b/0", 0]);
  });
});

describe("reports", () => {
  it("tell when, why, and for how long", () => {
    const clock = new ManualClock();
    let timeMs = 1000;
    const universe = createUniverse({ identity: "here", clock, wallClock: () => timeMs });
    const changes: PeerChange[] = [];
    universe.onPeer((change) => void changes.push(change));
    universe.reportPeer({ id: "bob", state: "connected" });
    clock.advance(250);
    timeMs = 900;
    universe.reportPeer({
      id: "bob",
      state: "failed",
      reason: Object.assign(new Error("reset"), { code: "CONNECTION_LOST" }),
    });
    expect(changes).toEqual([
      { kind: "peer", id: "bob", from: "unknown", to: "connected", sequence: 1, timeMs: 1000 },
      {
        kind: "peer",
        id: "bob",
        from: "connected",
        to: "failed",
        reason: "reset",
        code: "CONNECTION_LOST",
        sequence: 2,
        timeMs: 900,
        lastedMs: 250,
      },
    ]);
    expect(universe.peer("bob")).toEqual({
      id: "bob",
      state: "failed",
      reason: "reset",
      code: "CONNECTION_LOST",
      sequence: 2,
      timeMs: 900,
    });
  });

  it("give reasons as short text, whatever they were", () => {
    const universe = createUniverse({ identity: "here" });
    const shown = (reason: unknown) => {
      universe.reportPeer({ id: "bob", state: "connecting" });
      universe.reportPeer({ id: "bob", state: "failed", reason });
      return universe.peer("bob")?.reason;
    };
    expect(shown("gone")).toBe("gone");
    expect(shown(new TypeError(""))).toBe("TypeError");
    expect(shown({ toString: () => "never called" })).toBe("an object");
    expect(shown(undefined)).toBeUndefined();
    expect(shown("x".repeat(501))).toBe(`${"x".repeat(499)}…`);
    expect(shown("x".repeat(500))?.length).toBe(500);
    expect(shown(`${"x".repeat(498)}😀😀`)).toBe(`${"x".repeat(498)}\ufffd…`);
  });

  it("of routers and partitions replace the ones before, and say so once", () => {
    const universe = example();
    const { changes } = universe.metrics;
    const routers = [{ name: "echo", active: true }];
    universe.reportRouters(routers);
    universe.reportRouters(routers);
    expect(universe.graph().distribution().routers()).toEqual([{ name: "echo", active: true, guarantees: {} }]);
    universe.reportPartitions({ name: "other", strategy: "range", partitions: [{ id: "eu" }] });
    universe.reportPartitions({ strategy: "hash", partitions: [] });
    universe.reportPartitions({ strategy: "hash", partitions: [] });
    expect(universe.graph().distribution().partitions()).toEqual([{ split: "other", strategy: "range", id: "eu" }]);
    expect(universe.metrics.changes).toBe(changes + 3);
  });

  it("that are not as described are refused and change nothing", () => {
    const universe = example();
    const before = universe.toDot();
    const { metrics } = universe;
    const good = { id: "bob", state: "connected" };
    for (const bad of [
      null,
      { state: "connected" },
      { ...good, id: "" },
      { ...good, id: "\ud800" },
      { ...good, state: "unknown" },
      { ...good, state: "toString" },
      { ...good, address: 9000 },
      { ...good, incarnation: 1 },
      { ...good, order: -1 },
      { ...good, order: 1.5 },
      { ...good, colour: "red" },
    ]) {
      expect(refusal(() => universe.reportPeer(bad as never))).toBe("INVALID_ARGUMENT");
    }
    const router = { name: "tcp", active: true };
    for (const bad of [
      5,
      [null],
      [{ name: "tcp" }],
      [router, router],
      [{ ...router, guarantees: null }],
      [{ ...router, guarantees: { order: "total" } }],
      [{ ...router, guarantees: { delivery: "never" } }],
      [{ ...router, guarantees: { maxMessageBytes: Number.NaN } }],
    ]) {
      expect(refusal(() => universe.reportRouters(bad as never))).toBe("INVALID_ARGUMENT");
    }
    for (const partitions of [
      undefined,
      [null],
      [{ id: -1 }],
      [{ id: "" }],
      [{ id: 1 }, { id: 1 }],
      [{ id: 1, nodes: -1 }],
    ]) {
      expect(refusal(() => universe.reportPartitions({ strategy: "s", partitions } as never))).toBe("INVALID_ARGUMENT");
    }
    expect(refusal(() => universe.reportPartitions(null as never))).toBe("INVALID_ARGUMENT");
    expect(refusal(() => universe.reportPartitions({ name: "", strategy: "s", partitions: [] }))).toBe(
      "INVALID_ARGUMENT",
    );
    expect(universe.toDot()).toBe(before);
    expect(universe.metrics).toEqual(metrics);
  });
});

describe("createUniverse", () => {
  it("refuses options that are not as described", () => {
    for (const bad of [
      undefined,
      {},
      { identity: "" },
      { identity: "a", incarnation: 5 },
      { identity: "a", maxPeers: 0 },
      { identity: "a", clock: {} },
      { identity: "a", wallClock: 5 },
      { identity: "a", maxPeer: 5 },
    ]) {
      expect(refusal(() => createUniverse(bad as never))).toBe("INVALID_ARGUMENT");
    }
  });

  it("makes up an incarnation", () => {
    const incarnations = [1, 2].map(() => createUniverse({ identity: "a" }).incarnation);
    expect(incarnations[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(incarnations[0]).not.toBe(incarnations[1]);
  });

  it("shares nothing between universes, nor with the default one", () => {
    const universe = example();
    expect(createUniverse({ identity: "b" }).graph().distribution().peers()).toEqual([]);
    expect(reflect.universe().distribution().peers()).toEqual([]);
    defaultUniverse().reportPeer({ id: "x", state: "connected" });
    expect(
      reflect
        .universe()
        .distribution()
        .peers()
        .map(({ id }) => id),
    ).toEqual(["x"]);
    expect(universe.peer("x")).toBeUndefined();
  });
});

function refusal(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return isGraphoidError(error) ? error.code : String(error);
  }
  return undefined;
}
