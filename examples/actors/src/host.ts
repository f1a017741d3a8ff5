import { memberOf, networkOf } from "@graphoid/example-network";
import { ActorSystem, type Behaviour } from "./actor-system.ts";
import { SUPERVISOR } from "./supervisor.ts";

/** Makes this process a host of actors: `NAME SUPERVISOR INVITATION` of its arguments. It ends with who started it. */
export async function serveActors(behaviours: { readonly [name: string]: Behaviour }): Promise<void> {
  const [identity = "", supervisor = "", invitation = ""] = process.argv.slice(2);
  process.once("disconnect", () => process.exit(0));
  const system = await ActorSystem.start(identity, behaviours, await networkOf(invitation));
  const { remote } = system.distribution;
  const parent = remote.ref({ id: SUPERVISOR, location: supervisor });
  remote.monitor(parent, () => process.exit(1));
  await parent.request("join", memberOf(system.distribution));
}
