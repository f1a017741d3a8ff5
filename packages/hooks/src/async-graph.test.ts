import { type CallOptions, Graph, handled, ManualClock, node, type Ref, redirect, refBrand } from "@graphoid/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { asyncGraph, createHooks, graphHandler, type HookOperation, type Hooks } from "./index.ts";

const sets: Hooks[] = [];
const clock = new ManualClock();

function newHooks(): Hooks {
  const hooks = createHooks({ clock, timeoutMs: 100 });
  sets.push(hooks);
  return hooks;
}

afterEach(() => {
  for (const hooks of sets.splice(0)) hooks.dispose();
  expect(clock.pending).toBe(0);
});

function pair(): Graph {
  const graph = new Graph();
  graph.addNode("a", 1);
  graph.addNode("b", 2);
  graph.addEdge("a", "b");
  return graph;
}

function contents(graph: Graph): unknown {
  return [graph.nodes().map((id) => graph.nodeRecord(id)), graph.edges()];
}

/** A reference that answers by a function. */
function refTo(answer: (message: string, payload: never, options: CallOptions) => unknown, id = "there"): Ref {
  return {
    [refBrand]: true,
    id,
    request: async (message: string, payload: never, options: CallOptions) => answer(message, payload, options),
  } as unknown as Ref;
}

const query = new Graph().match(node("n")).select("n.id").query;

/** Every operation on the graph of `pair`, asynchronously and not. */
const operations: readonly (readonly [
  HookOperation,
  keyof Hooks,
  (graph: ReturnType<typeof asyncGraph>) => Promise<unknown>,
  (graph: Graph) => unknown,
])[] = [
  ["addNode", "onAddNode", (g) => g.addNode("c", 3, { type: "T" }), (g) => g.addNode("c", 3, { type: "T" })],
  ["updateNode", "onUpdateNode", (g) => g.addNode("a", 3), (g) => g.addNode("a", 3)],
  ["updateNode", "onUpdateNode", (g) => g.updateNode("a", 3), (g) => g.updateNode("a", 3)],
  ["removeNode", "onRemoveNode", (g) => g.removeNode("a"), (g) => g.removeNode("a")],
  [
    "addEdge",
    "onAddEdge",
    (g) => g.addEdge("b", "a", "K", { weight: 2 }),
    (g) => g.addEdge("b", "a", "K", { weight: 2 }),
  ],
  ["removeEdge", "onRemoveEdge", (g) => g.removeEdge("a", "b"), (g) => g.removeEdge("a", "b")],
  ["query", "onQuery", (g) => g.query(query), (g) => [...g.query(query)]],
];

