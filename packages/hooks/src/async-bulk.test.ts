import {
  type CallOptions,
  type EdgeInit,
  Graph,
  handled,
  ManualClock,
  type NodeInit,
  type Ref,
  redirect,
  refBrand,
} from "@graphoid/core";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { asyncGraph, createHooks, type GraphHandler, graphHandler, type HookOperation, type Hooks } from "./index.ts";

const clock = new ManualClock();
const sets: Hooks[] = [];

function newHooks(): Hooks {
  const hooks = createHooks({ clock, timeoutMs: 100 });
  sets.push(hooks);
  return hooks;
}

afterEach(() => {
  for (const hooks of sets.splice(0)) hooks.dispose();
  expect(clock.pending).toBe(0);
});

type Answer = (message: string, payload: never, options: CallOptions) => unknown;

function refTo(location: number, answer: Answer): Ref {
  const ref = {
    [refBrand]: true,
    id: "graph",
    incarnation: undefined,
    location: () => location,
    request: async (message: string, payload: never, options: CallOptions) => answer(message, payload, options),
  };
  return ref as unknown as Ref;
}

const toHandler =
  (handler: GraphHandler): Answer =>
  (message, payload) =>
    handler[message as HookOperation]?.(payload);

interface Host {
  readonly graph: Graph;
  readonly ref: Ref;
  /** How many bulk requests it was sent. */
  requests: number;
  fails: boolean;
}

/** Hosts of one graph. The node "2x" belongs to host 2, which an edge from it does too. */
function cluster(count: number, passOn: (id: string, at: number) => number = (id) => Number(id[0])): Host[] {
  const hooks = newHooks();
  const hosts = Array.from({ length: count }, (_, number): Host => {
    const graph = new Graph();
    graph.distribute({ name: "first letter", partitionFor: (id) => Number(id[0]) });
    const handler = graphHandler(graph);
    const host: Host = {
      graph,
      requests: 0,
      fails: false,
      ref: refTo(number, (message, payload, options) => {
        host.requests++;
        if (host.fails) throw new RangeError(`host ${number} is down`);
        return toHandler(handler)(message, payload, options);
      }),
    };
    return host;
  });
  for (const [number, { graph }] of hosts.entries()) {
    const place = async (id: string) => {
      await Promise.resolve();
      const owner = passOn(id, number);
      return owner === number ? "continue" : redirect((hosts[owner] as Host).ref);
    };
    hooks.onAddNode((_, id) => place(id), { graph });
    hooks.onUpdateNode((_, id) => place(id), { graph });
    hooks.onAddEdge((_, from) => place(from), { graph });
  }
  return hosts;
}

const contents = (graph: Graph): unknown => [graph.nodes().map((id) => graph.nodeRecord(id)), graph.edges()];

test("every element lands where it belongs, by one request to each host", async () => {
  const hosts = cluster(3);
  const [here] = hosts as [Host];
  const friends = asyncGraph(here.graph, { clock });
  const nodes: NodeInit[] = ["0a", "1a", "2a", "1b", "0b", "2b"].map((id) => ({ id, value: { id }, type: "T" }));
  expect(await friends.addNodes(nodes)).toBe(6);
  expect(hosts.map(({ graph }) => graph.nodes())).toEqual([
    ["0a", "0b"],
    ["1a", "1b"],
    ["2a", "2b"],
  ]);
  expect(hosts[2]?.graph.nodeRecord("2b")).toMatchObject({ value: { id: "2b" }, type: "T" });
  expect(hosts.map(({ requests }) => requests)).toEqual([0, 1, 1]);
  expect(
    await friends.addNodes([
      { id: "0a", value: 1 },
      { id: "1a", value: 1 },
    ]),
  ).toBe(0);
  expect([here.graph.getNode("0a"), hosts[1]?.graph.getNode("1a")]).toEqual([1, 1]);
  expect(
    await friends.addEdges([
      { from: "0a", to: "0b", weight: 2 },
      { from: "1a", to: "1b", label: "K" },
    ]),
  ).toBe(2);
  expect(here.graph.edges()).toMatchObject([{ from: "0a", to: "0b", weight: 2 }]);
  expect(hosts[1]?.graph.edges()).toMatchObject([{ from: "1a", to: "1b", label: "K" }]);
});

