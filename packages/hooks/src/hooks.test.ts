import {
  Graph,
  handled,
  type Interceptor,
  interceptAll,
  isGraphoidError,
  node,
  redirect,
  refBrand,
} from "@graphoid/core";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createHooks, type HookOperation, type HookResult, HookResultError, type Hooks } from "./index.ts";

const sets: Hooks[] = [];

function newHooks(): Hooks {
  const hooks = createHooks();
  sets.push(hooks);
  return hooks;
}

afterEach(() => {
  for (const hooks of sets.splice(0)) hooks.dispose();
});

function pair(): Graph {
  const graph = new Graph();
  graph.addNode("a", 1);
  graph.addNode("b", 2);
  return graph;
}

/** What a graph holds, to tell whether it is as it was. */
function contents(graph: Graph): unknown {
  return [graph.nodes().map((id) => graph.nodeRecord(id)), graph.edges()];
}

/** Every operation, on a graph made by `pair` with an edge from a to b. */
const operations: readonly (readonly [HookOperation, keyof Hooks, (graph: Graph) => unknown, readonly unknown[]])[] = [
  ["addNode", "onAddNode", (g) => g.addNode("c", 3, { type: "T" }), ["c", 3, { type: "T" }]],
  ["updateNode", "onUpdateNode", (g) => g.addNode("a", 3, { type: "T" }), ["a", 3, { type: "T" }]],
  ["updateNode", "onUpdateNode", (g) => g.updateNode("a", 3, { type: "T" }), ["a", 3, { type: "T" }]],
  ["removeNode", "onRemoveNode", (g) => g.removeNode("a"), ["a"]],
  ["addEdge", "onAddEdge", (g) => g.addEdge("b", "a", "KNOWS", { weight: 2 }), ["b", "a", "KNOWS", { weight: 2 }]],
  ["removeEdge", "onRemoveEdge", (g) => g.removeEdge("a", "b"), ["a", "b", "edge"]],
];

describe("every operation", () => {
  test.each(operations)("%s by way of %s: sees what happens, and may let it pass", (_, on, run, expected) => {
    const hooks = newHooks();
    const [graph, bare] = [pair(), pair()];
    for (const one of [graph, bare]) one.addEdge("a", "b");
    const result = run(bare);
    const seen: unknown[][] = [];
    (hooks[on] as Hooks["onAddNode"])((...args) => {
      seen.push(args);
      return "continue";
    });
    expect(run(graph)).toEqual(result);
    expect(contents(graph)).toEqual(contents(bare));
    expect(seen.length).toBe(1);
    expect(seen[0]?.[0]).toBe(graph);
    expect(seen[0]?.slice(1, 1 + expected.length)).toEqual(expected);
    expect(hooks.explain()).toBeUndefined();
  });

  test.each(operations)("%s by way of %s: handled instead", (operation, on, run) => {
    const hooks = newHooks();
    const graph = pair();
    graph.addEdge("a", "b");
    const before = contents(graph);
    (hooks[on] as Hooks["onAddNode"])(() => handled("elsewhere"), { name: "elsewhere" });
    expect(run(graph)).toBe("elsewhere");
    expect(contents(graph)).toEqual(before);
    expect(hooks.explain()).toEqual({
      operation,
      hook: "elsewhere",
      priority: 0,
      outcome: "handled",
      result: "elsewhere",
    });
  });

  test.each(operations)("%s by way of %s: H1: a hook that throws rejects it", (operation, on, run) => {
    const hooks = newHooks();
    const graph = pair();
    graph.addEdge("a", "b");
    const before = contents(graph);
    const refusal = new Error("not on my watch");
    const later = vi.fn(() => "continue" as const);
    (hooks[on] as Hooks["onAddNode"])(function guard() {
      throw refusal;
    });
    (hooks[on] as Hooks["onAddNode"])(later);
    expect(() => run(graph)).toThrow(refusal);
    expect(contents(graph)).toEqual(before);
    expect(later).not.toHaveBeenCalled();
    expect(hooks.explain()).toEqual({ operation, hook: "guard", priority: 0, outcome: "rejected", result: refusal });
  });

  test.each(operations)("%s by way of %s: H4: an answer that is none", (operation, on, run) => {
    const hooks = newHooks();
    const graph = pair();
    graph.addEdge("a", "b");
    const before = contents(graph);
    for (const answer of [undefined, null, true, "Continue", 1, {}, { handled: undefined }, { redirect: {} }, []]) {
      const registration = (hooks[on] as Hooks["onAddNode"])(() => answer as never, { name: "careless" });
      let thrown: unknown;
      try {
        run(graph);
      } catch (error) {
        thrown = error;
      }
      expect(isGraphoidError(thrown, "HOOK_RESULT")).toBe(true);
      expect(thrown).toBeInstanceOf(HookResultError);
      expect((thrown as HookResultError).message).toContain(
        `the hook "careless" of \`${operation}\` must return "continue",`,
      );
      expect((thrown as HookResultError).details).toEqual({ operation, hook: "careless" });
      registration.dispose();
    }
    expect(contents(graph)).toEqual(before);
  });
});

