// Logistic regression over a parameter server and three workers, against one process; with `--router nats` over NATS.
import { networkFrom } from "@graphoid/example-network";
import { irises, WIDTH } from "./iris.ts";
import { descend, lossAndGradient } from "./logistic-regression.ts";
import { train } from "./trainer.ts";

const examples = irises();
const alone = lossAndGradient(examples, descend(examples, WIDTH, 0.5, 1000)).loss;
console.log(`one process: loss ${alone.toFixed(9)}`);
for (const staleness of [0, 4]) {
  // Each training is a run of its own.
  const { network } = await networkFrom(process.argv.slice(2));
  const { weights, steps, furthestAhead } = await train(examples, {
    workers: 3,
    staleness,
    rate: 0.1,
    rounds: 300,
    toil: 5,
    script: new URL("./worker.js", import.meta.url),
    network,
    onStart: (workers) => console.log(`workers: processes ${workers.map(({ pid }) => pid).join(", ")}`),
  });
  const { loss } = lossAndGradient(examples, weights);
  console.log(
    `staleness ${staleness}: loss ${loss.toFixed(9)} after ${steps} pushes, at most ${furthestAhead} rounds ahead`,
  );
  if (!(Math.abs(loss - alone) < 1e-6)) process.exitCode = 1;
}
