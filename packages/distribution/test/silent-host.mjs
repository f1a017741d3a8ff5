// A host of its own process that joins and then answers nothing but "ready". Runs on the built packages.
import { createDistribution } from "@graphoid/distribution";

const port = Number(process.argv[2]);
process.once("disconnect", () => process.exit(1));
const d = await createDistribution({ identity: "child", peers: [{ id: "a", host: "127.0.0.1", port }] });
d.remote.expose("silent", { wait: () => new Promise(() => {}), ready: () => true });
await d.remote.ref({ id: "lobby", location: "a" }).request("join");