describe("queries", () => {
  test("pass, or are answered with rows", () => {
    const hooks = newHooks();
    const graph = pair();
    const seen = vi.fn();
    const watching = hooks.onQuery((at, query) => {
      seen(at, query.kind);
      return "continue";
    });
    expect([...graph.match(node("n")).select("n.id")]).toEqual([{ "n.id": "a" }, { "n.id": "b" }]);
    expect(seen).toHaveBeenCalledWith(graph, "match");
    watching.dispose();
    hooks.onQuery(() => handled([{ "n.id": "from elsewhere" }]));
    expect([...graph.match(node("n")).select("n.id")]).toEqual([{ "n.id": "from elsewhere" }]);
  });

  test.each([[5], ["text"], [{}], [undefined]])("H4: handled(%j) is no answer to a query", (value) => {
    const hooks = newHooks();
    hooks.onQuery(() => ({ handled: value }) as never);
    expect(() => [...pair().match(node("n"))]).toThrow("handled(rows)");
  });
});

describe("synchronous operations", () => {
  test("H4: a promise is refused, and its rejection goes nowhere", async () => {
    const hooks = newHooks();
    const graph = pair();
    hooks.onAddNode((async () => Promise.reject(new Error("too late"))) as never, { name: "slow" });
    expect(() => graph.addNode("c")).toThrow(
      'hooks: the hook "slow" of `addNode` returned a promise, and this operation is synchronous: return "continue" or handled(value)',
    );
    expect(graph.hasNode("c")).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
  });

  test("a redirect is refused, and says what to do", () => {
    const hooks = newHooks();
    const graph = pair();
    const ref = { [refBrand]: true, id: "node_b" } as never;
    hooks.onAddNode(() => redirect(ref), { name: "elsewhere" });
    expect(() => graph.addNode("c")).toThrow(
      'the hook "elsewhere" of `addNode` redirected to "node_b", and this operation is synchronous',
    );
    expect(hooks.explain()?.outcome).toBe("rejected");
  });
});