describe.each(operations)("%s by way of %s", (operation, on, run, runSync) => {
  const hook = (hooks: Hooks, fn: (...args: never[]) => unknown, name = "hook"): void =>
    void (hooks[on] as Hooks["onAddNode"])(fn as never, { name });

  test("waits for hooks, in order, and takes its course", async () => {
    const hooks = newHooks();
    const [graph, bare] = [pair(), pair()];
    const expected = runSync(bare);
    const before = contents(graph);
    const asked: string[] = [];
    hook(hooks, async () => {
      await Promise.resolve();
      expect(contents(graph)).toEqual(before);
      asked.push("first");
      return "continue";
    });
    hook(hooks, () => {
      asked.push("second");
      return "continue";
    });
    expect(await run(asyncGraph(graph, { clock }))).toEqual(expected);
    expect(asked).toEqual(["first", "second"]);
    expect(contents(graph)).toEqual(contents(bare));
    expect(hooks.explain()).toBeUndefined();
  });

  test("is handled instead", async () => {
    const hooks = newHooks();
    const graph = pair();
    const before = contents(graph);
    hook(hooks, async () => handled([1]));
    expect(await run(asyncGraph(graph, { clock }))).toEqual([1]);
    expect(contents(graph)).toEqual(before);
    expect(hooks.explain()).toMatchObject({ operation, hook: "hook", outcome: "handled", result: [1] });
  });

  test("follows a redirect, as data that the graph there can perform", async () => {
    const hooks = newHooks();
    const [graph, there, bare] = [pair(), pair(), pair()];
    const before = contents(graph);
    const handler = graphHandler(there);
    const ref = refTo((message, payload) => handler[message as HookOperation]?.(structuredClone(payload)));
    (hooks[on] as Hooks["onAddNode"])((async () => redirect(ref)) as never, { graph });
    expect(await run(asyncGraph(graph, { clock }))).toEqual(runSync(bare));
    expect(contents(graph)).toEqual(before);
    expect(contents(there)).toEqual(contents(bare));
    expect(hooks.explain()).toMatchObject({ operation, outcome: "redirected", result: ref });
  });

  test("H1: a hook that rejects, or throws, rejects it; later ones are not asked", async () => {
    for (const fails of [
      () => Promise.reject(new RangeError("no")),
      () => {
        throw new RangeError("no");
      },
    ]) {
      const hooks = newHooks();
      const graph = pair();
      const before = contents(graph);
      const later = vi.fn(() => "continue");
      hook(hooks, fails, "guard");
      hook(hooks, later);
      await expect(run(asyncGraph(graph, { clock }))).rejects.toThrow(RangeError);
      expect(contents(graph)).toEqual(before);
      expect(later).not.toHaveBeenCalled();
      expect(hooks.explain()).toMatchObject({ operation, hook: "guard", outcome: "rejected" });
      hooks.dispose();
    }
  });

  test("H2: a hook that never settles → HookTimeout, and what it answers later is ignored", async () => {
    const hooks = newHooks();
    const graph = pair();
    const before = contents(graph);
    let fail = (_: Error): void => {};
    hook(
      hooks,
      () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
      "hangs",
    );
    const running = run(asyncGraph(graph, { clock }));
    const failed = expect(running).rejects.toMatchObject({
      code: "HOOK_TIMEOUT",
      message: `hooks: the hook "hangs" of \`${operation}\` did not settle within 100 ms`,
      details: { operation, hook: "hangs", timeoutMs: 100 },
    });
    await Promise.resolve();
    clock.advance(100);
    await failed;
    fail(new Error("too late"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(contents(graph)).toEqual(before);
  });

  test("H4: an answer that is none", async () => {
    const hooks = newHooks();
    const graph = pair();
    for (const answer of [undefined, null, true, "Continue", {}, { handled: undefined }, { redirect: {} }]) {
      const using = (hooks[on] as Hooks["onAddNode"])((async () => answer) as never, { name: "careless" });
      await expect(run(asyncGraph(graph, { clock }))).rejects.toMatchObject({
        code: "HOOK_RESULT",
        message: expect.stringContaining(`the hook "careless" of \`${operation}\` must return "continue",`),
      });
      using.dispose();
    }
  });
});

test("H3: while an asynchronous operation waits, hooks come and go", async () => {
  const hooks = newHooks();
  const asked: string[] = [];
  const once = hooks.onAddNode(async () => {
    once.dispose();
    victim.dispose();
    hooks.onAddNode(() => {
      asked.push("new");
      return "continue";
    });
    asked.push("once");
    return "continue";
  });
  const victim = hooks.onAddNode(() => {
    asked.push("victim");
    return "continue";
  });
  hooks.onAddNode(async () => {
    asked.push("always");
    return "continue";
  });
  const graph = asyncGraph(new Graph(), { clock });
  await graph.addNode("a");
  expect(asked.splice(0)).toEqual(["once", "always"]);
  await graph.addNode("b");
  expect(asked).toEqual(["always", "new"]);
});

test("types: an async hook that only continues is a hook, and one that answers something else is none", () => {
  const hooks = newHooks();
  hooks.onAddNode(async () => "continue");
  hooks.onAddEdge(async (_, from) => {
    await Promise.resolve(from);
    return "continue";
  });
  hooks.onQuery(async () => (hooks.explain() ? handled(null) : "continue"));
  hooks.onRemoveNode((_, id) => (id === "a" ? "continue" : Promise.resolve("continue")));
  hooks.onUpdateNode((_, id) => new Promise((resolve) => resolve(id === "a" ? "continue" : handled(1))));
  // @ts-expect-error -- a slip of the pen
  hooks.onAddNode(async () => "contine");
  // @ts-expect-error -- a slip of the pen
  hooks.onAddNode(() => "contine");
  // @ts-expect-error -- no answer at all
  hooks.onRemoveEdge(() => {});
});

test("asks all sets and interceptors of a graph, in the order of other operations", async () => {
  const graph = new Graph();
  const asked: string[] = [];
  const ask = (name: string) => async () => {
    await Promise.resolve();
    asked.push(name);
    return "continue" as const;
  };
  newHooks().onAddNode(ask("all"));
  newHooks().onAddNode(ask("own"), { graph });
  const mixed = newHooks();
  mixed.onAddNode(ask("mixed own"), { graph, priority: -1 });
  mixed.onAddNode(ask("mixed all"));
  graph.intercept({
    addNode: () => {
      asked.push("interceptor");
      return "continue";
    },
  });
  await asyncGraph(graph, { clock }).addNode("a");
  expect(asked).toEqual(["all", "own", "mixed all", "mixed own", "interceptor"]);
});

describe("limits", () => {
  test("the time of the operation ends it, however long the hooks may take", async () => {
    const hooks = createHooks({ timeoutMs: Number.POSITIVE_INFINITY });
    sets.push(hooks);
    hooks.onAddNode(() => new Promise(() => {}));
    const graph = asyncGraph(new Graph(), { clock, timeoutMs: 50 });
    const failed = expect(graph.addNode("a")).rejects.toMatchObject({
      code: "DEADLINE_EXCEEDED",
      details: { timeoutMs: 50 },
    });
    clock.advance(50);
    await failed;
    const shorter = expect(graph.addNode("a", 1, {}, { timeoutMs: 10 })).rejects.toMatchObject({
      code: "DEADLINE_EXCEEDED",
    });
    clock.advance(10);
    await shorter;
  });

  test("the signal ends it, also one that already has", async () => {
    newHooks().onAddNode(() => new Promise(() => {}));
    const graph = asyncGraph(new Graph(), { clock });
    const controller = new AbortController();
    const running = graph.addNode("a", 1, {}, { signal: controller.signal });
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(running).rejects.toMatchObject({ code: "CANCELLED", cause: reason });
    await expect(graph.addNode("a", 1, {}, { signal: controller.signal })).rejects.toMatchObject({ code: "CANCELLED" });
    clock.advance(1000);
  });

  test("a redirected call gets the time that is left, and the other options", async () => {
    const hooks = newHooks();
    const seen: CallOptions[] = [];
    hooks.onAddNode(async () => {
      clock.advance(30);
      return redirect(refTo((_message, _payload, options) => seen.push(options) > 0));
    });
    const { signal } = new AbortController();
    await asyncGraph(new Graph(), { clock }).addNode("a", 1, {}, { signal, timeoutMs: 100, idempotencyKey: "k" });
    expect(seen).toEqual([{ signal, timeoutMs: 70, idempotencyKey: "k" }]);
    hooks.dispose();
    hooks.onAddNode(() => {
      clock.advance(100);
      return redirect(refTo(() => true));
    });
    const late = asyncGraph(new Graph(), { clock, timeoutMs: 99 }).addNode("a");
    await expect(late).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
  });

  test("a redirected query must be answered with rows", async () => {
    const hooks = newHooks();
    hooks.onQuery(() => redirect(refTo(() => 5)));
    await expect(asyncGraph(new Graph(), { clock }).query(query)).rejects.toMatchObject({ code: "HOOK_RESULT" });
  });
});

test("handled(null) answers a query with no rows", async () => {
  const hooks = newHooks();
  hooks.onQuery(() => handled(null));
  expect(await asyncGraph(pair(), { clock }).query(query)).toEqual([]);
  expect(pair().match(node("n")).toArray()).toEqual([]);
});

describe("graphHandler", () => {
  test("takes nothing that is no operation, and only the operations that it is to take", async () => {
    const graph = pair();
    const handler = graphHandler(graph);
    const before = contents(graph);
    const bad: unknown[] = [null, 5, {}, { kind: "addNode" }, { kind: "addNode", id: 5 }, { kind: "constructor" }];
    bad.push({ kind: "removeNode", id: "a" }, { kind: "addNode", id: "x", value: 1, more: 1 });
    bad.push({ kind: "addNode", id: "x", value: 1, options: { type: 5 } });
    for (const payload of bad)
      await expect(handler.addNode?.(payload as never)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(contents(graph)).toEqual(before);
    expect(Object.keys(graphHandler(graph, { operations: ["query"] }))).toEqual(["query"]);
    expect(() => graphHandler(graph, { operations: ["eat"] as never })).toThrow("`operations`");
    expect(() => graphHandler({} as never)).toThrow("a Graph");
  });

  test("asks the hooks there, which may redirect further", async () => {
    const hooks = newHooks();
    const graph = pair();
    const ref = refTo(() => true, "further");
    hooks.onAddNode(async () => redirect(ref), { graph });
    const operation = { kind: "addNode", id: "x", value: 1 };
    expect(await graphHandler(graph).addNode?.(operation)).toEqual({ redirect: ref });
  });
});

test("refuses what it cannot work with", async () => {
  expect(() => asyncGraph({} as never)).toThrow("a Graph");
  expect(() => asyncGraph(new Graph(), { timeoutMs: -1 })).toThrow("`timeoutMs`");
  expect(() => asyncGraph(new Graph(), { timeout: 1 } as never)).toThrow("unknown option");
  expect(() => createHooks({ timeoutMs: Number.NaN })).toThrow("`timeoutMs`");
  const graph = asyncGraph(new Graph(), { clock });
  await expect(graph.addNode(5 as never)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  await expect(graph.addNode("a", 1, {}, { timeoutMs: 2 ** 31 })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  await expect(graph.addEdge("a", "b")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

describe("bulk operations and nested graphs", () => {
  test("every node and edge of a bulk operation is asked about, before the first is added", () => {
    const hooks = newHooks();
    const graph = pair();
    const before = contents(graph);
    const seen: string[] = [];
    hooks.onAddNode((_, id) => {
      expect(contents(graph)).toEqual(before);
      seen.push(`add ${id}`);
      return id === "elsewhere" ? handled("there") : "continue";
    });
    hooks.onUpdateNode((_, id) => {
      seen.push(`update ${id}`);
      return "continue";
    });
    expect(graph.addNodes([{ id: "c" }, { id: "a", value: 5 }, { id: "elsewhere" }, { id: "c", value: 7 }])).toBe(1);
    expect(seen.splice(0)).toEqual(["add c", "update a", "add elsewhere", "update c"]);
    expect(graph.nodes()).toEqual(["a", "b", "c"]);
    expect([graph.getNode("a"), graph.getNode("c")]).toEqual([5, 7]);
    hooks.onAddEdge((_, from, to, label) => {
      seen.push(`${from} ${label} ${to}`);
      return "continue";
    });
    expect(
      graph.addEdges([
        { from: "a", to: "c" },
        { from: "a", to: "b" },
      ]),
    ).toBe(1);
    expect(seen).toEqual(["a edge c", "a edge b"]);
  });

  test("H1: a hook that throws rejects all of a bulk operation", () => {
    const hooks = newHooks();
    const graph = pair();
    const before = contents(graph);
    const refuse = (_: Graph, id: string) => {
      if (id === "d") throw new RangeError("not d");
      return "continue" as const;
    };
    hooks.onAddNode(refuse);
    hooks.onAddEdge((g, from) => refuse(g, from === "b" ? "d" : from));
    expect(() => graph.addNodes([{ id: "c" }, { id: "d" }])).toThrow(RangeError);
    expect(() =>
      graph.addEdges([
        { from: "a", to: "a" },
        { from: "b", to: "a" },
      ]),
    ).toThrow(RangeError);
    expect(contents(graph)).toEqual(before);
  });

  test("hooks of all graphs are asked about a graph inside a graph", () => {
    const hooks = newHooks();
    const seen: [Graph, string][] = [];
    hooks.onAddNode((graph, id) => {
      seen.push([graph, id]);
      return "continue";
    });
    const [outer, inner] = [new Graph(), new Graph()];
    outer.addNode("inner", inner);
    (outer.getNode("inner") as Graph).addNode("x");
    expect(seen).toEqual([
      [outer, "inner"],
      [inner, "x"],
    ]);
  });
});

describe("a distributed graph", () => {
  test("asks about what it does not have, as it may be elsewhere", async () => {
    const hooks = newHooks();
    const graph = pair();
    graph.distribute({ name: "s", partitionFor: () => 1 });
    const there = handled("there");
    hooks.onUpdateNode(() => there);
    hooks.onRemoveNode(() => there);
    hooks.onAddEdge(() => there);
    hooks.onRemoveEdge(() => there);
    for (const run of [
      () => graph.updateNode("far", 1),
      () => graph.removeNode("far"),
      () => graph.addEdge("a", "far"),
      () => graph.addEdge("far", "a"),
      () => graph.removeEdge("a", "far"),
    ]) {
      expect(run()).toBe("there");
    }
    expect(await asyncGraph(graph, { clock }).removeNode("far")).toBe("there");
    expect(() => graph.addEdge(5 as never, "far")).toThrow("`from` to be a string");
    hooks.dispose();
    expect(() => graph.updateNode("far", 1)).toThrow("no node");
    expect(() => graph.addEdge("a", "far")).toThrow("no node");
    expect([graph.removeNode("far"), graph.removeEdge("a", "far")]).toEqual([false, false]);
  });

  test("lets a hook put in what it needs, without being asked about that", () => {
    const hooks = newHooks();
    const graph = pair();
    graph.distribute({ name: "s", partitionFor: () => 1 });
    hooks.onAddNode(() => handled("elsewhere"));
    hooks.onAddEdge((at, _from, to) => {
      at.apply({ kind: "addNode", id: to, value: "stands for it" });
      return "continue";
    });
    expect(graph.addEdge("a", "far")).toBe(true);
    expect(graph.getNode("far")).toBe("stands for it");
    expect(graph.addNode("other")).toBe("elsewhere");
  });
});
