import { createDistribution, type HostEndpoint } from "@graphoid/distribution";
import { COORDINATOR, LOBBY } from "./coordinator.ts";
import type { Jobs } from "./job.ts";
import { SERVICE, STREAM_WINDOW, TCP, WorkerService } from "./worker-service.ts";

/** Makes this process a worker: `NAME HOST PORT` of its arguments. It ends with who started it. */
export async function serveJobs(jobs: Jobs): Promise<void> {
  const [identity = "", host = "", port = ""] = process.argv.slice(2);
  process.once("disconnect", () => process.exit(0));
  const distribution = await createDistribution({
    identity,
    listen: { host: "127.0.0.1", port: 0 },
    peers: [{ id: COORDINATOR, host, port: Number(port) }],
    remote: { streamWindow: STREAM_WINDOW },
    tcp: TCP,
  });
  distribution.remote.expose(SERVICE, new WorkerService(distribution, jobs));
  const lobby = distribution.remote.ref({ id: LOBBY, location: COORDINATOR });
  distribution.remote.monitor(lobby, () => process.exit(1));
  const address = distribution.address as HostEndpoint;
  await lobby.request("join", { id: identity, host: address.host, port: address.port });
}