describe("order", () => {
  test("by priority, then as added, for all graphs and one graph together", () => {
    const hooks = newHooks();
    const graph = pair();
    const asked: string[] = [];
    const ask = (name: string) => (): HookResult => {
      asked.push(name);
      return "continue";
    };
    hooks.onAddNode(ask("first"));
    hooks.onAddNode(ask("own"), { graph });
    hooks.onAddNode(ask("last"), { priority: -1 });
    hooks.onAddNode(ask("own, early"), { graph, priority: 5 });
    hooks.onAddNode(ask("early"), { priority: 10 });
    hooks.onAddNode(ask("second"));
    graph.addNode("c");
    expect(asked).toEqual(["early", "own, early", "first", "own", "second", "last"]);
    asked.length = 0;
    new Graph().addNode("c");
    expect(asked).toEqual(["early", "first", "second", "last"]);
  });

  test("a set keeps its place among others, whatever comes and goes in it", () => {
    const asked: string[] = [];
    const ask = (name: string) => (): HookResult => {
      asked.push(name);
      return "continue";
    };
    const a = newHooks();
    const b = newHooks();
    const kept = a.onAddNode(ask("a1"));
    b.onAddNode(ask("b"));
    a.onAddNode(ask("a2"));
    kept.dispose();
    const other: Interceptor = { addNode: ask("other") };
    const registration = interceptAll(other);
    new Graph().addNode("x");
    registration.dispose();
    expect(asked).toEqual(["a2", "b", "other"]);
  });
});

describe("H3: while an operation runs", () => {
  test("a hook removes itself: the others run once each", () => {
    const hooks = newHooks();
    const asked: string[] = [];
    const once = hooks.onAddNode(() => {
      asked.push("once");
      once.dispose();
      return "continue";
    });
    hooks.onAddNode(() => {
      asked.push("always");
      return "continue";
    });
    const graph = new Graph();
    graph.addNode("a");
    graph.addNode("b");
    expect(asked).toEqual(["once", "always", "always"]);
  });

  test("a hook removes one that has not run yet: it is not called again", () => {
    const hooks = newHooks();
    const victim = vi.fn(() => "continue" as const);
    hooks.onAddNode(() => {
      registration.dispose();
      return "continue";
    });
    const registration = hooks.onAddNode(victim);
    new Graph().addNode("a");
    expect(victim).not.toHaveBeenCalled();
  });

  test("a hook adds another: it is asked from the next operation on", () => {
    const hooks = newHooks();
    const added = vi.fn(() => "continue" as const);
    const adding = hooks.onAddNode(() => {
      adding.dispose();
      hooks.onAddNode(added, { priority: -1 });
      return "continue";
    });
    const graph = new Graph();
    graph.addNode("a");
    expect(added).not.toHaveBeenCalled();
    graph.addNode("b");
    expect(added).toHaveBeenCalledTimes(1);
  });

  test("a hook works on the graph itself", () => {
    const hooks = newHooks();
    const graph = new Graph();
    const seen: string[] = [];
    hooks.onAddNode((at, id) => {
      seen.push(id);
      if (id === "a") at.addNode("index of a");
      return "continue";
    });
    graph.addNode("a", 1);
    expect(seen).toEqual(["a", "index of a"]);
    expect(graph.nodes()).toEqual(["index of a", "a"]);
    expect(graph.getNode("a")).toBe(1);
  });
});

