// One partition of the example: `worker.js INVITATION NUMBER COUNT`.
import { createDistribution, hash, type Ref } from "@graphoid/distribution";
import { networkOf } from "@graphoid/example-network";
import { partitionFor, type SimpleHashConfig, simpleHashRouter } from "./simple-hash-router.ts";

const [invitation = "", ...numbers] = process.argv.slice(2);
const [number, count] = numbers.map(Number) as [number, number];
const { natsRouter } = await networkOf(invitation);
const identity = `node_${number}`;
const USERS = Array.from({ length: 12 }, (_, i) => `user_${i}`);

await using distribution = await createDistribution({ identity, router: "none" });
const { net, remote, routing } = distribution;
// Over NATS there is a router already: all that is left to say is which partition.
const hostOf = (ref: Ref): string => `node_${partitionFor(ref, count)}`;
routing.register("simple_hash", natsRouter?.(distribution.host, { hostOf }) ?? simpleHashRouter(distribution));
routing.use("simple_hash");

// The users whose ids this partition is responsible for.
const mine = USERS.filter((id) => hash(id) % count === number);
for (const id of mine) {
  remote.expose(id, { hello: (from: string) => `${id} at ${identity} greets ${from}` });
}

const server = natsRouter ? undefined : await net.listen("127.0.0.1", 0);
server?.onConnection(async (conn) => {
  for await (const bytes of conn) await routing.receive(bytes);
});

process.send?.({ id: number, host: "127.0.0.1", port: server?.port ?? 0 });
process.on("message", async (message: SimpleHashConfig | "ask") => {
  if (message === "ask") {
    const answers = await Promise.all(USERS.map((id) => remote.ref({ id }).request("hello", identity)));
    process.send?.({ answers });
  } else {
    await routing.init(message);
    process.send?.("ready");
  }
});
await new Promise((resolve) => process.once("disconnect", resolve));
await server?.close();
