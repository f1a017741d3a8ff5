import type { Ref as AnyRef, CallOptions, Redirect } from "@graphoid/core";

/** Any method; what it takes and gives is inferred. */
// biome-ignore lint/suspicious/noExplicitAny: a constraint that every method meets.
type Method = (...args: any[]) => unknown;
type MethodOf<P, M extends keyof P> = P[M] extends Method ? P[M] : never;

/** What a method answers, as the caller gets it: nothing is `null`, and redirects are followed. */
type Answer<F extends Method> = Answered<Exclude<Awaited<ReturnType<F>>, Redirect>>;
// biome-ignore lint/suspicious/noConfusingVoidType: what a method without an answer returns.
type Answered<A> = A extends void | undefined ? null : A;
type Item<F extends Method> = Answer<F> extends AsyncIterable<infer T> | Iterable<infer T> ? T : never;

/** The names of the methods of `P`. */
export type MessageOf<P> = { [M in keyof P & string]: P[M] extends Method ? M : never }[keyof P & string];
/** The messages of `P` that are answered with one value. */
export type RequestOf<P> = {
  [M in MessageOf<P>]: Answer<MethodOf<P, M>> extends AsyncIterable<unknown> ? never : M;
}[MessageOf<P>];
/** The messages of `P` that can be answered with a stream. */
export type StreamOf<P> = {
  [M in MessageOf<P>]: Answer<MethodOf<P, M>> extends string
    ? never
    : Answer<MethodOf<P, M>> extends AsyncIterable<unknown> | Iterable<unknown>
      ? M
      : never;
}[MessageOf<P>];

/** What follows the message: the payload, which may be left out where the method does not need one, and options. */
type Rest<F extends Method> =
  Parameters<F> extends []
    ? [payload?: null, options?: CallOptions]
    : undefined extends Parameters<F>[0]
      ? [payload?: Parameters<F>[0], options?: CallOptions]
      : [payload: Parameters<F>[0], options?: CallOptions];

/**
 * A reference to something with the messages of `P`: an interface or class whose methods take `(payload, call)`, as what
 * is exposed has. TypeScript then checks message names, payloads and answers from end to end; nothing is different when
 * it runs, and what the other host really is, nobody checks.
 *
 * @example
 * ```ts
 * import { createRemote } from "@graphoid/remote";
 *
 * class Greeter {
 *   greet(name: string): string {
 *     return `hello ${name}`;
 *   }
 * }
 * const remote = createRemote({ identity: "node_a" });
 * remote.expose("greeter", new Greeter());
 * const greeter = remote.ref<Greeter>({ id: "greeter" });
 * const greeting: string = await greeter.request("greet", "bob");
 * console.log(greeting); // hello bob
 * ```
 */
export interface Ref<P extends object> extends Omit<AnyRef, "send" | "request" | "stream"> {
  /** {@link AnyRef.send} of a message of `P`. */
  send<M extends MessageOf<P>>(message: M, ...rest: Rest<MethodOf<P, M>>): Promise<void>;
  /** {@link AnyRef.request} of a message of `P`. */
  request<M extends RequestOf<P>>(message: M, ...rest: Rest<MethodOf<P, M>>): Promise<Answer<MethodOf<P, M>>>;
  /** {@link AnyRef.stream} of a message of `P`. */
  stream<M extends StreamOf<P>>(message: M, ...rest: Rest<MethodOf<P, M>>): AsyncIterable<Item<MethodOf<P, M>>>;
}