describe("registrations", () => {
  test("are undone once, by dispose and by using", () => {
    const hooks = newHooks();
    const graph = new Graph();
    const hook = vi.fn(() => "continue" as const);
    const registration = hooks.onAddNode(hook, { graph });
    hooks.onAddNode(hook);
    registration.dispose();
    registration.dispose();
    graph.addNode("a");
    expect(hook).toHaveBeenCalledTimes(1);
    {
      using _ = hooks.onAddNode(() => handled("no"), { graph });
      expect(graph.addNode("b")).toBe("no");
    }
    expect(graph.addNode("b")).toBe(true);
    {
      using short = createHooks();
      short.onAddNode(() => handled("no"));
      short.onAddNode(() => handled("no"), { graph });
      expect(graph.addNode("c")).toBe("no");
    }
    expect(graph.addNode("c")).toBe(true);
  });

  test("leave nothing attached to a graph", () => {
    const hooks = newHooks();
    const graph = new Graph();
    const undo = vi.fn();
    const intercept = vi
      .spyOn(graph, "intercept")
      .mockImplementation(() => ({ dispose: undo, [Symbol.dispose]: undo }));
    const first = hooks.onAddNode(() => "continue", { graph });
    const second = hooks.onQuery(() => "continue", { graph });
    const global = hooks.onAddNode(() => "continue");
    expect(intercept).toHaveBeenCalledTimes(1);
    first.dispose();
    expect(undo).not.toHaveBeenCalled();
    second.dispose();
    expect(undo).toHaveBeenCalledTimes(1);
    global.dispose();
    hooks.onAddNode(() => "continue", { graph });
    expect(intercept).toHaveBeenCalledTimes(2);
    hooks.dispose();
    hooks.dispose();
    expect(undo).toHaveBeenCalledTimes(2);
  });

  test.each([
    [[1], "hooks.onAddNode: expected `fn` to be a function, got 1"],
    [[() => "continue", { graph: {} }], "`graph` to be a Graph"],
    [[() => "continue", { priority: Number.NaN }], "`priority` to be a finite number, got NaN"],
    [[() => "continue", { name: 1 }], "`name` to be a string"],
    [[() => "continue", { prio: 1 }], 'unknown option "prio"'],
  ])("refuse %j", (args, message) => {
    const hooks = newHooks();
    expect(() => hooks.onAddNode(...(args as Parameters<Hooks["onAddNode"]>))).toThrow(message);
    expect(new Graph().addNode("a")).toBe(true);
  });
});

test("behaves like a model, whatever hooks come, go and answer", () => {
  const command = fc.oneof(
    fc.record({
      add: fc.constantFrom("all", "one", "other"),
      priority: fc.integer({ min: -2, max: 2 }),
      answer: fc.nat(5),
    }),
    fc.record({ remove: fc.nat() }),
    fc.record({ clear: fc.constant(true) }),
    fc.record({ run: fc.constantFrom("one", "other", "new") }),
  );
  interface Model {
    readonly id: number;
    readonly on: "all" | "one" | "other";
    readonly priority: number;
    readonly answer: number;
    readonly dispose: () => void;
  }
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      using hooks = createHooks();
      const graphs = { one: new Graph(), other: new Graph() };
      let models: Model[] = [];
      let asked: number[] = [];
      let next = 0;
      for (const step of commands) {
        if ("add" in step) {
          const id = next++;
          const hook = (): HookResult => {
            asked.push(id);
            if (step.answer === 0) return handled(id);
            if (step.answer === 1) throw new Error(String(id));
            return "continue";
          };
          const graph = step.add === "all" ? {} : { graph: graphs[step.add] };
          const registration = hooks.onAddNode(hook, { ...graph, priority: step.priority, name: String(id) });
          const dispose = (): void => registration.dispose();
          models.push({ id, on: step.add, priority: step.priority, answer: step.answer, dispose });
        } else if ("remove" in step) {
          const [model] = models.splice(step.remove % Math.max(1, models.length), 1);
          model?.dispose();
        } else if ("clear" in step) {
          hooks.dispose();
          models = [];
        } else {
          asked = [];
          const graph = step.run === "new" ? new Graph() : graphs[step.run];
          const before = graph.nodeCount;
          let outcome: unknown;
          try {
            outcome = graph.addNode(`n${before}`);
          } catch (error) {
            outcome = (error as Error).message;
          }
          const expected = models
            .filter((model) => model.on === "all" || model.on === step.run)
            .sort((a, b) => b.priority - a.priority || a.id - b.id);
          const decides = expected.findIndex((model) => model.answer <= 1);
          const decided = expected[decides];
          expect(asked).toEqual((decided ? expected.slice(0, decides + 1) : expected).map((model) => model.id));
          expect(outcome).toBe(decided ? (decided.answer === 0 ? decided.id : String(decided.id)) : true);
          expect(graph.nodeCount).toBe(decided ? before : before + 1);
          if (expected.length > 0) expect(hooks.explain()?.hook).toBe(decided && String(decided.id));
        }
      }
    }),
    { numRuns: 500 },
  );
});
