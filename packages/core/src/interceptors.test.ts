import { afterEach, describe, expect, test } from "vitest";
import { TestRef } from "../test/values.ts";
import {
  Graph,
  handled,
  type Interception,
  type Interceptor,
  interceptAll,
  isGraphoidError,
  node,
  type Registration,
  redirect,
} from "./index.ts";

const operations = ["addNode", "updateNode", "removeNode", "addEdge", "removeEdge", "query"] as const;
type Operation = (typeof operations)[number];

/** What a graph holds, for comparison. */
function content(graph: Graph): unknown {
  return { nodes: graph.nodes().map((id) => graph.nodeRecord(id)), edges: graph.edges() };
}

function sample(): Graph {
  const graph = new Graph();
  graph.addNode("a", 1, { type: "T" });
  graph.addNode("b", 2);
  graph.addEdge("a", "b", "l", { weight: 1 });
  return graph;
}

/** One call of each operation, and what it returns when nobody interferes. */
const calls: Record<Operation, { run: (graph: Graph) => unknown; result: unknown; seen: unknown[] }> = {
  addNode: { run: (g) => g.addNode("new", 3, { type: "U" }), result: true, seen: ["new", 3, { type: "U" }] },
  updateNode: { run: (g) => g.updateNode("a", 3), result: false, seen: ["a", 3, {}] },
  removeNode: { run: (g) => g.removeNode("a"), result: true, seen: ["a"] },
  addEdge: { run: (g) => g.addEdge("b", "a", "m", { weight: 2 }), result: true, seen: ["b", "a", "m", { weight: 2 }] },
  removeEdge: { run: (g) => g.removeEdge("a", "b", "l"), result: true, seen: ["a", "b", "l"] },
  query: {
    run: (g) => [...(g.query(g.match(node("n", { id: "a" })).select("n.value").query) as Iterable<unknown>)],
    result: [{ "n.value": 1 }],
    seen: [{ kind: "match", path: [{ node: "n", id: "a" }], where: [], select: ["n.value"] }],
  },
};

function interceptor(operation: Operation, run: (...args: unknown[]) => unknown): Interceptor {
  return { [operation]: run };
}

const registrations: Registration[] = [];
afterEach(() => {
  for (const registration of registrations.splice(0)) registration.dispose();
});

function everywhere(interceptor: Interceptor): Registration {
  const registration = interceptAll(interceptor);
  registrations.push(registration);
  return registration;
}

