import type { Contexts } from "@graphoid/context";
import type { Hooks } from "@graphoid/hooks";
import type { Partitioning } from "@graphoid/partition";
import type { Remote } from "@graphoid/remote";
import type { Routing } from "@graphoid/routing";
import type { Serializer } from "@graphoid/serialize";
import type { Reflection } from "@graphoid/universe";
import { type Distribution, wire } from "./distribution.ts";
import { lazy } from "./lazy.ts";

let distribution: Distribution | undefined;

/** The distribution behind the module-level objects, made on first use: a random identity and no router in use. */
export function defaultDistribution(): Distribution {
  distribution ??= wire({ identity: `host-${crypto.randomUUID()}`, router: "none" });
  return distribution;
}

/** The serializer of the default distribution. */
export const serialize: Serializer = /* @__PURE__ */ lazy(() => defaultDistribution().serialize);
/** The remote of the default distribution. */
export const remote: Remote = /* @__PURE__ */ lazy(() => defaultDistribution().remote);
/** The routing of the default distribution. Its `tcp` router waits to be used. */
export const routing: Routing = /* @__PURE__ */ lazy(() => defaultDistribution().routing);
/** The partitioning strategies of the default distribution. */
export const partition: Partitioning = /* @__PURE__ */ lazy(() => defaultDistribution().partition);
/** The hooks of the default distribution. */
export const hooks: Hooks = /* @__PURE__ */ lazy(() => defaultDistribution().hooks);
/** The contexts of the default distribution. */
export const context: Contexts = /* @__PURE__ */ lazy(() => defaultDistribution().context);
/** The universe of the default distribution, to look at. */
export const reflect: Reflection = /* @__PURE__ */ lazy(() => defaultDistribution().reflect);
