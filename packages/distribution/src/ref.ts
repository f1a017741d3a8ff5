import type { Ref as AnyRef } from "@graphoid/core";
import type { Ref as TypedRef } from "@graphoid/remote";

/**
 * A reference: something elsewhere, or here, that messages can be sent to. `Ref<Greeter>` is one to something with the
 * methods of `Greeter`, whose messages, payloads and answers TypeScript checks; see `Ref` of `@graphoid/remote`.
 *
 * @example
 * ```ts
 * import { createDistribution, type Ref } from "@graphoid/distribution";
 *
 * interface Greeter {
 *   greet(name: string): string;
 * }
 * await using d = await createDistribution({ identity: "node_a", router: "none" });
 * d.remote.expose("greeter", { greet: (name: string) => `hello ${name}` });
 * const greeter: Ref<Greeter> = d.remote.ref<Greeter>({ id: "greeter" });
 * const greeting: string = await greeter.request("greet", "bob");
 * console.log(greeting); // hello bob
 * ```
 */
export type Ref<P extends object = never> = [P] extends [never] ? AnyRef : TypedRef<P>;
