// A worker: `worker.js NAME INVITATION` fetches its share of the data, and pulls and pushes as many rounds as it is told.
import { createDistribution } from "@graphoid/distribution";
import { networkOf } from "@graphoid/example-network";
import { type Examples, lossAndGradient } from "./logistic-regression.ts";
import { PARAMETERS, PATIENCE, type Vectors } from "./parameter-server.ts";

/** What a worker is to do. */
export interface Work {
  readonly examples: Examples;
  /** How many examples all workers have together. */
  readonly total: number;
  readonly rounds: number;
  /** How often it does each round's work, to be a slow one. */
  readonly toil: number;
}

const [identity = "", invitation = ""] = process.argv.slice(2);
process.once("disconnect", () => process.exit(0));
const server = "server";
const network = await networkOf(invitation);
const { remote } = await createDistribution({ identity, ...network.hostOptions(PATIENCE) });
const parameters = remote.ref({ id: PARAMETERS, location: server });
const trainer = remote.ref({ id: "trainer", location: server });
remote.monitor(trainer, () => process.exit(1));

const { examples, total, rounds, toil } = (await trainer.request("join", identity)) as Work;
for (let round = 0; round < rounds; round++) {
  // The server holds back who is too far ahead.
  const { weights } = (await parameters.request("pull", null, { timeoutMs: Number.POSITIVE_INFINITY })) as Vectors;
  let { gradient } = lossAndGradient(examples, weights!, total);
  for (let again = 1; again < toil; again++) ({ gradient } = lossAndGradient(examples, weights!, total));
  await parameters.send("push", { weights: gradient } satisfies Vectors);
}
await trainer.request("done", identity);
