import { core } from "./areas/core.ts";
import { hooks } from "./areas/hooks.ts";
import { nats } from "./areas/nats.ts";
import { net } from "./areas/net.ts";
import { partition } from "./areas/partition.ts";
import { pregel } from "./areas/pregel.ts";
import { remote } from "./areas/remote.ts";
import { serialize } from "./areas/serialize.ts";
import type { Area } from "./harness/workload.ts";

/** Every area, in the order of a full run. To add one, write `areas/<name>.ts` and list it here. */
export const areas: readonly Area[] = [core, hooks, nats, net, partition, pregel, remote, serialize];
