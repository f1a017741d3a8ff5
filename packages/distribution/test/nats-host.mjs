// A host of its own process on NATS, which is killed or ends with its parent. Runs on the built packages.
import { createDistribution } from "@graphoid/distribution";
import { natsRouter } from "@graphoid/nats";

const [identity, options] = process.argv.slice(2);
process.once("disconnect", () => process.exit(1));

const d = await createDistribution({
  identity,
  router: "nats",
  routers: { nats: (host) => natsRouter({ host, ...JSON.parse(options) }) },
});
const parent = d.remote.ref({ id: "notes", location: "parent" });
d.remote.expose("worker", {
  echo: (payload) => payload,
  /** Tells that it has begun, and never ends where it is told not to. */
  async work({ name, isEndless }) {
    await parent.send("begun", name);
    if (isEndless) await new Promise(() => {});
    await parent.send("done", name);
  },
  never: () => new Promise(() => {}),
  async *count() {
    for (let i = 0; ; i++) yield i;
  },
  /** Calls the parent and waits for the end of that. */
  callBack: () => parent.request("wait"),
});
process.send("ready");
