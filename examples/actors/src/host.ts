import type { HostEndpoint } from "@graphoid/distribution";
import { ActorSystem, type Behaviour } from "./actor-system.ts";
import { SUPERVISOR } from "./supervisor.ts";

/** Makes this process a host of actors: `NAME SUPERVISOR HOST PORT` of its arguments. It ends with who started it. */
export async function serveActors(behaviours: { readonly [name: string]: Behaviour }): Promise<void> {
  const [identity = "", supervisor = "", host = "", port = ""] = process.argv.slice(2);
  process.once("disconnect", () => process.exit(0));
  const system = await ActorSystem.start(identity, behaviours, [{ id: supervisor, host, port: Number(port) }]);
  const { remote, address } = system.distribution;
  const parent = remote.ref({ id: SUPERVISOR, location: supervisor });
  remote.monitor(parent, () => process.exit(1));
  const { host: at, port: listening } = address as HostEndpoint;
  await parent.request("join", { id: identity, host: at, port: listening });
}
