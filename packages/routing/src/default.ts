import type { Deliver, Envelope, EnvelopeSource, Ref, Registration, Router } from "@graphoid/core";
import type { RouterRequirements } from "./guarantees.ts";
import { createRouting, type ReceiveOptions, type RouterInfo, type Routing } from "./routing.ts";

const routing: Routing = createRouting();

/** {@link Routing.register} of the default routing. */
export function register<R extends Router<never>>(name: string, router: R): Registration {
  return routing.register(name, router);
}

/** {@link Routing.use} of the default routing. */
export function use(name: string, requirements?: RouterRequirements): void {
  routing.use(name, requirements);
}

/** {@link Routing.init} of the default routing. */
export function init(config?: unknown): Promise<void> {
  return routing.init(config);
}

/** {@link Routing.route} of the default routing. */
export function route(ref: Ref, envelope: Envelope): Promise<void> {
  return routing.route(ref, envelope);
}

/** {@link Routing.receive} of the default routing. */
export function receive(bytes: Uint8Array, source?: EnvelopeSource, options?: ReceiveOptions): Promise<void> {
  return routing.receive(bytes, source, options);
}

/** {@link Routing.deliver} of the default routing. */
export function deliver(envelope: Envelope, source?: EnvelopeSource): void {
  routing.deliver(envelope, source);
}

/** {@link Routing.onDeliver} of the default routing. */
export function onDeliver(fn: Deliver): Registration {
  return routing.onDeliver(fn);
}

/** {@link Routing.list} of the default routing. */
export function list(): RouterInfo[] {
  return routing.list();
}

/** {@link Routing.active} of the default routing. */
export function active(): string | undefined {
  return routing.active;
}

/** {@link Routing.close} of the default routing, which cannot be used after it. */
export function close(): Promise<void> {
  return routing.close();
}
