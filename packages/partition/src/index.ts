export type { PartitionId, PartitionStrategy } from "@graphoid/core";
export { type CrossEdge, crossEdgeRows, crossEdges } from "./cross-edges.ts";
export { defaultPartitioning, listStrategies, registerStrategy, strategy } from "./default.ts";
export type { StrategyDefinition, StrategyFunction, StrategyOptions } from "./definition.ts";
export { StrategyError } from "./errors.ts";
export { type HaloOptions, type HaloPart, splitEdges, splitWithHalo } from "./halo.ts";
export type { HashOptions } from "./hash-strategy.ts";
export type { MaglevOptions } from "./maglev-strategy.ts";
export { merge } from "./merge.ts";
export type { Preset } from "./multilevel/presets.ts";
export type { MultilevelOptions } from "./multilevel-strategy.ts";
export { MAX_PARTITIONS } from "./partition-id.ts";
export { createPartitioning, type Partitioning, type PlannedName, type VertexCutName } from "./partitioning.ts";
export { type Plan, type PlanData, planFromJson, type UnknownPolicy } from "./plan.ts";
export type { PlannedOptions } from "./plan-options.ts";
export type { RangeOptions } from "./range-strategy.ts";
export { type PartitionRange, rangesFor } from "./ranges.ts";
export type { RendezvousOptions } from "./rendezvous-strategy.ts";
export {
  type ExtendOptions,
  extend,
  type Migration,
  type Move,
  type RepartitionOptions,
  repartition,
} from "./repartition.ts";
export {
  type PartitionLink,
  type PartitionReport,
  type PartitionSummary,
  type ReportOptions,
  report,
} from "./report.ts";
export { reportHtml, reportSvg } from "./report-picture.ts";
export { formatReport } from "./report-table.ts";
export { split } from "./split.ts";
export type { Placement, PlannedStrategy, PlanOptions, Strategy } from "./strategy.ts";
export { partitionStream, type StreamOptions } from "./stream.ts";
export type { StreamedNode } from "./stream-buffer.ts";
export type { StreamRule } from "./stream-placer.ts";
export type { StreamingOptions } from "./streaming-strategies.ts";
export type { EdgePlacement, VertexCut, VertexCutOptions, VertexCutStrategy } from "./vertex-cut.ts";
