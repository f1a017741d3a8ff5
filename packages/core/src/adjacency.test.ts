import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectCostBelow } from "../../../scripts/testing/cost.ts";
import { randomInts } from "../test/random.ts";
import { Adjacency } from "./adjacency.ts";
import { type AdjacencySide, compressRows } from "./compressed-rows.ts";
import { EdgeStore, REMOVED } from "./edge-store.ts";
import { partitionedRows } from "./partitioned-rows.ts";

type Pair = readonly [neighbor: number, edge: number];

function visited(adjacency: Adjacency, node: number, nodes: number): Pair[] {
  const pairs: Pair[] = [];
  adjacency.visit(node, nodes, (neighbor, edge) => void pairs.push([neighbor, edge]));
  return pairs;
}

/** What the index should tell, from a loop over all edges. */
function expected(store: EdgeStore, side: AdjacencySide, node: number): Pair[] {
  const pairs: Pair[] = [];
  for (let edge = 0; edge < store.rows; edge++) {
    const source = store.sources[edge] as number;
    const target = store.targets[edge] as number;
    if (source === REMOVED) continue;
    if (side !== "in" && source === node) pairs.push([target, edge]);
    else if (side !== "out" && target === node) pairs.push([source, edge]);
  }
  return pairs;
}

/** `distinct` tells each neighbour once, or that it cannot. */
function assertDistinct(adjacency: Adjacency, store: EdgeStore, side: AdjacencySide, nodes: number): void {
  const index = adjacency.distinct(nodes);
  const lists = Array.from({ length: nodes }, (_, node) => expected(store, side, node).map(([neighbor]) => neighbor));
  if (index === undefined) {
    const repeats = lists.some((list) => new Set(list).size < list.length);
    assert.ok(repeats || store.removed > 0 || store.rows > 0);
    return;
  }
  const { offsets, neighbors } = index;
  for (let node = 0; node < nodes; node++) {
    const list = node + 1 < offsets.length ? [...neighbors.subarray(offsets[node], offsets[node + 1])] : [];
    assert.deepEqual(list, lists[node]);
    if (store.severalLabels) assert.equal(new Set(list).size, list.length);
  }
}

describe.each<AdjacencySide>(["out", "in", "both"])("Adjacency by %s", (side) => {
  test("agrees with a loop over all edges, whatever is added, removed and asked in turn", () => {
    const action = fc.record({
      what: fc.constantFrom("add", "add", "remove", "ask", "distinct", "columns"),
      a: fc.nat(),
      b: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 100, size: "max" }), (actions) => {
        const store = new EdgeStore(side !== "both");
        const adjacency = new Adjacency(store, side);
        let nodes = 1;
        for (const { what, a, b } of actions) {
          if (what === "add") {
            if (a % 3 === 0) nodes++;
            store.add(a % nodes, b % nodes, a & 1);
          } else if (what === "remove") {
            const row = a % Math.max(1, store.rows);
            if (store.rows > row && store.sources[row] !== REMOVED) store.remove(row);
          } else if (what === "ask") {
            assert.deepEqual(visited(adjacency, a % nodes, nodes), expected(store, side, a % nodes));
          } else if (what === "distinct") {
            assertDistinct(adjacency, store, side, nodes);
          } else if (store.removed === 0) {
            assert.equal(adjacency.columns(nodes).offsets.length, nodes + 1);
          }
        }
        for (let node = 0; node < nodes; node++) {
          assert.deepEqual(visited(adjacency, node, nodes), expected(store, side, node));
        }
      }),
      { numRuns: 120 },
    );
  });

  test("goes through pending edges into the index, at every threshold", () => {
    const random = randomInts(9);
    const store = new EdgeStore(side !== "both");
    const adjacency = new Adjacency(store, side);
    let nodes = 3;
    for (let i = 0; i < 14_000; i++) {
      if (i % 100 === 0) nodes++;
      store.add(random(nodes), random(nodes), 0);
      if (i % 9 === 0) store.remove(random(store.rows));
      // Often enough that edges pile up as pending ones, past 1,024 and past an eighth of the index.
      if (i % 211 === 0) {
        const node = random(nodes);
        assert.deepEqual(visited(adjacency, node, nodes), expected(store, side, node));
      }
    }
    for (let node = 0; node < nodes; node += 7) {
      assert.deepEqual(visited(adjacency, node, nodes), expected(store, side, node));
    }
  });

  test("a visit shows the edges that were there when it began, though the visitor adds, removes and asks", () => {
    for (const before of [3, 1200]) {
      const store = new EdgeStore(side !== "both");
      const adjacency = new Adjacency(store, side);
      for (let i = 0; i < before; i++) store.add(0, 0, 0);
      visited(adjacency, 0, 1);
      for (let i = 0; i < 5; i++) store.add(0, 0, 0);
      let count = 0;
      adjacency.visit(0, 1, (_neighbor, edge) => {
        count++;
        if (edge % 2 === 0 && edge + 1 < store.rows && store.sources[edge + 1] !== REMOVED) store.remove(edge + 1);
        for (let i = 0; i < 3; i++) store.add(0, 0, 0);
        if (edge % 400 === 0) visited(adjacency, 0, 1);
      });
      expect(count).toBe(Math.ceil((before + 5) / 2));
    }
  });

  test("a visitor that removes most edges and makes the index be rebuilt meanwhile leaves no trace", () => {
    const store = new EdgeStore(side !== "both");
    const adjacency = new Adjacency(store, side);
    for (let i = 0; i < 10; i++) store.add(0, 0, 0);
    let first = true;
    adjacency.visit(0, 1, () => {
      if (!first) return;
      first = false;
      for (let i = 1; i < 9; i++) store.remove(i);
      for (let i = 0; i < 1500; i++) store.add(0, 0, 0);
      visited(adjacency, 0, 1);
    });
    store.add(0, 0, 0);
    assert.deepEqual(visited(adjacency, 0, 1), expected(store, side, 0));
  });

  test("columns that were handed out tell of the edges of their time, though some are removed since", () => {
    const store = new EdgeStore(side !== "both");
    const adjacency = new Adjacency(store, side);
    for (let i = 0; i < 4; i++) store.add(0, i, 0);
    const before = expected(store, side, 0);
    const index = adjacency.distinct(4);
    const { offsets, neighbors } = index ?? adjacency.columns(4);
    store.remove(1);
    store.remove(3);
    const { edges } = index ?? adjacency.columns(4);
    const pairs = Array.from(edges.subarray(0, offsets[1]), (edge, i) => [neighbors[i], edge]);
    assert.deepEqual(pairs, before);
    expect(adjacency.distinct(4)).toBeUndefined();
    assert.deepEqual(visited(adjacency, 0, 4), expected(store, side, 0));
  });

  test("the whole index is built once until an edge or a node is added", () => {
    const store = new EdgeStore(side !== "both");
    const adjacency = new Adjacency(store, side);
    store.add(0, 1, 0);
    const index = adjacency.columns(2);
    expect(adjacency.columns(2)).toBe(index);
    expect(adjacency.columns(3).offsets).toHaveLength(4);
    store.add(1, 0, 0);
    expect(adjacency.columns(3).edges).toHaveLength(side === "both" ? 4 : 2);
  });

  test("one edge removed, added and asked for 20,000 times costs no more each time", () => {
    const run = (toggles: number, edges: number) => () => {
      const store = new EdgeStore(side !== "both");
      const adjacency = new Adjacency(store, side);
      for (let i = 0; i < edges; i++) store.add(i % 1000, (i + 1) % 1000, 0);
      for (let i = 0; i < toggles; i++) {
        store.add(2000, 2001, 0);
        assert.equal(visited(adjacency, side === "in" ? 2001 : 2000, 2002).length, 1);
        store.remove(store.rows - 1);
      }
    };
    // Ten times the toggles: about ten times the time, and not a hundred.
    expectCostBelow(25, run(20_000, 200_000), run(2000, 200_000));
  });
});

