import {
  checkFunction,
  checkString,
  describe,
  InvalidArgumentError,
  invalidArgument,
  NotFoundError,
  type Registration,
  registration,
} from "@graphoid/core";
import { crossEdgeRows, crossEdges } from "./cross-edges.ts";
import {
  functionDefinition,
  type StrategyDefinition,
  type StrategyFunction,
  type StrategyOptions,
} from "./definition.ts";
import { StrategyError } from "./errors.ts";
import { splitEdges, splitWithHalo } from "./halo.ts";
import { hashStrategy } from "./hash-strategy.ts";
import { maglevStrategy } from "./maglev-strategy.ts";
import { merge } from "./merge.ts";
import { multilevelStrategy } from "./multilevel-strategy.ts";
import { isPartitionList, MAX_PARTITIONS } from "./partition-id.ts";
import { rangeStrategy } from "./range-strategy.ts";
import { type PartitionRange, rangesFor } from "./ranges.ts";
import { rendezvousStrategy } from "./rendezvous-strategy.ts";
import { report } from "./report.ts";
import { reportHtml, reportSvg } from "./report-picture.ts";
import { formatReport } from "./report-table.ts";
import { split } from "./split.ts";
import { checkedStrategy, type Placement, type PlannedStrategy, type Strategy } from "./strategy.ts";
import { fennelStrategy, ldgStrategy } from "./streaming-strategies.ts";
import { dbhStrategy, hdrfStrategy, type VertexCutStrategy } from "./vertex-cut.ts";

const BUILT_IN: ReadonlyMap<string, StrategyDefinition> = new Map([
  ["hash", hashStrategy],
  ["range", rangeStrategy],
  ["rendezvous", rendezvousStrategy],
  ["maglev", maglevStrategy],
  ["multilevel", multilevelStrategy],
  ["ldg", ldgStrategy],
  ["fennel", fennelStrategy],
  ["hdrf", hdrfStrategy],
  ["dbh", dbhStrategy],
]);

/** The built-in strategies that must see a graph first. */
export type PlannedName = "multilevel" | "ldg" | "fennel";

/** The built-in strategies that must see a graph first and place its edges. */
export type VertexCutName = "hdrf" | "dbh";

/** A set of named strategies, with the functions that use them. */
export interface Partitioning {
  /**
   * Adds a strategy under a name: a plain function of a node id and the number of partitions or the ranges, see
   * {@link StrategyFunction}, or a {@link StrategyDefinition} with options of its own.
   *
   * The name of a built-in strategy may be taken: the registration stands in front of the built-in one until it is
   * disposed. Strategies that were made before, by `strategy(…)`, stay as they are.
   *
   * @throws InvalidArgumentError when the name is empty or registered already, or `strategy` is neither.
   */
  registerStrategy<Argument extends number | readonly PartitionRange[] = number>(
    name: string,
    strategy: StrategyFunction<Argument> | StrategyDefinition,
  ): Registration;
  /**
   * Makes the strategy of that name. The built-in ones and their options are `hash` ({@link HashOptions}), `range`
   * ({@link RangeOptions}), `rendezvous` ({@link RendezvousOptions}) and `maglev` ({@link MaglevOptions}), which place any
   * id at once; `multilevel` ({@link MultilevelOptions}), `ldg` and `fennel` ({@link StreamingOptions}), `hdrf` and `dbh`
   * ({@link VertexCutOptions}), which plan for a graph. A registered function takes `{ partitions }` or `{ ranges }`.
   *
   * @throws NotFoundError when there is no strategy of that name.
   * @throws InvalidArgumentError when the options are not what the strategy takes.
   */
  strategy(name: PlannedName, options: StrategyOptions): PlannedStrategy;
  strategy(name: VertexCutName, options: StrategyOptions): VertexCutStrategy;
  strategy(name: string, options: StrategyOptions): Strategy;
  /** The names of all strategies, sorted. */
  listStrategies(): string[];
  readonly split: typeof split;
  readonly splitWithHalo: typeof splitWithHalo;
  readonly splitEdges: typeof splitEdges;
  readonly crossEdges: typeof crossEdges;
  readonly crossEdgeRows: typeof crossEdgeRows;
  readonly merge: typeof merge;
  readonly report: typeof report;
  readonly formatReport: typeof formatReport;
  readonly reportSvg: typeof reportSvg;
  readonly reportHtml: typeof reportHtml;
  readonly rangesFor: typeof rangesFor;
}

/** Makes a set of strategies of its own, which begins with the built-in ones. */
export function createPartitioning(): Partitioning {
  const registered = new Map<string, StrategyDefinition>();
  return {
    registerStrategy<Argument extends number | readonly PartitionRange[]>(
      name: string,
      strategy: StrategyFunction<Argument> | StrategyDefinition,
    ): Registration {
      const call = "partition.registerStrategy";
      checkString(call, "name", name);
      if (name === "") throw invalidArgument(call, "name", "a non-empty string", name);
      const definition =
        typeof strategy === "function" ? functionDefinition(strategy) : checkDefinition(call, strategy);
      if (registered.has(name)) {
        throw new InvalidArgumentError(`${call}: ${describe(name)} is registered already; dispose that one first`, {
          details: { call, argument: "name" },
        });
      }
      registered.set(name, definition);
      return registration(() => registered.delete(name));
    },

    strategy(name: string, options: StrategyOptions): VertexCutStrategy {
      checkString("partition.strategy", "name", name);
      const definition = registered.get(name) ?? BUILT_IN.get(name);
      if (!definition) {
        throw new NotFoundError(
          `partition.strategy: no strategy ${describe(name)}; there are ${names(registered).join(", ")}`,
          { details: { name } },
        );
      }
      const call = `partition.strategy(${describe(name)})`;
      if (typeof options !== "object" || options === null) throw invalidArgument(call, "options", "an object", options);
      const placement = definition.create(options, call);
      checkPlacement(name, placement);
      // Only what has a `plan` gets one; the overloads of the interface say which built-in strategies do.
      return checkedStrategy(name, placement) as VertexCutStrategy;
    },

    listStrategies: () => names(registered),
    split,
    splitWithHalo,
    splitEdges,
    crossEdges,
    crossEdgeRows,
    merge,
    report,
    formatReport,
    reportSvg,
    reportHtml,
    rangesFor,
  };
}

function names(registered: ReadonlyMap<string, StrategyDefinition>): string[] {
  return [...new Set([...BUILT_IN.keys(), ...registered.keys()])].sort();
}

function checkDefinition(call: string, value: unknown): StrategyDefinition {
  const definition = value as StrategyDefinition | null | undefined;
  if (typeof definition !== "object" || definition === null) {
    throw invalidArgument(call, "strategy", "a function or a definition { create }", value);
  }
  checkFunction(call, "strategy.create", definition.create);
  return definition;
}

function checkPlacement(name: string, value: unknown): asserts value is Placement {
  const { partitions, partitionFor } = (value ?? {}) as Partial<Placement>;
  if (typeof partitionFor === "function" && isPartitionList(partitions) && partitions.length > 0) return;
  throw new StrategyError(
    `partition strategy ${describe(name)}: expected its definition to create { partitions, partitionFor } with 1 to ` +
      `${MAX_PARTITIONS} different partition ids`,
    { details: { strategy: name } },
  );
}
