/**
 * What interception costs a graph: graphs of a copy of core that knows none, of core itself, and of core with a hook for
 * each operation are filled in turn, in one process, so that whatever else the machine does hits all of them alike.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type * as core from "@graphoid/core";
import type * as hooks from "@graphoid/hooks";
import { type SyntheticGraph, type SyntheticGraphParameters, syntheticGraph } from "../../datasets/synthetic-graph.ts";
import type { Contender, Measure } from "../../harness/workload.ts";
import { LIMIT, OURS } from "./names.ts";

/** Many small graphs, so that what the system does to give out memory does not hide what hooks cost. */
export interface Parameters extends SyntheticGraphParameters {
  readonly graphs: number;
}

type Create = () => core.Graph;
type Fill = (graph: core.Graph, data: SyntheticGraph) => void;

interface State {
  readonly data: SyntheticGraph;
  readonly graphs: number;
  readonly bare: Side;
  readonly without: Side;
  readonly withHooks: Side;
}

interface Side {
  readonly create: Create;
  readonly nodes: Fill;
  readonly edges: Fill;
}

/** By how many times the processor time of one side is that of bare graphs: the median over pairs. */
function ratio(side: "without" | "withHooks", fills: "nodes" | "edges"): Measure<State> {
  return {
    run(state, probe) {
      const { data, graphs } = state;
      const [bare, other] = [state.bare, state[side]];
      const ratios: number[] = [];
      let size = 0;
      for (let i = 0; i < graphs; i++) {
        // Each goes first in turn.
        const sides = i % 2 === 0 ? [bare, other] : [other, bare];
        const times = sides.map((one) => {
          const graph = one.create();
          if (fills === "edges") one.nodes(graph, data);
          const start = process.cpuUsage();
          one[fills](graph, data);
          const { user, system } = process.cpuUsage(start);
          size += fills === "nodes" ? graph.nodeCount : graph.edgeCount;
          return user + system;
        });
        const [first, second] = times as [number, number];
        ratios.push(i % 2 === 0 ? second / first : first / second);
      }
      ratios.sort((a, b) => a - b);
      probe.record("rate", 1 / ratios[graphs >> 1]!);
      return size;
    },
    expected: ({ data, graphs }) => 2 * graphs * (fills === "nodes" ? data.nodeCount : data.edgeCount),
  };
}

/** Functions of their own for each side: shared ones would see graphs of three classes, and be slow for all. */
function side(create: Create): Side {
  const fill = (body: string): Fill => new Function("graph", "data", body) as Fill;
  return {
    create,
    nodes: fill("const { ids } = data; for (let i = 0; i < ids.length; i++) graph.addNode(ids[i], i);"),
    edges: fill(
      "const { ids, sources, targets, labels } = data;" +
        "for (let i = 0; i < sources.length; i++) graph.addEdge(ids[sources[i]], ids[targets[i]], labels[i]);",
    ),
  };
}

/** The built packages, copied so that each side has code of its own. */
async function copies(folder: string, change: (source: string) => string = (source) => source) {
  for (const name of ["core", "hooks"]) {
    const built = dirname(fileURLToPath(import.meta.resolve(`@graphoid/${name}`)));
    cpSync(built, join(folder, "node_modules/@graphoid", name), { recursive: true });
    const manifest = JSON.stringify({ name: `@graphoid/${name}`, type: "module", exports: "./index.js" });
    writeFileSync(join(folder, "node_modules/@graphoid", name, "package.json"), manifest);
  }
  const path = join(folder, "node_modules/@graphoid/core/graph.js");
  writeFileSync(path, change(readFileSync(path, "utf8")));
  const load = (name: string): Promise<unknown> =>
    import(pathToFileURL(join(folder, "node_modules/@graphoid", name, "index.js")).href);
  return { core: (await load("core")) as typeof core, hooks: (await load("hooks")) as typeof hooks };
}

/** Of copies of the same code the one that is loaded first is some percent faster: it must not always be the same one. */
async function inAnyOrder<K extends string, T>(makers: Readonly<Record<K, () => Promise<T>>>): Promise<Record<K, T>> {
  const made: Partial<Record<K, T>> = {};
  const names = Object.keys(makers) as K[];
  while (names.length > 0) {
    const [name] = names.splice(Math.floor(Math.random() * names.length), 1) as [K];
    made[name] = await makers[name]();
  }
  return made as Record<K, T>;
}

/** Every look for interceptors becomes the constant `undefined`. */
function withoutInterception(source: string): string {
  const look = "inForce(this.#interceptors);";
  if (!source.includes(look)) throw new Error(`the graph does not look for interceptors by \`${look}\` any more`);
  return source.replaceAll(look, "undefined;");
}

const ours: Contender<State, Parameters> = {
  packageName: "@graphoid/hooks",
  async setup(parameters) {
    const folder = mkdtempSync(join(tmpdir(), "hooks-bench-"));
    try {
      const { bare, without, hooked } = await inAnyOrder({
        bare: () => copies(join(folder, "bare"), withoutInterception),
        without: () => copies(join(folder, "without")),
        hooked: () => copies(join(folder, "hooked")),
      });
      const set = hooked.hooks.createHooks();
      set.onAddNode(() => "continue");
      set.onAddEdge(() => "continue");
      return {
        data: syntheticGraph(parameters),
        graphs: parameters.graphs,
        bare: side(() => new bare.core.Graph()),
        without: side(() => new without.core.Graph()),
        withHooks: side(() => new hooked.core.Graph()),
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  measures: {
    addNodeWithout: ratio("without", "nodes"),
    addEdgeWithout: ratio("without", "edges"),
    addNodeHooked: ratio("withHooks", "nodes"),
    addEdgeHooked: ratio("withHooks", "edges"),
  },
};

/** What is asked for: at most so many times a bare graph. */
function limit(times: number): Measure<null> {
  return {
    run(_, probe) {
      probe.record("rate", 1 / times);
      return 0;
    },
    expected: () => 0,
  };
}

const limits: Contender<null, Parameters> = {
  setup: () => null,
  measures: {
    addNodeWithout: limit(1.03),
    addEdgeWithout: limit(1.03),
    addNodeHooked: limit(1.05),
    addEdgeHooked: limit(1.05),
  },
};

export const contenders = { [OURS]: ours, [LIMIT]: limits };