describe("compressRows", () => {
  test("an empty graph, a node without edges, and self loops", () => {
    const none = new Uint32Array(0);
    expect(compressRows(none, none, 0, 0, "out").offsets).toEqual(Uint32Array.of(0));
    expect(compressRows(none, none, 0, 2, "both").offsets).toEqual(Uint32Array.of(0, 0, 0));
    const loops = compressRows(Uint32Array.of(1, 1), Uint32Array.of(1, 0), 2, 3, "both");
    expect(loops.offsets).toEqual(Uint32Array.of(0, 1, 3, 3));
    expect(loops.edges).toEqual(Uint32Array.of(1, 0, 1));
    expect(loops.neighbors).toEqual(Uint32Array.of(1, 1, 0));
  });

  test("leaves removed edges out", () => {
    const { offsets, edges } = compressRows(Uint32Array.of(REMOVED, 0), Uint32Array.of(0, 0), 2, 1, "in");
    expect([offsets, edges]).toEqual([Uint32Array.of(0, 1), Uint32Array.of(1)]);
  });

  test.each(["out", "in", "both"] as const)(
    "%s: ranges of nodes lead to the entries that counting them at once leads to",
    (side) => {
      // Nodes of several ranges, and such at both ends of a range.
      const node = fc.oneof(fc.nat({ max: 20_000 }), fc.constantFrom(0, 4095, 4096, 20_000));
      fc.assert(
        fc.property(
          fc.array(fc.record({ source: node, target: node, removed: fc.boolean() }), { maxLength: 300, size: "max" }),
          (edges) => {
            const sources = Uint32Array.from(edges, ({ source, removed }) => (removed ? REMOVED : source));
            const targets = Uint32Array.from(edges, ({ target }) => target);
            const { offsets, neighbors, edges: rows } = compressRows(sources, targets, edges.length, 20_001, side);
            const ranges = partitionedRows(sources, targets, edges.length, 20_001, side);
            assert.deepEqual(ranges.place("edge"), rows);
            assert.deepEqual(ranges.place("neighbor"), neighbors);
            assert.deepEqual(ranges.offsets, offsets);
          },
        ),
      );
    },
  );

  test("takes more nodes than are counted at once", () => {
    const count = 200_000;
    const sources = Uint32Array.from({ length: count }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 14);
    const targets = Uint32Array.from({ length: count }, (_, i) => i);
    const { offsets, neighbors, edges } = compressRows(sources, targets, count, 1 << 18, "out");
    assert.deepEqual(neighbors, edges);
    for (let row = 0; row < 1 << 18; row++) {
      for (let i = offsets[row] as number; i < (offsets[row + 1] as number); i++) {
        assert.equal(sources[edges[i] as number], row);
        if (i > (offsets[row] as number)) assert.ok((edges[i] as number) > (edges[i - 1] as number));
      }
    }
    assert.equal(offsets[1 << 18], count);
  });
});
