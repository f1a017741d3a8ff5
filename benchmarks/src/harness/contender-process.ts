/** The program of a contender's process: sets up once, then takes one sample per request. */
import type { Reply, Request } from "./protocol.ts";
import type { Sample } from "./row.ts";
import { collectGarbage, Stopwatch } from "./stopwatch.ts";
import type { Contender, Measure, WorkloadModule } from "./workload.ts";

type AnyContender = Contender<unknown, object>;

let current: { readonly contender: AnyContender; readonly state: unknown } | undefined;

function measureOf(contender: AnyContender, name: string): Measure<unknown> {
  const measure = contender.measures[name];
  if (measure === undefined) throw new Error(`no measure "${name}"`);
  return measure;
}

async function takeSample(contender: AnyContender, state: unknown, name: string): Promise<Sample> {
  const measure = measureOf(contender, name);
  const stopwatch = new Stopwatch();
  collectGarbage();
  const digest = await measure.run(state, stopwatch);
  const expected = measure.expected(state);
  if (digest !== expected) throw new Error(`wrong result of "${name}": expected ${expected}, got ${digest}`);
  return stopwatch.read();
}

async function setUp(request: Extract<Request, { kind: "setup" }>): Promise<Reply> {
  const { contenders } = (await import(request.module)) as WorkloadModule<object>;
  const contender = contenders[request.contender];
  if (contender === undefined) throw new Error(`${request.module} has no contender "${request.contender}"`);
  const { measures } = request;
  if (request.warmUpParameters !== undefined) {
    const state = await contender.setup(request.warmUpParameters);
    for (const name of [...measures, ...measures]) await takeSample(contender, state, name);
  }
  collectGarbage();
  current = { contender, state: await contender.setup(request.parameters) };
  return { kind: "ready" };
}

async function answer(request: Request): Promise<Reply> {
  if (request.kind === "setup") return setUp(request);
  if (current === undefined) throw new Error("not set up");
  return { kind: "sample", sample: await takeSample(current.contender, current.state, request.measure) };
}

process.on("message", (request: Request) => {
  answer(request)
    .catch((error: unknown): Reply => ({ kind: "error", message: String((error as Error)?.stack ?? error) }))
    .then((reply) => process.send?.(reply));
});
