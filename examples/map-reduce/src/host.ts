import { createDistribution } from "@graphoid/distribution";
import { memberOf, networkOf } from "@graphoid/example-network";
import { COORDINATOR, LOBBY } from "./coordinator.ts";
import type { Jobs } from "./job.ts";
import { PATIENCE, SERVICE, STREAM_WINDOW, WorkerService } from "./worker-service.ts";

/** Makes this process a worker: `NAME INVITATION` of its arguments. It ends with who started it. */
export async function serveJobs(jobs: Jobs): Promise<void> {
  const [identity = "", invitation = ""] = process.argv.slice(2);
  process.once("disconnect", () => process.exit(0));
  const network = await networkOf(invitation);
  const remote = { streamWindow: STREAM_WINDOW };
  const distribution = await createDistribution({ identity, remote, ...network.hostOptions(PATIENCE) });
  distribution.remote.expose(SERVICE, new WorkerService(distribution, jobs));
  const lobby = distribution.remote.ref({ id: LOBBY, location: COORDINATOR });
  distribution.remote.monitor(lobby, () => process.exit(1));
  await lobby.request("join", memberOf(distribution));
}
