// Starts a process for each partition, and lets each ask all users, wherever they are; with `--router nats` over NATS.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { networkFrom } from "@graphoid/example-network";

const COUNT = 3;
const WORKER = fileURLToPath(new URL("./worker.js", import.meta.url));

const { network } = await networkFrom(process.argv.slice(2));

const message = async (child: ChildProcess): Promise<unknown> => (await once(child, "message"))[0];

const workers = Array.from({ length: COUNT }, (_, number) =>
  fork(WORKER, [network.invitation(), String(number), String(COUNT)]),
);
for (const [number, worker] of workers.entries()) console.log(`node_${number}: process ${worker.pid}`);

const partitions = await Promise.all(workers.map(message));
const ready = workers.map(message);
for (const worker of workers) worker.send({ partitions });
await Promise.all(ready);

for (const worker of workers) {
  worker.send("ask");
  const { answers } = (await message(worker)) as { answers: string[] };
  for (const answer of answers) console.log(answer);
}
const ends = workers.map((worker) => once(worker, "exit"));
for (const worker of workers) worker.disconnect();
await Promise.all(ends);