describe.each(operations)("%s, intercepted", (operation) => {
  const { run, result, seen } = calls[operation];

  test("is seen once, with its graph and arguments, before it happens, and takes its course", () => {
    const graph = sample();
    const before = content(graph);
    const expected = sample();
    run(expected);
    const calls: unknown[] = [];
    graph.intercept(
      interceptor(operation, (...args) => {
        expect(args[0]).toBe(graph);
        expect(content(graph)).toEqual(before);
        calls.push(args.slice(1));
        return "continue";
      }),
    );
    expect(run(graph)).toEqual(result);
    expect(calls).toEqual([seen]);
    expect(content(graph)).toEqual(content(expected));
  });

  test("handled: the caller gets the value, and nothing happens", () => {
    const graph = sample();
    const before = content(graph);
    graph.intercept(interceptor(operation, () => handled(["answer"])));
    expect(run(graph)).toEqual(["answer"]);
    expect(content(graph)).toEqual(before);
  });

  test("redirected: a synchronous operation cannot follow → UNIMPLEMENTED, and nothing happens", () => {
    const graph = sample();
    const before = content(graph);
    graph.intercept(interceptor(operation, () => redirect(new TestRef("elsewhere"))));
    expect(() => run(graph)).toThrow(/^Graph\.\w+: an interceptor redirected it to "elsewhere"; only an asynchronous/);
    expect(() => run(graph)).toThrow(expect.objectContaining({ code: "UNIMPLEMENTED" }));
    expect(content(graph)).toEqual(before);
  });

  test("an interceptor that throws rejects it, nothing happens, and later ones are not asked", () => {
    const graph = sample();
    const before = content(graph);
    let asked = 0;
    graph.intercept(
      interceptor(operation, () => {
        throw new RangeError("no");
      }),
    );
    graph.intercept(interceptor(operation, () => asked++));
    expect(() => run(graph)).toThrow(RangeError);
    expect(content(graph)).toEqual(before);
    expect(asked).toBe(0);
  });

  test("several are asked in order, all graphs' before its own, until one does not let it pass", () => {
    const [graph, second, third] = [sample(), sample(), sample()];
    const order: string[] = [];
    const named = (name: string, outcome: Interception = "continue") =>
      interceptor(operation, () => {
        order.push(name);
        return outcome;
      });
    graph.intercept(named("own 1"));
    graph.intercept({});
    graph.intercept(named("own 2"));
    everywhere(named("all 1"));
    everywhere(named("all 2"));
    expect(run(graph)).toEqual(result);
    expect(order.splice(0)).toEqual(["all 1", "all 2", "own 1", "own 2"]);
    const stop = everywhere(named("all 3", handled(["stop"])));
    expect(run(second)).toEqual(["stop"]);
    expect(order.splice(0)).toEqual(["all 1", "all 2", "all 3"]);
    stop.dispose();
    expect(run(third)).toEqual(result);
    expect(order).toEqual(["all 1", "all 2"]);
  });

  test("one that is disposed is not asked any more; the same one twice is two registrations", () => {
    const graph = sample();
    let asked = 0;
    const one = interceptor(operation, () => {
      asked++;
      return "continue";
    });
    const first = graph.intercept(one);
    const second = graph.intercept(one);
    first.dispose();
    first.dispose();
    run(graph);
    expect(asked).toBe(1);
    second.dispose();
    run(sample());
    run(graph);
    expect(asked).toBe(1);
  });

  test("one that comes or goes while it runs counts from the next operation on", () => {
    const graph = sample();
    const order: string[] = [];
    const added: Registration[] = [];
    const pass = (name: string) =>
      interceptor(operation, () => {
        order.push(name);
        return "continue";
      });
    const self = graph.intercept(
      interceptor(operation, () => {
        order.push("first");
        self.dispose();
        last.dispose();
        added.push(graph.intercept(pass("added")));
        return "continue";
      }),
    );
    const last = graph.intercept(pass("last"));
    expect(run(graph)).toEqual(result);
    expect(order.splice(0)).toEqual(["first", "last"]);
    if (operation !== "removeNode" && operation !== "removeEdge" && operation !== "addNode") run(graph);
    else {
      graph.addNode("a");
      graph.addNode("b");
      graph.addEdge("a", "b", "l");
      graph.removeNode("new");
      order.length = 0;
      run(graph);
    }
    expect(order).toEqual(["added"]);
    for (const registration of added) registration.dispose();
  });

  test("an outcome of undefined lets it pass", () => {
    const graph = sample();
    graph.intercept(interceptor(operation, () => undefined));
    graph.intercept(interceptor(operation, () => undefined));
    expect(run(graph)).toEqual(result);
  });

  test("bad arguments never reach an interceptor", () => {
    const graph = sample();
    let asked = 0;
    graph.intercept(interceptor(operation, () => asked++));
    const bad: ((g: Graph) => unknown)[] = [
      (g) => g.addNode(1 as never),
      (g) => g.addNode("x", 1, { typo: 1 } as never),
      (g) => g.updateNode("unknown", 1),
      (g) => g.removeNode("unknown"),
      (g) => g.addEdge("a", "unknown"),
      (g) => g.addEdge("a", "b", "l", { weight: Number.NaN }),
      (g) => g.removeEdge("a", "b", "unknown"),
      (g) => g.query({} as never),
    ];
    for (const call of bad) {
      try {
        call(graph);
      } catch (error) {
        expect(isGraphoidError(error)).toBe(true);
      }
    }
    expect(asked).toBe(0);
  });
});

describe("interceptors", () => {
  test("addNode on a known id is an update, and asks only about that", () => {
    const graph = sample();
    const order: string[] = [];
    graph.intercept({
      addNode: () => {
        order.push("add");
        return "continue";
      },
      updateNode: () => {
        order.push("update");
        return "continue";
      },
    });
    expect(graph.addNode("a", 5)).toBe(false);
    expect(graph.addNode("c", 5)).toBe(true);
    expect(order).toEqual(["update", "add"]);
    expect(graph.getNode("a")).toBe(5);
  });

  test("keep their `this`", () => {
    class Counter implements Interceptor {
      count = 0;
      addNode(): Interception {
        this.count++;
        return "continue";
      }
    }
    const graph = new Graph();
    const [one, two] = [new Counter(), new Counter()];
    graph.intercept(one);
    graph.addNode("a");
    graph.intercept(two);
    graph.addNode("b");
    expect([one.count, two.count]).toEqual([2, 1]);
  });

  test("of all graphs are asked by graphs made before and after, and by no graph once disposed", () => {
    const before = new Graph();
    before.addNode("warm");
    const seen: Graph[] = [];
    const registration = everywhere({
      addNode: (graph) => {
        seen.push(graph);
        return "continue";
      },
    });
    const after = new Graph();
    before.addNode("a");
    after.addNode("a");
    before.copy().addNode("b");
    expect(seen.slice(0, 2)).toEqual([before, after]);
    expect(seen).toHaveLength(3);
    registration.dispose();
    before.addNode("c");
    new Graph().addNode("c");
    expect(seen).toHaveLength(3);
  });

  test("of one graph do not see its copies, nor what is done to it by its copies", () => {
    const graph = sample();
    let asked = 0;
    graph.intercept({
      addNode: () => {
        asked++;
        return "continue";
      },
    });
    graph.copy().addNode("c");
    expect(asked).toBe(0);
  });

  test.each([null, undefined, "continue", () => "continue"])(
    "%o is no interceptor, for one graph or for all",
    (bad) => {
      const graph = sample();
      expect(() => graph.intercept(bad as never)).toThrow(/Graph\.intercept: expected `interceptor` to be an object/);
      expect(() => interceptAll(bad as never)).toThrow(/interceptAll: expected `interceptor` to be an object/);
      expect(graph.addNode("c")).toBe(true);
    },
  );

  test("handled without a value answers null", () => {
    const graph = sample();
    graph.intercept({ addNode: () => handled() });
    expect(graph.addNode("c")).toBeNull();
    expect(handled(undefined as never)).toEqual({ handled: null });
  });
});

