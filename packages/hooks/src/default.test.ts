import { Graph, node } from "@graphoid/core";
import { afterEach, expect, test } from "vitest";
import * as hooks from "./index.ts";

afterEach(() => hooks.defaultHooks.dispose());

test("the functions of the module are those of the default set", () => {
  const seen: string[] = [];
  const see = (what: string): "continue" => {
    seen.push(what);
    return "continue";
  };
  hooks.onAddNode((_, id) => see(`add ${id}`));
  hooks.onUpdateNode((_, id) => see(`update ${id}`));
  hooks.onRemoveNode((_, id) => see(`remove ${id}`));
  hooks.onAddEdge((_, from, to, label) => see(`add ${from}-${label}-${to}`));
  hooks.onRemoveEdge((_, from, to, label) => see(`remove ${from}-${label}-${to}`));
  hooks.onQuery((_, query) => {
    see(query.kind);
    return hooks.handled([]);
  });
  const graph = new Graph();
  graph.addNode("a");
  graph.addNode("a");
  graph.addEdge("a", "a");
  graph.removeEdge("a", "a");
  expect([...graph.match(node("n"))]).toEqual([]);
  expect(hooks.explain()?.operation).toBe("query");
  graph.removeNode("a");
  expect(hooks.explain()).toBeUndefined();
  expect(seen).toEqual(["add a", "update a", "add a-edge-a", "remove a-edge-a", "match", "remove a"]);
});

test("the specification's §6, in one process", () => {
  const localPartition = 0;
  const created: string[] = [];
  const crossEdges: string[] = [];
  const partitionFor = (id: string): number => (id.startsWith("far") ? 1 : 0);
  hooks.onAddNode((graph, nodeId, value) => {
    if (graph.isDistributed()) {
      const partition = graph.partitionStrategy?.partitionFor(nodeId);
      if (partition !== localPartition) {
        created.push(`${nodeId} = ${String(value)} on ${String(partition)}`);
        return hooks.handled(null);
      }
    }
    return "continue";
  });
  hooks.onAddEdge((_, from, to, label) => {
    if (partitionFor(from) !== partitionFor(to)) crossEdges.push(`${from}-${label}-${to}`);
    return "continue";
  });
  const graph = new Graph();
  graph.addNode("far too early", 0);
  graph.distribute({ name: "test", partitionFor });
  graph.addNode("near", 1);
  graph.addNode("far", 2);
  graph.addEdge("near", "far too early", "KNOWS");
  expect(graph.nodes()).toEqual(["far too early", "near"]);
  expect(created).toEqual(["far = 2 on 1"]);
  expect(crossEdges).toEqual(["near-KNOWS-far too early"]);
});
