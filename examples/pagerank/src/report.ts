import type { Graph } from "@graphoid/distribution";
import { formatMs, type Phase } from "./console-progress.ts";
import type { DistributedResult } from "./coordinator.ts";

/** A node and its rank. */
export interface RankedNode {
  readonly id: string;
  readonly rank: number;
  readonly partition: number;
}

/** The nodes of the highest ranks, the best first; of equal ranks the one added first. */
export function topNodes(graph: Graph, { ranks, partitionOf }: DistributedResult, count: number): RankedNode[] {
  const { ids } = graph.columns;
  const order = Array.from(ranks.keys()).sort((a, b) => (ranks[b] as number) - (ranks[a] as number) || a - b);
  return order.slice(0, count).map((row) => ({
    id: ids.at(row),
    rank: ranks[row] as number,
    partition: partitionOf[row] as number,
  }));
}

/** The run as text: what was cut, what was sent, how long it took, who ranks highest. */
export function reportText(
  graph: Graph,
  result: DistributedResult,
  phases: readonly Phase[],
  strategy: string,
): string {
  const { workers, comparisons, streamed, changes } = result;
  const wire = workers.reduce(
    (sum, worker) => ({ messages: sum.messages + worker.wire.messagesSent, bytes: sum.bytes + worker.wire.bytesSent }),
    { messages: 0, bytes: 0 },
  );
  const contributions = workers.flatMap((worker) => worker.sent);
  const total = (pick: "messages" | "bytes"): number => contributions.reduce((sum, entry) => sum + entry[pick], 0);
  return [
    `Graph: ${count(graph.nodeCount)} nodes, ${count(graph.edgeCount)} edges, ${graph.type}`,
    "",
    `Cut in ${workers.length} by each strategy (used: ${strategy})`,
    table(
      ["strategy", "cross edges", "of all", "balance", "nodes per partition"],
      comparisons.map((one) => [
        one.name,
        count(one.crossEdges),
        `${((100 * one.crossEdges) / Math.max(1, graph.edgeCount)).toFixed(1)} %`,
        one.balance.toFixed(3),
        `${count(Math.min(...one.nodes))} to ${count(Math.max(...one.nodes))}`,
      ]),
    ),
    "",
    "Partitions",
    table(
      ["partition", "worker", "state", "nodes", "inner edges", "edges out", "messages sent", "bytes sent"],
      workers.map((worker) => [
        String(worker.partition),
        worker.address,
        worker.state,
        count(worker.nodes),
        count(worker.innerEdges),
        count(worker.crossEdges),
        count(worker.wire.messagesSent),
        bytes(worker.wire.bytesSent),
      ]),
    ),
    "",
    `To the workers: ${bytes(streamed.bytes)} of graph in ${count(streamed.chunks)} chunks.`,
    `Between the workers: ${count(total("messages"))} messages of contributions, ${bytes(total("bytes"))} of numbers.`,
    `From the workers in all: ${count(wire.messages)} messages, ${bytes(wire.bytes)} on the wire.`,
    `Supersteps: ${changes.length}${result.converged ? "" : " (not converged)"}.`,
    "",
    "Time",
    table(
      ["phase", "time"],
      phases.map((phase) => [phase.name, formatMs(phase.milliseconds)]),
    ),
    "",
    "Highest ranks",
    table(
      ["", "node", "rank", "partition"],
      topNodes(graph, result, 10).map((node, i) => [
        `${i + 1}.`,
        node.id,
        node.rank.toFixed(8),
        String(node.partition),
      ]),
    ),
  ].join("\n");
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function bytes(value: number): string {
  if (value < 1e3) return `${value} B`;
  return value < 1e6 ? `${(value / 1e3).toFixed(1)} kB` : `${(value / 1e6).toFixed(1)} MB`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] as string).length)));
  const numeric = head.map((_, i) => rows.every((row) => /^[\d.,]/.test(row[i] as string)));
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, i) => (numeric[i] ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number))).join("  ")}`.trimEnd();
  return [line(head), line(widths.map((width) => "─".repeat(width))), ...rows.map(line)].join("\n");
}