describe("an interceptor that changes the graph meanwhile", () => {
  test("adds the node itself: it is updated", () => {
    const graph = new Graph();
    const registration = graph.intercept({
      addNode: (g, id) => {
        registration.dispose();
        g.addNode(id, "by the interceptor", { type: "T" });
        return "continue";
      },
    });
    expect(graph.addNode("a", "by the caller")).toBe(false);
    expect(graph.nodeRecord("a")).toEqual({ id: "a", value: "by the caller", type: "T", properties: {} });
  });

  test("removes the node that is updated → NOT_FOUND", () => {
    const graph = sample();
    graph.intercept({
      updateNode: (g, id) => {
        g.removeNode(id);
        return "continue";
      },
    });
    expect(() => graph.updateNode("a", 9)).toThrow(expect.objectContaining({ code: "NOT_FOUND" }));
    expect(graph.nodes()).toEqual(["b"]);
  });

  test("removes the node or edge that is removed: there was nothing left to remove", () => {
    const graph = sample();
    const registration = graph.intercept({
      removeNode: (g, id) => {
        registration.dispose();
        g.removeNode(id);
        return "continue";
      },
      removeEdge: (g, ...edge) => {
        registration.dispose();
        g.removeEdge(...edge);
        return "continue";
      },
    });
    expect(graph.removeEdge("a", "b", "l")).toBe(false);
    expect(graph.edgeCount).toBe(0);
    const again = sample();
    const other = again.intercept({
      removeNode: (g, id) => {
        other.dispose();
        g.removeNode(id);
        return "continue";
      },
    });
    expect(again.removeNode("a")).toBe(false);
    expect([again.nodeCount, again.edgeCount]).toEqual([1, 0]);
  });

  test("removes an end of the edge that is added → NOT_FOUND", () => {
    const graph = sample();
    graph.intercept({
      addEdge: (g, _from, to) => {
        g.removeNode(to);
        return "continue";
      },
    });
    expect(() => graph.addEdge("a", "b", "m")).toThrow(expect.objectContaining({ code: "NOT_FOUND" }));
    expect(graph.edgeCount).toBe(0);
  });

  test("adds the edge itself: it is updated", () => {
    const graph = sample();
    const registration = graph.intercept({
      addEdge: (g, from, to, label) => {
        registration.dispose();
        g.addEdge(from, to, label, { weight: 1, properties: { by: "interceptor" } });
        return "continue";
      },
    });
    expect(graph.addEdge("b", "a", "l", { weight: 2 })).toBe(false);
    expect(graph.getEdge("b", "a", "l")).toEqual({
      from: "b",
      to: "a",
      label: "l",
      weight: 2,
      properties: { by: "interceptor" },
    });
  });

  test("makes rows move by a compaction: the operation still meets the right nodes and edges", () => {
    const big = (): Graph => {
      const graph = new Graph();
      for (let i = 0; i < 4000; i++) graph.addNode(`n${i}`, i);
      graph.addEdge("n3998", "n3999", "l", { weight: 1 });
      return graph;
    };
    const shrink = (g: Graph): Interception => {
      for (let i = 0; i < 3900; i++) g.removeNode(`n${i}`);
      return "continue";
    };
    const updated = big();
    updated.intercept({ updateNode: shrink });
    updated.updateNode("n3999", "new");
    expect(updated.getNode("n3999")).toBe("new");
    const linked = big();
    linked.intercept({ addEdge: shrink });
    linked.addEdge("n3999", "n3998", "back");
    expect(linked.edges().map(({ from, to, label }) => [from, to, label])).toEqual([
      ["n3998", "n3999", "l"],
      ["n3999", "n3998", "back"],
    ]);
    const unlinked = big();
    unlinked.intercept({ removeEdge: shrink });
    expect(unlinked.removeEdge("n3998", "n3999", "l")).toBe(true);
    expect(unlinked.edgeCount).toBe(0);
    const removed = big();
    const registration = removed.intercept({
      removeNode: (g) => {
        registration.dispose();
        return shrink(g);
      },
    });
    expect(removed.removeNode("n3999")).toBe(true);
    expect([removed.nodeCount, removed.edgeCount, removed.hasNode("n3998")]).toEqual([99, 0, true]);
  });
});
