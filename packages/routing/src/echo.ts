import { checkFunction, checkOptions, cloneValue, type Deliver, type Envelope, type Router } from "@graphoid/core";

/** Options of {@link echoRouter}. */
export interface EchoRouterOptions {
  /** Takes the answers back: `routing.deliver`. */
  readonly deliver: Deliver;
}

/**
 * The smallest router that answers: every request gets its own payload back, every stream its payload as the one
 * item. A `send` vanishes. For trying things out, and as the model of a router of your own.
 *
 * @example
 * ```ts
 * import { createRouting, echoRouter } from "@graphoid/routing";
 *
 * const routing = createRouting();
 * routing.register("echo", echoRouter({ deliver: routing.deliver }));
 * routing.use("echo");
 * ```
 */
export function echoRouter(options: EchoRouterOptions): Router {
  checkOptions("echoRouter", options, ["deliver"]);
  const { deliver } = options;
  checkFunction("echoRouter", "deliver", deliver);

  function answer(kind: "reply" | "item" | "end", call: Envelope, payload: Envelope["payload"], seq?: number): void {
    const headers = seq === undefined ? {} : { seq };
    deliver({ kind, id: call.id, target: call.replyTo?.id ?? "", message: "", payload, headers }, { identity: "echo" });
  }

  return {
    guarantees: { order: "sender", delivery: "at-most-once", maxMessageBytes: Number.POSITIVE_INFINITY },
    async route(_ref, envelope) {
      if (envelope.kind !== "request" && envelope.kind !== "stream") return;
      const payload = cloneValue(envelope.payload);
      // The caller is not called back while it is still calling.
      await Promise.resolve();
      if (envelope.kind === "request") {
        answer("reply", envelope, payload);
      } else {
        answer("item", envelope, payload, 0);
        answer("end", envelope, null, 1);
      }
    },
  };
}