test("hosts pass on what belongs further elsewhere, and a circle ends", async () => {
  // Each host knows only the next one.
  const line = cluster(4, (id, at) => (Number(id[0]) === at ? at : (at + 1) % 4));
  expect(
    await asyncGraph((line[0] as Host).graph, { clock }).addNodes([{ id: "3x" }, { id: "1x" }, { id: "3y" }]),
  ).toBe(3);
  expect(line.map(({ graph }) => graph.nodes())).toEqual([[], ["1x"], [], ["3x", "3y"]]);
  const circle = cluster(2, (_, at) => 1 - at);
  await expect(asyncGraph((circle[0] as Host).graph, { clock }).addNodes([{ id: "0x" }])).rejects.toMatchObject({
    code: "BULK_INCOMPLETE",
    cause: { code: "REDIRECT_LIMIT" },
  });
  expect(circle.map(({ graph }) => graph.nodeCount)).toEqual([0, 0]);
});

test("a hook that refuses one element, here: nothing is added anywhere; there: none of that host's", async () => {
  const hosts = cluster(3);
  const [here, one, two] = hosts as [Host, Host, Host];
  const hooks = newHooks();
  const refuse = (_: Graph, id: string) => {
    if (id.endsWith("!")) throw new RangeError(id);
    return "continue" as const;
  };
  hooks.onAddNode(refuse, { graph: here.graph });
  const friends = asyncGraph(here.graph, { clock });
  // Asked first: the other set's hook sends what belongs elsewhere there.
  await expect(friends.addNodes([{ id: "0a" }, { id: "1a" }, { id: "0!" }])).rejects.toThrow(RangeError);
  expect(hosts.map(({ graph, requests }) => [graph.nodeCount, requests])).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
  hooks.onAddNode(refuse, { graph: one.graph });
  const error = await friends
    .addNodes([{ id: "0a" }, { id: "1a" }, { id: "1!" }, { id: "2a" }])
    .catch((e: unknown) => e);
  expect(error).toMatchObject({
    code: "BULK_INCOMPLETE",
    details: { operation: "addNodes", added: 2, failed: [{ to: "graph", location: 1, items: [1, 2] }] },
    cause: expect.any(RangeError),
  });
  expect([here, one, two].map(({ graph }) => graph.nodes())).toEqual([["0a"], [], ["2a"]]);
});

test("an end that is not there: nothing is added, and nothing sent", async () => {
  const hosts = cluster(2);
  const [here, one] = hosts as [Host, Host];
  const friends = asyncGraph(here.graph, { clock });
  await friends.addNodes([{ id: "0a" }, { id: "1a" }]);
  const before = hosts.map(({ graph }) => contents(graph));
  const edges: EdgeInit[] = [
    { from: "1a", to: "1a" },
    { from: "0a", to: "0a" },
    { from: "0a", to: "0z" },
  ];
  one.requests = 0;
  await expect(friends.addEdges(edges)).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(hosts.map(({ graph }) => contents(graph))).toEqual(before);
  expect(one.requests).toBe(0);
});

test("asks as the synchronous operation does, and leaves out what hooks dealt with", async () => {
  const hooks = newHooks();
  const graph = new Graph();
  graph.addNode("a", 1);
  const asked: string[] = [];
  const other = new Graph();
  other.addNode("a", 1);
  for (const each of [graph, other]) {
    hooks.onAddNode(
      (_, id) => {
        asked.push(`add ${id}`);
        return id === "c" ? handled("dealt with") : "continue";
      },
      {
        graph: each,
      },
    );
    hooks.onUpdateNode(
      (_, id) => {
        asked.push(`update ${id}`);
        return "continue";
      },
      { graph: each },
    );
  }
  const nodes: NodeInit[] = [{ id: "a", value: 2 }, { id: "b" }, { id: "c" }, { id: "b", value: 3 }];
  expect(await asyncGraph(graph, { clock }).addNodes(nodes)).toBe(1);
  const asyncAsked = asked.splice(0);
  expect(other.addNodes(nodes)).toBe(1);
  expect(asyncAsked).toEqual(asked);
  expect(contents(graph)).toEqual(contents(other));
});

