import type { SyntheticGraphParameters } from "../datasets/synthetic-graph.ts";
import type { Area, MeasureInfo, Unit, Workload } from "../harness/workload.ts";
import type { CuttingParameters } from "./partition/cutting.ts";

const OURS = "@graphoid/partition";
const METIS = "metis";

/** The cut and the time of one way to cut, with the largest ratios to those of METIS that are asked for. */
function cutAndTime(measure: string, name: string, cut?: number, time?: number): readonly MeasureInfo[] {
  const target = (ratio: number | undefined): Pick<MeasureInfo, "targets"> =>
    ratio === undefined ? {} : { targets: { [METIS]: 1 / ratio } };
  return [
    { measure, name: `cut, ${name}`, unit: "edges per cut edge", quantity: "edges per cut edge", ...target(cut) },
    { measure, name: `time, ${name}`, unit: "ms", quantity: "milliseconds", ...target(time) },
  ];
}

/** A figure with a target of its own. */
function figure(measure: string, name: string, unit: Unit): MeasureInfo {
  return { measure, name, unit, quantity: "rate", targets: { target: 1 } };
}

function cutting(label: string, parameters: CuttingParameters, measures: readonly MeasureInfo[]): Workload {
  const module = new URL("./partition/cutting.js", import.meta.url).href;
  const warmUpParameters: CuttingParameters = { family: parameters.family, only: ["4elt", "PGPgiantcompo"] };
  return { label, module, parameters, warmUpParameters, warmUps: 0, ours: OURS, peers: [METIS], measures };
}

const FIGURES: readonly MeasureInfo[] = [
  figure("fennel", "one-pass FENNEL, edges, k = 8", "ops/s"),
  figure("hash8", "partitionFor, hash, k = 8", "ops/s"),
  figure("hash1024", "partitionFor, hash, k = 1024", "ops/s"),
  figure("maglev8", "partitionFor, maglev, k = 8", "ops/s"),
  figure("maglev1024", "partitionFor, maglev, k = 1024", "ops/s"),
  figure("archive", "Walshaw's archive ÷ strong, k = 2, 5 %", "ideal ÷ reached"),
  figure("replication8", "HDRF, 1 ÷ replication, email-Enron, k = 8", "ideal ÷ reached"),
  figure("replication32", "HDRF, 1 ÷ replication, email-Enron, k = 32", "ideal ÷ reached"),
];

const RESIZES: readonly MeasureInfo[] = [
  figure("meshCut", "resize 8 ↔ 9, meshes, cut from scratch ÷ cut", "ideal ÷ reached"),
  figure("meshMoves", "resize 8 ↔ 9, meshes, necessary moves ÷ moves", "ideal ÷ reached"),
  figure("skewedCut", "resize 8 ↔ 9, skewed, cut from scratch ÷ cut", "ideal ÷ reached"),
  figure("skewedMoves", "resize 8 ↔ 9, skewed, necessary moves ÷ moves", "ideal ÷ reached"),
];

function placing(measures: readonly MeasureInfo[]): Workload {
  const module = new URL("./partition/placing.js", import.meta.url).href;
  return { label: "as asked for", module, parameters: {}, ours: OURS, peers: ["target"], measures };
}

function splitting(parameters: SyntheticGraphParameters): Workload {
  return {
    label: `${parameters.edgeCount.toLocaleString("en-US")} edges, k = 8`,
    module: new URL("./partition/splitting.js", import.meta.url).href,
    parameters,
    warmUpParameters: { nodeCount: 2000, edgeCount: 20_000, seed: 2 },
    ours: OURS,
    peers: ["graphology"],
    measures: [
      { measure: "halo", name: "split with a halo", unit: "ops/s", targets: { graphology: 10 } },
      { measure: "cross", name: "crossEdges", unit: "ops/s" },
      { measure: "crossRows", name: "crossEdgeRows", unit: "ops/s" },
    ],
    heapMegabytes: 8192,
  };
}

/** Cuts against METIS, and what else has a target. */
export const partition: Area = {
  name: "partition",
  workloads({ quick }) {
    if (quick) {
      return [
        cutting("4elt", { family: "mesh", only: ["4elt"] }, cutAndTime("balanced", "balanced", 0.98, 2)),
        cutting(
          "ego-Facebook",
          { family: "skewed", only: ["ego-Facebook"] },
          cutAndTime("balanced", "balanced", 0.93, 2),
        ),
        placing(FIGURES),
        splitting({ nodeCount: 20_000, edgeCount: 200_000, seed: 1 }),
      ];
    }
    return [
      cutting("meshes, k = 2 … 32", { family: "mesh" }, [
        ...cutAndTime("fast", "fast", 1.03, 1),
        ...cutAndTime("balanced", "balanced", 0.98, 2),
        ...cutAndTime("strong", "strong", 0.945, 20),
      ]),
      cutting("skewed graphs, k = 2 … 32", { family: "skewed" }, [
        ...cutAndTime("fast", "fast", 1.03, 1),
        ...cutAndTime("balanced", "balanced", 0.93, 2),
        ...cutAndTime("strong", "strong", 0.885, 20),
        ...cutAndTime("onePass", "FENNEL in one pass"),
        ...cutAndTime("buffered", "buffered stream", 1.15, 1),
      ]),
      placing([...FIGURES, ...RESIZES]),
      splitting({ nodeCount: 100_000, edgeCount: 1_300_000, seed: 1 }),
    ];
  },
};
