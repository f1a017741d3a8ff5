import { Graph, mix32, type PartitionId, type PartitionStrategy } from "@graphoid/core";

/** A mesh of `rows` by `columns`; node ids are `"row,column"`. */
export function grid(rows: number, columns: number): Graph {
  const graph = new Graph({ type: "undirected" });
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) graph.addNode(`${row},${column}`);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (column + 1 < columns) graph.addEdge(`${row},${column}`, `${row},${column + 1}`);
      if (row + 1 < rows) graph.addEdge(`${row},${column}`, `${row + 1},${column}`);
    }
  }
  return graph;
}

/** A graph of communities of 50 with skewed degrees: everyone knows the first of the community, and a few at random. */
export function clustered(size: number, seed: number): Graph {
  const graph = new Graph();
  let state = seed;
  const random = (limit: number): number => (mix32(state++) >>> 0) % limit;
  for (let i = 0; i < size; i++) graph.addNode(`n${i}`);
  for (let i = 0; i < size; i++) {
    const first = i - (i % 50);
    graph.addEdge(`n${i}`, `n${first}`);
    graph.addEdge(`n${i}`, `n${Math.min(size - 1, first + random(50))}`);
    graph.addEdge(`n${i}`, `n${Math.min(size - 1, first + random(50))}`, "likes");
    if (random(4) === 0) graph.addEdge(`n${i}`, `n${random(random(size) + 1)}`);
  }
  return graph;
}

/** How many nodes a partition may hold. */
export function limitOf(nodes: number, partitions: number, epsilon: number): number {
  return Math.floor((1 + epsilon) * Math.ceil(nodes / partitions));
}

/** How many nodes each partition holds. */
export function sizes(graph: Graph, strategy: PartitionStrategy & { readonly partitions?: readonly PartitionId[] }) {
  const counts = new Map<PartitionId, number>((strategy.partitions ?? []).map((id) => [id, 0]));
  for (const id of graph.nodes()) {
    const part = strategy.partitionFor(id);
    counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  return counts;
}
