import { Graph, handled, type Value } from "@graphoid/core";
import { afterEach, expect, test } from "vitest";
import { asyncGraph, createHooks } from "./index.ts";

const hooks = createHooks();
afterEach(() => hooks.dispose());

/** Has the operations on `root`, and on the graphs inside it, written to a list. */
function watch(root: Graph, options: { nested?: boolean } = { nested: true }): string[] {
  const seen: string[] = [];
  hooks.onAddNode(
    (_, id) => {
      seen.push(id);
      return "continue";
    },
    { graph: root, ...options },
  );
  return seen;
}

test("without `nested`, a graph inside is not its graph's business", () => {
  const [outer, inner] = [new Graph(), new Graph()];
  outer.addNode("inner", inner);
  const seen = watch(outer, {});
  inner.addNode("x");
  outer.addNode("y");
  expect(seen).toEqual(["y"]);
});

test("with it, graphs inside are asked about: those there, those that come, at any depth, in lists and maps", async () => {
  const [outer, a, b, c, d] = Array.from({ length: 5 }, () => new Graph()) as [Graph, Graph, Graph, Graph, Graph];
  outer.addNode("a", a);
  a.addNode("b", [{ deep: b }]);
  const seen = watch(outer);
  b.addNode("in b");
  a.addNodes([{ id: "c", value: new Map([["k", c]]) }, { id: "in a" }]);
  c.addNode("in c");
  c.addNode("d", 1);
  c.updateNode("d", d);
  await asyncGraph(d).addNode("in d");
  expect(seen).toEqual(["in b", "c", "in a", "in c", "d", "in d"]);
});

test("the hook is given the inner graph, and decides about it", () => {
  const [outer, inner] = [new Graph(), new Graph()];
  outer.addNode("inner", inner);
  hooks.onAddNode((graph) => (graph === inner ? handled("not in here") : "continue"), { graph: outer, nested: true });
  expect(inner.addNode("x")).toBe("not in here");
  expect(outer.addNode("x")).toBe(true);
});

test("a graph that was taken out, or never got in, is not asked about", () => {
  const [outer, inner, refused] = [new Graph(), new Graph(), new Graph()];
  outer.addNode("inner", inner);
  const seen = watch(outer);
  hooks.onAddNode((_, id) => (id === "refused" ? handled(null) : "continue"), { graph: outer });
  outer.addNode("refused", refused);
  refused.addNode("x");
  expect(seen.splice(0)).toEqual(["refused"]);
  outer.removeNode("inner");
  inner.addNode("y");
  expect(seen).toEqual([]);
  outer.addNode("again", inner);
  outer.updateNode("again", 5);
  inner.addNode("z");
  expect(seen).toEqual(["again"]);
});

test("graphs that contain each other, or stand in two places, are asked once", () => {
  const [outer, inner] = [new Graph(), new Graph()];
  outer.addNode("inner", inner);
  outer.addNode("twice", inner);
  inner.addNode("outer", outer);
  const seen = watch(outer);
  inner.addNode("x");
  outer.addNode("y");
  outer.removeNode("inner");
  inner.addNode("z");
  expect(seen).toEqual(["x", "y", "z"]);
  // A cycle that the outer graph is not part of any more.
  inner.addNode("self", inner);
  outer.removeNode("twice");
  inner.addNode("gone");
  expect(seen).toEqual(["x", "y", "z", "self"]);
});

test("disposing takes it from all of them", () => {
  const [outer, inner] = [new Graph(), new Graph()];
  outer.addNode("inner", inner);
  const seen: Value[] = [];
  const hook = hooks.onAddNode(
    (_, id) => {
      seen.push(id);
      return "continue";
    },
    { graph: outer, nested: true },
  );
  hook.dispose();
  inner.addNode("x");
  outer.addNode("y", new Graph());
  expect(seen).toEqual([]);
  expect(() => hooks.onAddNode(() => "continue", { nested: true })).toThrow("`nested`");
});

test("many graphs, and deep ones, take no time to speak of", () => {
  const outer = new Graph();
  let deepest = outer;
  for (let depth = 0; depth < 1000; depth++) {
    const next = new Graph();
    deepest.addNode("next", next);
    deepest = next;
  }
  for (let i = 0; i < 2000; i++) outer.addNode(`wide ${i}`, new Graph());
  const seen = watch(outer);
  deepest.addNode("x");
  for (let i = 0; i < 2000; i++) (outer.getNode(`wide ${i}`) as Graph).addNode("y");
  expect(seen).toHaveLength(2001);
});
