import { type Distribution, Graph, InvalidArgumentError } from "@graphoid/distribution";

type Partitioning = Distribution["partition"];
type Strategy = ReturnType<Partitioning["strategy"]>;

/** What strategies have that must see the graph before they can place its nodes. */
interface Planner {
  plan(graph: Graph): Strategy;
}

/** What one worker gets: the nodes of its partition with the edges between them, and the edges that leave it. */
export interface Part {
  readonly graph: Graph;
  /** A directed graph; the value of a node elsewhere is the number of its partition. */
  readonly crossing: Graph;
  readonly nodes: number;
  readonly innerEdges: number;
  readonly crossEdges: number;
}

/**
 * A strategy by name, with the options that it takes; one that must see the graph first has made its plan.
 *
 * @throws InvalidArgumentError when there is no such strategy.
 */
export function strategyFor(partitioning: Partitioning, name: string, graph: Graph, partitions: number): Strategy {
  const known = partitioning.listStrategies();
  if (!known.includes(name)) {
    throw new InvalidArgumentError(`--strategy: expected ${known.join(", ")}, got ${JSON.stringify(name)}`);
  }
  const options = name === "range" ? { ranges: partitioning.rangesFor(graph, partitions) } : { partitions };
  const strategy: Strategy & Partial<Planner> = partitioning.strategy(name, options);
  return strategy.plan ? strategy.plan(graph) : strategy;
}

/** Cuts a graph for `partitions` workers. */
export function partsOf(partitioning: Partitioning, graph: Graph, strategy: Strategy, partitions: number): Part[] {
  const subgraphs = partitioning.split(graph, strategy);
  const crossings = Array.from({ length: partitions }, () => new Graph());
  const add = (from: string, to: string, label: string, partition: number, owner: number): void => {
    const crossing = crossings[partition] as Graph;
    crossing.addNode(from, partition);
    crossing.addNode(to, owner);
    crossing.addEdge(from, to, label);
  };
  for (const { from, to, label } of partitioning.crossEdges(graph, strategy)) {
    const here = strategy.partitionFor(from) as number;
    const there = strategy.partitionFor(to) as number;
    add(from, to, label, here, there);
    // An undirected edge leads both ways.
    if (graph.type === "undirected") add(to, from, label, there, here);
  }
  return crossings.map((crossing, partition) => {
    const subgraph = subgraphs.get(partition) ?? new Graph({ type: graph.type });
    return {
      graph: subgraph,
      crossing,
      nodes: subgraph.nodeCount,
      innerEdges: subgraph.edgeCount,
      crossEdges: crossing.edgeCount,
    };
  });
}
