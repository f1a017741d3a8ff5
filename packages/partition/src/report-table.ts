import type { PartitionReport } from "./report.ts";

const HEADINGS = ["partition", "nodes", "edges", "cut edges", "boundary", "volume"] as const;

/**
 * A report as a table of plain text, one line a partition, with totals above and below.
 *
 * @example
 * ```ts
 * import { Graph } from "@graphoid/core";
 * import { formatReport, report, strategy } from "@graphoid/partition";
 *
 * const graph = new Graph();
 * for (const id of ["ada", "bob", "cleo"]) graph.addNode(id);
 * graph.addEdge("ada", "bob");
 * graph.addEdge("bob", "cleo");
 * console.log(formatReport(report(graph, strategy("hash", { partitions: 2 }))));
 * // hash: partitions 2, nodes 3, edges 2
 * // partition  nodes  edges  cut edges  boundary  volume
 * //         0      1      0          1         1       1
 * //         1      2      1          1         1       1
 * // cut 1 (50.0 %), balance 1.333, boundary nodes 2, communication volume 2
 * ```
 */
export function formatReport(report: PartitionReport): string {
  const rows = report.partitions.map((part) => [
    String(part.id),
    grouped(part.nodes),
    grouped(part.edges),
    grouped(part.cutEdges),
    grouped(part.boundaryNodes),
    grouped(part.communicationVolume),
  ]);
  const widths = HEADINGS.map((heading, column) =>
    rows.reduce((width, row) => Math.max(width, (row[column] as string).length), heading.length),
  );
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell.padStart(widths[column] as number)).join("  ");
  const { strategy, nodes, edges, cut, cutRatio, balance, boundaryNodes, communicationVolume, edgeBalance, moved } =
    report;
  return [
    `${strategy}: partitions ${grouped(rows.length)}, nodes ${grouped(nodes)}, edges ${grouped(edges)}`,
    line(HEADINGS),
    ...rows.map(line),
    `cut ${grouped(cut)} (${(cutRatio * 100).toFixed(1)} %), balance ${balance.toFixed(3)}, ` +
      `boundary nodes ${grouped(boundaryNodes)}, communication volume ${grouped(communicationVolume)}`,
    ...(edgeBalance === undefined
      ? []
      : [`replication factor ${report.replicationFactor.toFixed(3)}, edge balance ${edgeBalance.toFixed(3)}`]),
    ...(moved === undefined ? [] : [`moved ${grouped(moved)} (${((100 * moved) / Math.max(1, nodes)).toFixed(1)} %)`]),
  ].join("\n");
}

/** A count with commas, the same whatever the locale. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