describe("limits", () => {
  test("H2: a hook that never settles, the time, and the signal end it; hooks are not asked on", async () => {
    const hooks = newHooks();
    const graph = new Graph();
    let asked = 0;
    let go = (): void => {};
    hooks.onAddNode(
      () => {
        asked++;
        return new Promise((resolve) => {
          go = () => resolve("continue");
        });
      },
      { graph },
    );
    const nodes = [{ id: "a" }, { id: "b" }];
    const hanging = expect(asyncGraph(graph, { clock }).addNodes(nodes)).rejects.toMatchObject({
      code: "HOOK_TIMEOUT",
    });
    await Promise.resolve();
    clock.advance(100);
    await hanging;
    const late = expect(asyncGraph(graph, { clock, timeoutMs: 10 }).addNodes(nodes)).rejects.toMatchObject({
      code: "DEADLINE_EXCEEDED",
    });
    await Promise.resolve();
    clock.advance(10);
    await late;
    go();
    const controller = new AbortController();
    const cancelled = asyncGraph(graph, { clock }).addNodes(nodes, { signal: controller.signal });
    await Promise.resolve();
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ code: "CANCELLED" });
    go();
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBe(3);
    expect(graph.nodeCount).toBe(0);
  });

  test("requests get the time that is left; an answer that is none is refused", async () => {
    const hooks = newHooks();
    const graph = new Graph();
    const seen: CallOptions[] = [];
    let answer: unknown = { added: 2, redirected: [] };
    const ref = refTo(1, (_message, _payload, options) => {
      seen.push(options);
      return answer;
    });
    hooks.onAddNode(
      () => {
        clock.advance(30);
        return redirect(ref);
      },
      { graph },
    );
    const friends = asyncGraph(graph, { clock, timeoutMs: 100 });
    expect(await friends.addNodes([{ id: "a" }, { id: "b" }])).toBe(2);
    expect(seen).toEqual([{ timeoutMs: 40 }]);
    for (answer of [
      null,
      5,
      true,
      {},
      { added: 1 },
      { added: 1, redirected: [{ to: ref, items: [2] }] },
      { added: 1, redirected: [null] },
    ]) {
      await expect(friends.addNodes([{ id: "a" }])).rejects.toMatchObject({ cause: { code: "HOOK_RESULT" } });
    }
    await expect(friends.addNodes([{ id: "a" }, { id: "b" }, { id: "c" }, { id: "d" }])).rejects.toMatchObject({
      code: "DEADLINE_EXCEEDED",
    });
  });

  test("refuses what is no bulk operation", async () => {
    const graph = new Graph();
    const friends = asyncGraph(graph, { clock });
    for (const bad of [5, null, undefined, {}]) {
      await expect(friends.addNodes(bad as never)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    for (const bad of [5, null, { id: 5 }, { id: "a", weight: 1 }, { id: "\ud800" }]) {
      await expect(friends.addNodes([{ id: "fine" }, bad as never])).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
      });
    }
    const handler = graphHandler(graph);
    const payloads: unknown[] = [
      null,
      { kind: "addNodes" },
      { kind: "addNodes", nodes: 5 },
      { kind: "addEdges", edges: [] },
    ];
    payloads.push({ kind: "addNodes", nodes: [{ id: "fine" }, { id: 5 }] }, { kind: "addNodes", nodes: [], more: 1 });
    for (const payload of payloads) {
      await expect(handler.addNodes?.(payload as never)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    expect(graph.nodeCount).toBe(0);
    expect(Object.keys(graphHandler(graph, { operations: ["addNode", "query"] }))).toEqual([
      "addNode",
      "addNodes",
      "query",
    ]);
  });
});

test("law: each element is in the graph of its owner, or told to have failed; never in two, never half of a host's", async () => {
  const ids = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 20 })).map((pair) => pair.join("_")),
  );
  const down = fc.uniqueArray(fc.integer({ min: 1, max: 3 }));
  await fc.assert(
    fc.asyncProperty(fc.array(ids, { maxLength: 4 }), down, async (batches, failing) => {
      const hosts = cluster(4);
      for (const number of failing) (hosts[number] as Host).fails = true;
      const expected = new Map<string, number>();
      for (const [round, batch] of batches.entries()) {
        const nodes = batch.map((id) => ({ id, value: round }));
        const isLost = (id: string): boolean => failing.includes(Number(id[0]));
        const before = expected.size;
        for (const id of batch) if (!isLost(id)) expected.set(id, round);
        const added = expected.size - before;
        const lost = batch.flatMap((id, item) => (isLost(id) ? [item] : []));
        const outcome: unknown = await asyncGraph((hosts[0] as Host).graph, { clock })
          .addNodes(nodes)
          .catch((e: unknown) => e);
        if (lost.length === 0) expect(outcome).toBe(added);
        else {
          const { details } = outcome as { details: { added: number; failed: { items: number[] }[] } };
          expect(details.added).toBe(added);
          expect(details.failed.flatMap(({ items }) => items).sort((a, b) => a - b)).toEqual(lost);
        }
      }
      const found = hosts.flatMap(({ graph }, number) =>
        graph.nodes().map((id) => {
          expect(id[0]).toBe(String(number));
          return [id, graph.getNode(id)] as const;
        }),
      );
      expect(found).toHaveLength(expected.size);
      expect(new Map(found)).toEqual(expected);
      sets.pop()?.dispose();
    }),
    { numRuns: 60 },
  );
});
