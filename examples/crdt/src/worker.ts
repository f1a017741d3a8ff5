// A replica: `worker.js INVITATION NAME SEED`. Its parent tells it what to do.
import { createDistribution } from "@graphoid/distribution";
import { networkOf } from "@graphoid/example-network";
import { type DocumentState, document, gCounter, lwwRegister, orSet, pnCounter } from "./crdt.ts";
import { lossyRouter } from "./lossy-router.ts";
import type { ReplicaReport, ReplicaTask } from "./protocol.ts";
import { randomSource } from "./random.ts";
import { Replica } from "./replica.ts";
import { udpRouter } from "./udp-router.ts";

const GOSSIP_MS = 5;

const [invitation = "", identity = "", seed = "0"] = process.argv.slice(2);
const { natsRouter } = await networkOf(invitation);
const random = randomSource(Number(seed));
const distribution = await createDistribution({ identity, router: "none" });
const { routing } = distribution;
const link = natsRouter?.(distribution.host) ?? (await udpRouter(distribution));
const router = lossyRouter(link, { lost: 0.3, twice: 0.2, late: 3, random });
routing.register("lossy", router);
routing.use("lossy");
const replica = new Replica(distribution, document);
let others: string[] = [];

/** A change of one of the four values. */
function changed({ visits, stock, title, tags }: DocumentState, n: number): DocumentState {
  const tag = `tag ${Math.floor(random() * 8)}`;
  const by = Math.floor(random() * 20) - 10;
  const next = random() < 0.4 ? orSet.remove(tags, tag) : orSet.add(tags, identity, tag);
  return {
    visits: gCounter.increment(visits, identity),
    stock: pnCounter.add(stock, identity, by),
    title: random() < 0.1 ? lwwRegister.write(title, identity, `title ${n} of ${identity}`) : title,
    tags: next,
  };
}

async function obey(task: ReplicaTask): Promise<void> {
  if (task.kind === "meet") {
    others = Object.keys(task.peers).filter((name) => name !== identity);
    await routing.init({ peers: task.peers });
  } else if (task.kind === "change") {
    for (let n = 0; n < task.times; n++) replica.change((state) => changed(state, n));
  } else if (task.kind === "cutOff") {
    router.cutOff(task.hosts);
  }
  const { visits, stock, title, tags } = replica.state;
  const values = {
    visits: gCounter.value(visits),
    stock: pnCounter.value(stock),
    title: String(lwwRegister.value(title)),
    tags: orSet.value(tags),
  };
  process.send?.({ digest: replica.digest(), values, counts: router.counts } satisfies ReplicaReport);
}

process.on("message", (task: ReplicaTask) => void obey(task));
process.once("disconnect", () => process.exit(0));
setInterval(() => {
  const host = others[Math.floor(random() * others.length)];
  if (host !== undefined) void replica.tell(host);
}, GOSSIP_MS);
process.send?.({ port: "port" in link ? link.port : 0 });
