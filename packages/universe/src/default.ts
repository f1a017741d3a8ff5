import { createUniverse, type Universe } from "./universe.ts";

let universe: Universe | undefined;

/**
 * The default universe, which {@link reflect} looks at: a host called `"local"`, made on first use. It shows what is
 * reported to it.
 */
export function defaultUniverse(): Universe {
  universe ??= createUniverse({ identity: "local" });
  return universe;
}

/**
 * The running system, to look at.
 *
 * @example
 * ```ts
 * import { reflect } from "@graphoid/universe";
 *
 * console.log(reflect.universe().distribution().localIdentity().id); // local
 * ```
 */
export const reflect: Universe["reflect"] = /* @__PURE__ */ Object.freeze({
  universe: () => defaultUniverse().graph(),
});
